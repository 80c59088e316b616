"""The form of a task: nothing is lost, checks move, mistakes find their lines."""

import pytest
from werkzeug.datastructures import MultiDict

from training_platform.config import ROOT
from training_platform.core.kinds import Draft
from training_platform.practicals.drawing import GENERATORS
from training_platform.practicals.files import files_of, read_draft
from training_platform.practicals.schemas import TaskFile
from training_platform.studio.patching import patched, read
from training_platform.studio.skeletons import SKELETONS
from training_platform.studio.tasks import acts, texts, values
from training_platform.studio.tasks.beside import beside
from training_platform.studio.tasks.services import renamed

FILES = sorted((ROOT / "question_bank/practicals").glob("*.yaml"))
SLUG = "card-race"
MAIN = f"question_bank/practicals/{SLUG}.yaml"


@pytest.fixture
def race():
    return read((ROOT / MAIN).read_text("utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_task_that_was_only_looked_at_stays_as_it_is(path):
    text = path.read_text("utf-8")
    value = read(text)

    found = values.changed(value, MultiDict(values.fields_of(value)))

    assert values.is_shown(value)
    assert found == value
    assert patched(text, found, values.ORDER) == text


def test_every_generator_and_every_check_is_told_in_plain_words():
    kinds = TaskFile.model_json_schema()["properties"]["checks"]["items"]["discriminator"][
        "mapping"
    ]

    assert set(texts.GENERATORS) == set(GENERATORS)
    assert set(texts.CHECKS) == set(kinds)


def test_checks_and_wrong_solutions_come_move_and_go(race):
    value = race
    for act in ("add", "up:2", "slip-add:1", "wrong-add", "wrong-remove:entered-twice", "down:9"):
        value, _at = acts.acted(value, act, {"new-type": "event", "new-wrong": "Two Late!"})

    assert [each["id"] for each in value["checks"]] == ["speed", "event", "collateral"]
    assert value["checks"][1]["misconceptions"] == [{"text": {"zh": "", "en": ""}}]
    assert [each["name"] for each in value["wrong"]] == [
        *("one-digit-off", "other-customer-changed", "two-late")
    ]

    value, at = acts.acted(value, "remove:0", {})

    assert at == "checks"
    assert value["passing"]["required"] == value["wrong"][0]["loses"] == []


def test_a_check_is_renamed_wherever_the_file_speaks_of_it(race):
    first, second = (each["id"] for each in race["checks"][:2])
    race["checks"][1] |= {"after": first, "sheet": first}
    race["passing"]["required"] = [second, first]
    race["wrong"][0]["loses"] = [first]
    given = {"c0-newid": f"{second} "}

    value, at = acts.acted(race, "rename:0", given)

    assert acts.renaming(race, "rename:0", given) == {first: f"{second}_2"}
    assert at == "check-0"
    assert value["checks"][0]["id"] == value["checks"][1]["after"] == f"{second}_2"
    assert value["checks"][1]["sheet"] == f"{second}_2"
    assert value["passing"]["required"] == [second, f"{second}_2"]
    assert value["wrong"][0]["loses"] == [f"{second}_2"]
    assert acts.renaming(value, "rename:0", {"c0-newid": "\u540d\u5b57"}) == {}
    assert acts.renaming(value, "rename:77", {}) == acts.renaming(value, "up:1", {}) == {}


def test_what_cannot_be_read_stays_as_it_was_typed(race):
    given = MultiDict(values.fields_of(race))
    given["c0-rest"] = "entity: customer\nkey: [$key.cards\n"
    given["options"] = "new 24"

    kept = values.changed(race, given)
    again = values.changed(kept, MultiDict(values.fields_of(kept)))
    said = beside([], kept, SLUG)

    assert again == kept == read(patched((ROOT / MAIN).read_text("utf-8"), kept, values.ORDER))
    assert values.fields_of(kept)["c0-rest"] == given["c0-rest"]
    assert said["c0-rest"][0].line in (2, 3)
    assert "options" in said

    given = MultiDict(values.fields_of(kept))
    given["c0-rest"] = "entity: customer\nkey: $key.cards\n"
    given["options"] = "new: 24\n"
    mended = values.changed(kept, given)
    assert mended["options"] == {"new": 24}
    assert {key: mended["checks"][0].get(key) for key in ("entity", "key", "unreadable")} == {
        "entity": "customer",
        "key": "$key.cards",
        "unreadable": None,
    }


def test_each_mistake_stands_beside_its_field_and_its_line():
    files = files_of(ROOT, SLUG)
    files[MAIN] = (
        files[MAIN]
        .replace(b"points: 20", b"points: 25")
        .replace(b"match_on: mobile", b"match_on: name")
        .replace(b"per_minute: 0.8", b"per_minute: -1")
        .replace(b"loses: [collateral]", b"loses: []")
        .replace(b"minutes: 10", b"minutes: 0")
        .replace("名片录入竞速".encode(), b"")
    )
    files.pop(f"question_bank/scenarios/{SLUG}/brief.en.md")
    draft = Draft("practical", SLUG, files)
    read_draft(draft)
    value = read(files[MAIN].decode())

    found = beside(draft.mistakes, value, SLUG)

    assert {"minutes", "title-zh", "w2-loses", "c0-rest"} <= set(found)
    line = found["c0-rest"][0].line
    assert str(values.fields_of(value)["c0-rest"]).splitlines()[line - 1] == "per_minute: -1"


def test_a_new_task_has_all_its_files_and_lacks_only_what_people_write():
    files = {path: text.encode() for path, text in SKELETONS["practical"]("own-task").items()}
    draft = Draft("practical", "own-task", files)

    read_draft(draft)
    fields = beside(
        draft.mistakes, read(files["question_bank/practicals/own-task.yaml"].decode()), "own-task"
    )

    assert {"title-zh", "summary-en", "skills", "generator", "checks", "w0-loses"} <= set(fields)
    assert not {"", "brief-zh", "brief-en", "solution", "minutes"} & set(fields)


def test_a_task_that_starts_from_another_has_its_files_under_its_own_name():
    files = renamed(files_of(ROOT, SLUG), SLUG, "own-race")
    draft = Draft("practical", "own-race", files)

    found = read_draft(draft)

    assert not draft.mistakes
    assert found.task.id == "own-race"
    assert len(found.wrong) == 3
    assert not [path for path in files if "proved" in path or SLUG in path]
