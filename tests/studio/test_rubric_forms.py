"""The form of a rubric: nothing is lost, rows move, mistakes find their fields."""

import pytest
from werkzeug.datastructures import MultiDict

from tests.factories.studio import make_draft
from training_platform.config import ROOT
from training_platform.core.kinds import Mistake
from training_platform.studio.patching import patched, read
from training_platform.studio.rubrics import texts, values

FILES = sorted((ROOT / "question_bank/rubrics").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_rubric_that_was_only_looked_at_stays_as_it_is(path):
    text = path.read_text("utf-8")
    value = read(text)

    given = MultiDict(values.fields_of(value))

    assert values.is_shown(value)
    assert patched(text, values.changed(value, given), values.ORDER) == text


def test_criteria_and_levels_are_added_moved_and_removed():
    value = read(FILES[0].read_text("utf-8"))
    ids = [each["id"] for each in value["criteria"]]
    levels = value["criteria"][1]["levels"]
    for act in (
        "add",
        "up:1",
        "level-up:0:1",
        "level-add:0",
        "level-remove:0:0",
        "remove:9",
        "x:0",
    ):
        value, _shown = values.acted(value, act)

    assert [each["id"] for each in value["criteria"]] == [ids[1], ids[0], *ids[2:], "criterion"]
    assert value["criteria"][0]["levels"] == [levels[0], *levels[2:], {"zh": "", "en": ""}]


def test_a_new_criterion_is_named_once_and_keeps_its_name():
    given = {"criteria": "2", "c0-id": "first-words", "c1-id": "", "c1-title-en": "First words!"}

    value = values.changed({"criteria": [{"id": "first-words"}]}, MultiDict(given))

    assert [each["id"] for each in value["criteria"]] == ["first-words", "first-words-2"]


def test_every_mistake_finds_its_field():
    def named(key, problem="is missing"):
        return texts.field_of(Mistake("x", 1, key, problem, ""))

    keys = ("title.en", "criteria[1].title.zh", "criteria[0].levels[2].en", "criteria[0].levels")
    assert [named(key) for key in (*keys, "criteria[3].weight", "criteria", "odd")] == [
        *("title-en", "c1-title-zh", "c0-l2-en", "c0-levels", "c3-weight", "criteria", "")
    ]
    assert named("file", "has weights that sum to 90") == "criteria"


def test_a_rubric_is_written_without_a_script(client, session, author):
    draft = make_draft(session, author, "greeting", "rubric")
    address = f"/studio/drafts/{draft.id}/rubric"
    session.commit()
    client.sign_in(author)
    client.post(address, data={"number": "1", "criteria": "0", "title-en": "Hi", "act": "add"})
    given = {"number": "2", "criteria": "1", "c0-id": "criterion", "c0-levels": "3"}

    client.post(address, data=given | {"c0-weight": "90", "c0-l0-en": "Says nothing."})
    page = client.page(address)
    drawn = client.post(f"{address}/preview", data=given | {"c0-weight": "100"})

    assert "Says nothing." in page.body
    assert 'id="f-c0-title-en-error"' in page.body
    assert "The weights make 90 together" in page.text
    assert "The weights make 100 together." in drawn.get_data(as_text=True)
