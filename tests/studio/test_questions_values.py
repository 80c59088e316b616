"""A question's file, its form, and back: nothing changes that nobody changed."""

from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from training_platform.assessment.schemas import QUESTION_KINDS
from training_platform.config import ROOT
from training_platform.core.kinds import Mistake
from training_platform.core.yaml_files import Document
from training_platform.studio.patching import patched
from training_platform.studio.questions.acts import acted, converted
from training_platform.studio.questions.parts import KINDS, ORDER
from training_platform.studio.questions.texts import beside
from training_platform.studio.questions.values import changed, fields_of, is_shown

FILES = sorted((ROOT / "question_bank" / "questions").glob("*/*.yaml"))


def sent(value):
    """Return the form as a browser sends it."""
    return MultiDict(
        (name, each)
        for name, found in fields_of(value).items()
        for each in (found if isinstance(found, list) else [found])
    )


def read(path: Path):
    return Document(path.read_text(encoding="utf-8")).value


def test_no_shipped_question_changes_by_being_shown():
    assert len(FILES) > 80
    for path in FILES:
        text, value = path.read_text(encoding="utf-8"), read(path)
        assert is_shown(value), path
        assert patched(text, changed(value, sent(value)), ORDER) == text, path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("new", KINDS)
def test_another_kind_of_question_keeps_the_form_whole(kind, new):
    value = next(value for value in map(read, FILES) if value["kind"] == kind)

    other = converted(value, new)

    assert is_shown(other)
    assert changed(other, sent(other)) == other
    assert [other[key] for key in ("stem", "explanation", "skills")] == [
        value[key] for key in ("stem", "explanation", "skills")
    ]
    if new == kind:
        assert other == value


def test_several_answers_become_one_question_of_order_and_back():
    value = next(value for value in map(read, FILES) if value["kind"] == "multiple_choice")
    ordered = converted(value, "ordering")
    assert ordered["items"] == [each["text"] for each in value["options"]]
    assert set(converted(ordered, "single_choice")) >= {"options", "stem"}


def test_rows_are_added_moved_and_removed():
    value = next(value for value in map(read, FILES) if value["kind"] == "single_choice")
    first, second = value["options"][:2]

    moved, place = acted(value, "down:options:0")
    assert (moved["options"][:2], place) == ([second, first], "options-1")
    fewer, place = acted(moved, "remove:options:0")
    assert (fewer["options"][0], place) == (first, "options-0")
    more, place = acted(fewer, "add:options")
    assert (len(more["options"]), place) == (
        len(value["options"]),
        f"options-{len(value['options']) - 1}",
    )
    for odd in (
        "down:options:99",
        "up:options:-1",
        "add:stem",
        "add:id",
        "way:options:x",
        "kind:odd",
        "",
    ):
        assert acted(value, odd)[0] == value


def test_a_gap_is_typed_or_chosen():
    gap = {"accepted": {"zh": ["协作"], "en": ["teamwork", "team work"]}}
    value = {"kind": "gap_text", "gaps": [gap]}

    chosen, _place = acted(value, "way:gaps:0")
    assert chosen["gaps"][0]["choices"][0] == {
        "text": {"zh": "协作", "en": "teamwork"},
        "correct": True,
    }
    more, place = acted(chosen, "add:gaps-0-choices")
    assert (len(more["gaps"][0]["choices"]), place) == (4, "gaps-0-choices-3")
    assert acted(chosen, "way:gaps:0")[0]["gaps"][0] == {
        "accepted": {"zh": ["协作"], "en": ["teamwork"]}
    }
    assert changed(chosen, sent(chosen))["gaps"] == chosen["gaps"]


def test_what_is_typed_is_kept_as_it_is():
    value = {"kind": "numeric", "skills": [], "answer": 12, "tolerance": 0}
    given = sent(value)
    for typed, kept in (
        ("12", 12),
        ("12.50", 12.5),
        ("a dozen", "a dozen"),
        ("nan", "nan"),
        ("1e3", "1e3"),
    ):
        given["answer"] = typed
        assert changed(value, given)["answer"] == kept
    given["answer"] = " "
    assert "answer" not in changed(value, given)


@pytest.mark.parametrize(
    "odd",
    [
        {"kind": "essay"},
        {"kind": "single_choice", "options": "A"},
        {"kind": "single_choice", "options": [{"text": "A", "picture": "a.png"}]},
        {"kind": "ordering", "items": [["A"]]},
        {"kind": "short_answer", "accepted": ["A"]},
        {"kind": "single_choice", "stem": {"zh": "题", "fr": "Question"}},
        {"kind": "numeric", "skills": "one", "answer": 1},
        {"kind": "numeric", "skills": [["one"]], "answer": 1},
        {"kind": "numeric", "lesson": {"id": "a/b"}, "answer": 1},
        {"kind": ["numeric"]},
    ],
)
def test_what_a_form_cannot_show_is_left_to_the_text(odd):
    assert not is_shown(odd)


def test_every_kind_of_the_format_has_its_form():
    assert {*KINDS} == {*QUESTION_KINDS}
    for kind, parts in KINDS.items():
        known = {*QUESTION_KINDS[kind].model_fields}
        assert {*parts} | {"stem", "picture", "explanation", "source"} == known - {
            "id",
            "kind",
            "skills",
            "lesson",
            "difficulty",
        }


@pytest.mark.parametrize(
    ("kind", "key", "place"),
    [
        ("single_choice", "hint", ""),
        ("single_choice", "shuffle", ""),
        ("single_choice", "options[1]", "options-1"),
        ("single_choice", "options[1].why.zh", "options-1-why-zh"),
        ("single_choice", "skills[4]", "skills"),
        ("short_answer", "accepted.zh[1]", "accepted-zh"),
        ("short_answer", "wrong[0]", ""),
        ("matching", "pairs[1]", "pairs"),
        ("ordering", "items[1]", "items-1"),
        ("gap_text", "gaps[0]", "gaps"),
    ],
)
def test_a_mistake_stands_where_the_form_can_say_it(kind, key, place):
    """A mistake of something without a field must not vanish."""
    value = next(value for value in map(read, FILES) if value["kind"] == kind)
    mistake = Mistake("a.yaml", 1, key, "is odd", "another")

    assert [*beside([mistake], value)] == [place]
