"""From levels to a share, and when raters disagree."""

from fractions import Fraction

import pytest

from training_platform.assessment.rubrics.rules import (
    Criterion,
    ScoringState,
    are_possible,
    disagree,
    mean_share,
    missing,
    share_of,
    state_after,
)

TONE, CONTENT = Criterion("tone", 40, 4), Criterion("content", 60, 4)
BOTH = (TONE, CONTENT)


def sheet(tone, content):
    return {"tone": tone, "content": content}


@pytest.mark.parametrize(
    ("levels", "share"),
    [
        (sheet(0, 0), Fraction(0)),
        (sheet(4, 4), Fraction(1)),
        (sheet(4, 0), Fraction(2, 5)),
        (sheet(2, 3), Fraction(13, 20)),
    ],
)
def test_a_share_is_the_weighted_mean_of_what_was_reached(levels, share):
    assert share_of(BOTH, levels) == share


def test_a_criterion_with_fewer_levels_weighs_as_much():
    short = (Criterion("tone", 50, 2), Criterion("content", 50, 4))

    assert share_of(short, sheet(2, 0)) == share_of(short, sheet(0, 4)) == Fraction(1, 2)


def test_raters_who_agree_are_averaged_exactly():
    assert mean_share(BOTH, [sheet(2, 2), sheet(3, 2), sheet(2, 2)]) == Fraction(8, 15)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (sheet(2, 2), sheet(2, 2), False),
        (sheet(2, 2), sheet(3, 2), False),  # one level apart, 10 points
        (sheet(2, 2), sheet(2, 3), False),  # one level apart, exactly 15 points
        (sheet(2, 2), sheet(3, 3), True),  # one level each, but 25 points together
        (sheet(1, 2), sheet(3, 2), True),  # two levels
        (sheet(1, 3), sheet(3, 2), True),  # two levels, though the totals are 5 points apart
    ],
)
def test_raters_disagree(first, second, expected):
    assert disagree(BOTH, [first, second]) is expected


@pytest.mark.parametrize(
    ("sheets", "wanted", "claimed", "state"),
    [
        ([], 2, 0, ScoringState.OPEN),
        ([], 2, 1, ScoringState.IN_SCORING),
        ([sheet(2, 2)], 2, 2, ScoringState.IN_SCORING),
        ([sheet(2, 2)], 1, 1, ScoringState.FINAL),
        ([sheet(2, 2), sheet(2, 2)], 2, 2, ScoringState.FINAL),
        ([sheet(0, 2), sheet(2, 2)], 2, 2, ScoringState.DISAGREED),
    ],
)
def test_the_state_follows_the_seats_and_the_sheets(sheets, wanted, claimed, state):
    assert state_after(BOTH, sheets, wanted, claimed) is state


def test_levels_that_the_rubric_does_not_have_are_seen():
    assert missing(BOTH, {"tone": 1}) == ["content"]
    assert are_possible(BOTH, sheet(0, 4))
    assert not are_possible(BOTH, sheet(0, 5))
    assert not are_possible(BOTH, sheet(-1, 0))
    assert not are_possible(BOTH, {"haste": 1})
