"""What goes together, what lags behind, what is kept: rules without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training_platform.studio import lesson_files
from training_platform.studio.merging import merge, merge_values
from training_platform.studio.rules import superfluous
from training_platform.studio.translations import Lag, compare, paragraphs

BASE = "one\ntwo\nthree\nfour\nfive\n"


def test_changes_to_different_lines_go_together():
    mine = BASE.replace("two", "TWO")
    theirs = BASE.replace("five\n", "five\nsix\n").replace("four\n", "")

    assert merge(BASE, mine, theirs) == "one\nTWO\nthree\nfive\nsix\n"


def test_different_changes_to_one_line_do_not_go_together():
    assert merge(BASE, BASE.replace("two", "2"), BASE.replace("two", "zwei")) is None


def test_what_both_changed_alike_counts_once():
    both = BASE.replace("two", "2")

    assert merge(BASE, both, both.replace("five", "5")) == both.replace("five", "5")


lines = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n"]), max_size=8).map("".join)


@settings(max_examples=200)
@given(base=lines, one=lines, two=lines)
def test_merging_prefers_nobody_and_loses_no_lone_change(base, one, two):
    assert merge(base, one, two) == merge(base, two, one)
    assert merge(base, one, base) == one
    assert merge(base, base, two) == two


@settings(max_examples=100)
@given(
    title=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40),
    body=st.text("ab #:-\n'\"", max_size=60),
)
def test_a_lesson_file_reads_back_as_it_was_written(title, body):
    title = " ".join(title.split())
    fields = {"title": title, "objective": "你能说出三点", "summary": "- a: b #c"}

    lesson = lesson_files.split(lesson_files.joined(fields, body))

    assert lesson is not None
    assert (lesson.title, lesson.objective, lesson.summary) == tuple(fields.values())
    assert lesson.body.rstrip("\n") == body.rstrip("\n")


def test_a_block_with_blank_lines_is_one_paragraph():
    text = "First.\n\n:::steps How\n1. one\n\n2. two\n:::\n\nLast.\n"

    assert [each.split("\n")[0] for each in paragraphs(text)] == ["First.", ":::steps How", "Last."]


def test_what_lags_behind_is_told_paragraph_by_paragraph():
    before = {"zh": "一。\n\n二。\n", "en": "One.\n\nTwo.\n"}
    now = {"zh": "一。\n\n二，改了。\n\n三。\n", "en": "One.\n\nTwo.\n"}

    notes = compare(now, before)

    assert [(note.language, note.number, note.lag) for note in notes] == [
        ("en", 2, Lag.OUTDATED),
        ("en", 3, Lag.MISSING),
    ]
    assert compare(before, before) == []


@pytest.mark.parametrize("days", [1, 5])
def test_old_saves_are_thinned_but_the_last_of_each_half_hour_stays(days):
    begin = datetime(2026, 11, 1, 8, tzinfo=UTC)
    saves = [(number, 7, begin + timedelta(minutes=number)) for number in range(90)]

    gone = superfluous(saves, begin + timedelta(days=days))

    assert gone == ([] if days == 1 else [n for n in range(89, -1, -1) if n not in {29, 59, 89}])


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "both"),
    [
        ({"a": 1, "b": 2}, {"a": 9, "b": 2}, {"a": 1, "b": 8}, {"a": 9, "b": 8}),
        ({"a": {"zh": "", "en": ""}}, {"a": {"zh": "甲", "en": ""}}, {"a": {"zh": "", "en": "A"}},
         {"a": {"zh": "甲", "en": "A"}}),
        ({"a": 1}, {"a": 1, "b": 2}, {}, {"b": 2}),
        ({"a": [1, 2]}, {"a": [1, 3]}, {"a": [4, 2]}, {"a": [4, 3]}),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [1]}, {"a": [1, 2]}),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [3]}, None),
        ({"a": 1}, {"a": 2}, {"a": 3}, None),
        ({"a": 1}, {"a": 2}, {}, None),
        ({"a": 1}, {"a": 2}, {"a": 2}, {"a": 2}),
    ],
)  # fmt: skip
def test_values_go_together_part_by_part(base, mine, theirs, both):
    assert merge_values(base, mine, theirs) == both
    assert merge_values(base, theirs, mine) == both
