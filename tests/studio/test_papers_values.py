"""The form of a paper and its file: nothing is lost either way; pure."""

from fractions import Fraction
from random import Random

import pytest
from werkzeug.datastructures import MultiDict

from training_platform.config import ROOT
from training_platform.core.kinds import Mistake
from training_platform.quizzes.draw import Candidate, draw
from training_platform.studio.papers import figures, texts, values
from training_platform.studio.patching import patched, read

PAPERS = sorted((ROOT / "question_bank/papers").glob("*.yaml"))
BANK = [
    Candidate(f"{topic}/{difficulty}-{number}", topic, difficulty, frozenset(skills))
    for topic, difficulty, skills, count in (
        ("calls", "foundation", ("listening",), 4),
        ("calls", "applied", ("listening", "records"), 3),
        ("data", "applied", ("records",), 5),
        ("data", "advanced", (), 2),
    )
    for number in range(count)
]
MIXED = """\
id: mixed
# Agreed with the department on 3 March.
title: {zh: "综合测验", en: "Mixed quiz"}
summary: Both the same
kind: final
minutes: 15
pass_percent: 80
distinction_percent: 95
review: never
sections:
  - draw: {skills: [records, listening], difficulty: applied, count: 2}
    points: 3
  - questions:
      - calls/q10  # the one about the refund
      - data/q7
"""


def posted(value: dict) -> MultiDict:
    """Return what a browser sends of the form, drawn from this value."""
    return MultiDict(values.fields_of(value))


@pytest.mark.parametrize("text", [*(path.read_text("utf-8") for path in PAPERS), MIXED])
def test_a_paper_that_was_only_looked_at_stays_as_it_is(text):
    value = read(text)

    assert values.is_shown(value)
    assert patched(text, values.changed(value, posted(value)), values.ORDER) == text


def test_only_what_was_changed_is_written_anew():
    given = posted(read(MIXED))
    given["minutes"], given["course"], given["title-en"] = "20", "calls", "It's: new"

    text = patched(MIXED, values.changed(read(MIXED), given), values.ORDER)

    lines, before = text.splitlines(), MIXED.splitlines()
    assert [line for line in lines if line not in before] == [
        'title: {zh: "综合测验", en: "It\'s: new"}',
        "course: calls",
        "minutes: 20",
    ]
    assert lines.index("course: calls") == lines.index("kind: final") + 1
    assert read(text)["title"]["en"] == "It's: new"


def test_rows_are_added_moved_and_removed():
    value = read(MIXED)
    for act, section in (
        ("add-draw", 2),
        ("up:2", 1),
        ("question-up:2:1", 2),
        ("pick:2:data/q8", 2),
        ("pick:2:data/q8", 2),
        ("question-remove:2:1", 2),
        ("remove:0", 0),
        ("down:7", None),
        ("remove:x", None),
        ("nonsense", None),
    ):
        value, shown = values.acted(value, act)
        assert shown == section, act

    text = patched(MIXED, value, values.ORDER)

    assert read(text)["sections"] == [
        {"draw": {"count": 5}, "points": 1},
        {"questions": ["data/q7", "data/q8"]},
    ]
    assert "# Agreed with the department" in text


def test_what_is_half_filled_in_is_kept_as_it_was_typed():
    given = posted(read(MIXED))
    given["minutes"], given["s0-count"], given["title-zh"] = "a few", "", ""

    value = values.changed(read(MIXED), given)

    assert value["minutes"] == "a few"
    assert "count" not in value["sections"][0]["draw"]
    assert value["title"]["zh"] == ""
    assert read(patched(MIXED, value, values.ORDER)) == value


@pytest.mark.parametrize("seed", range(5))
def test_a_draw_counts_exactly_what_the_real_draw_can_find(seed):
    chance = Random(seed)
    sections = [
        {"draw": {"topic": chance.choice(["calls", "data"]), "count": chance.randint(1, 9)}},
        {"questions": [BANK[seed].id], "points": 2},
        {"draw": {"skills": [chance.choice(["listening", "records"])], "count": 50}, "points": 1},
    ]
    sections[0]["draw"] |= {"difficulty": "applied"} if seed % 2 else {}
    found = figures.figures_of(figures.drawable(sections), BANK)

    for index, count in found.counts.items():
        alone = [sections[index] | {"draw": sections[index]["draw"] | {"count": 99}}, sections[1]]
        assert count.found == len(draw(alone, BANK, (), chance)) - 1
    least = min(len(draw(sections[:1] + sections[1:], BANK, (), Random(n))) for n in range(30))
    first = min(found.counts[0].wanted, found.counts[0].found)
    assert found.counts[2].sure <= least - first - 1 <= found.counts[2].found
    assert found.counts[2].tone == "bad"


def test_the_blueprint_adds_up_to_the_questions_of_a_draw():
    sections = [
        {"draw": {"topic": "calls", "count": 7}},
        {"questions": ["data/advanced-1"]},
        {"draw": {"skills": ["records"], "difficulty": "applied", "topic": "data", "count": 2}},
    ]

    found = figures.figures_of(figures.drawable(sections), BANK)

    assert (found.questions, found.points, sum(found.totals)) == (10, 10, 10)
    rows = {row.skill: tuple(map(figures.cell_text, row.cells)) for row in found.rows}
    assert rows["listening"] == ("4", "3", "")
    assert rows["records"] == ("", "5", "")
    assert rows[figures.NO_SKILL] == ("", "", "1")
    assert figures.cell_text(Fraction(7, 3)) == "≈ 2.3"


def test_draws_that_may_take_from_one_another_are_warned_of():
    both = {"draw": {"topic": "calls", "count": 4}}

    first, second = figures.figures_of(figures.drawable([both, both]), BANK).counts.values()

    assert (first.tone, first.sure, first.found) == ("ok", 7, 7)
    assert (second.tone, second.sure, second.shared_numbers) == ("warn", 3, "1")


def test_every_mistake_finds_its_field():
    def named(key: str, problem: str = "is missing", expected: str = "this key") -> str:
        return texts.field_of(Mistake("paper.yaml", 1, key, problem, expected))

    assert [
        named("title.en"),
        named("summary"),
        named("minutes"),
        named("file", "distinction_percent is below pass_percent"),
        named("sections[2].draw.count"),
        named("sections[2].draw"),
        named("sections[0].questions[3]"),
        named("sections[0].questions"),
        named("sections[0].points"),
        named("sections"),
        named("surprise"),
    ] == [
        "title-en",
        "summary-zh",
        "minutes",
        "distinction_percent",
        "s2-count",
        "s2-topic",
        "s0-question-3",
        "s0-rows",
        "s0-points",
        "sections",
        "",
    ]
