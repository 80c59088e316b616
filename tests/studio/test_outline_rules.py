"""The outline without a database: the text of course.yaml, ids, numbers, what differs."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from training_platform.core.errors import RuleError
from training_platform.core.yaml_files import Document
from training_platform.studio.outline import course_text, rules
from training_platform.studio.outline.rules import Difference, Kept

COURSE = """\
id: calls   # never changes
lessons:
  # the greeting comes first
  - slug: greet
    minutes: 4
    check: "calls/greet"
    faq: []
    note: kept
  - {slug: listen, minutes: 5, check: calls/listen}

  # the end
  - slug: "say-bye"
    minutes: 3
complete_when:
  - lessons: all
"""
SLUGS = ["greet", "listen", "say-bye"]


@given(st.permutations(SLUGS))
@settings(max_examples=20, deadline=None)
def test_another_order_changes_lines_of_lessons_only_and_leads_back(order):
    changed = course_text.reordered(COURSE, order)

    assert [each.slug for each in course_text.entries(changed)] == order
    assert course_text.reordered(changed, SLUGS) == COURSE
    assert "# the greeting comes first\n  - slug: greet\n" in changed
    assert changed.startswith("id: calls   # never changes\nlessons:\n")
    assert changed.endswith("complete_when:\n  - lessons: all\n")


def test_a_lesson_that_is_added_and_taken_out_leaves_no_trace():
    added = course_text.with_lesson(COURSE, "follow-up", 4)

    assert added.count("\n") == COURSE.count("\n") + 3
    assert course_text.entries(added)[-1] == course_text.Entry("follow-up", 4, "")
    assert course_text.without_lesson(added, "follow-up") == COURSE
    without_end = COURSE[: COURSE.index("complete_when")].rstrip("\n")
    assert course_text.entries(course_text.with_lesson(without_end, "x", 4))[-1].slug == "x"


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("value", ["calls/other", "true", "12", 'a"b: #'])
def test_a_value_is_set_where_it_stands_or_is_missing(slug, value):
    changed = course_text.with_value(COURSE, slug, "check", value)

    assert [each.check for each in course_text.entries(changed) if each.slug == slug] == [value]
    others = [each for each in course_text.entries(COURSE) if each.slug != slug]
    assert [each for each in course_text.entries(changed) if each.slug != slug] == others
    assert "note: kept" in changed


@pytest.mark.parametrize(
    "text",
    [
        "lessons: [{slug: a}]\n",
        "lessons:\n  - a\n",
        "lessons:\n  -\n    slug: a\n",
        "lessons:\n  - slug: a\n  - slug: a\n",
        "lessons: {a: 1}\n",
        "lessons: []\n",
        "lessons:\n  - slug: [a\n",
        "title: x\n",
        "- a\n",
        "\t",
        "lessons:\n  - &a {slug: a}\n  - *a\n",
        "[" * 500,
        "",
    ],
)
def test_what_cannot_be_changed_safely_is_left_to_the_text(text):
    with pytest.raises(RuleError):
        course_text.with_lesson(text, "x", 4)


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_value_reads_back_as_it_was_written(value):
    try:
        changed = course_text.with_value(COURSE, "listen", "check", value)
    except RuleError:  # a character that files may not hold
        return
    assert Document(changed).value["lessons"][1]["check"] == value
    assert yaml.safe_load(changed)["lessons"][0]["slug"] == "greet"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Listen First!", "listen-first"),
        ("Don’t argue — café №1", "dont-argue-cafe-no1"),
        ("../../etc/passwd", "etc-passwd"),
        ("倾听", ""),
        ("greet", "greet-2"),
        ("a" * 90, "a" * 60),
        ("word " * 30, "word-word-word-word-word-word-word-word-word-word-word-word"),
    ],
)
def test_an_id_is_made_of_the_english_title(title, slug):
    assert rules.slug_of(title, {"greet"}) == slug


def test_files_are_numbered_as_the_course_runs():
    files = {
        f"courses/calls/{number}-{slug}.{code}.md": b""
        for number, slug in (("01", "greet"), ("02", "listen"), ("07", "say-bye"))
        for code in ("zh", "en")
    }
    files["courses/calls/course.yaml"] = b""

    paths = rules.renumbered("calls", ["listen", "greet", "say-bye"], files)

    assert paths["courses/calls/02-listen.zh.md"] == "courses/calls/01-listen.zh.md"
    assert paths["courses/calls/07-say-bye.en.md"] == "courses/calls/03-say-bye.en.md"
    assert len(paths) == 6
    assert rules.renumbered("calls", ["greet", "listen"], files) == {}


def test_a_step_stays_within_the_course():
    assert rules.stepped(SLUGS, "listen", 1) == ["greet", "say-bye", "listen"]
    assert rules.stepped(SLUGS, "listen", -9) == ["listen", "greet", "say-bye"]
    assert rules.stepped(SLUGS, "greet", -1) == SLUGS


def test_only_what_differs_from_the_published_course_is_marked():
    before = {slug: Kept({}, {"zh": b"1", "en": b"1"}) for slug in SLUGS}
    now = {**before, "greet": Kept({}, {"zh": b"1", "en": b"2"}), "new": Kept({}, {})}
    order = ["say-bye", "greet", "listen", "new"]

    marks = rules.differences(before, now, (SLUGS, order))

    assert marks == {
        "say-bye": [Difference.MOVED],
        "greet": [Difference.CHANGED],
        "listen": [],
        "new": [Difference.NEW],
    }
