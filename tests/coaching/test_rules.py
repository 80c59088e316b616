"""What coaching goes by: weak checks and their trend, the draw, the honest range."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from training_platform.coaching.plan_file import NAMED, plans
from training_platform.coaching.rules import (
    Accuracy,
    Seen,
    Trend,
    draw,
    lead_counts,
    may_give_back,
    overlaps,
    trend_of,
    weak_checks,
    wilson,
)
from training_platform.config import ROOT

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ACTS = [(layer, seq) for layer in (3, 4) for seq in range(1, 60)]


def seen(check, share, days, most=20):
    return Seen(
        "task", check, Fraction(share), most and Fraction(most), NOON + timedelta(days), "t", 1
    )


def test_the_newest_attempt_at_a_check_counts():
    found = weak_checks([seen("a", 0, 0), seen("a", 1, 5), seen("b", 1, 0), seen("b", "1/2", 5)])

    assert [(each.check, each.lost, each.trend) for each in found] == [("b", 10, Trend.WORSE)]


def test_what_loses_most_points_comes_first():
    found = weak_checks([seen("a", "1/2", 0, 10), seen("b", "3/4", 0, 60)])

    assert [(each.check, each.lost) for each in found] == [("b", 15), ("a", 5)]


def test_a_drill_mends_a_check_and_keeps_its_worth():
    assert weak_checks([seen("a", 0, 0, 20), seen("a", 1, 1, None)]) == []
    assert weak_checks([seen("a", 0, 0, 20), seen("a", "1/2", 1, None)])[0].lost == 10


@pytest.mark.parametrize(
    ("shares", "trend"),
    [([0], Trend.NEW), ([0, 1], Trend.BETTER), ([1, 1, 0], Trend.WORSE), ([1, 0, 0], Trend.SAME)],
)
def test_the_trend_compares_the_last_two(shares, trend):
    assert trend_of([Fraction(each) for each in shares]) is trend


def test_a_draw_is_repeated_by_its_seed():
    assert draw(ACTS, 10, 42) == draw(list(reversed(ACTS)), 10, 42)
    assert draw(ACTS, 10, 42) != draw(ACTS, 10, 43)
    assert draw([(1, 1), (1, 2), (2, 1), (2, 2)], 2, 42) == [(1, 2), (2, 1)]


def test_every_act_has_the_same_chance():
    counts = dict.fromkeys(ACTS, 0)
    for seed in range(600):
        for each in draw(ACTS, 30, seed):
            counts[each] += 1

    assert 110 < min(counts.values()) <= max(counts.values()) < 200  # 153 expected


def test_a_sample_that_is_too_large_is_everything():
    assert draw(ACTS, 500, 1) == sorted(ACTS)


@pytest.mark.parametrize(
    ("right", "whole", "low", "high"),
    [(98, 100, 93.0, 99.4), (20, 20, 83.9, 100.0), (0, 10, 0.0, 27.8), (0, 0, 0.0, 100.0)],
)
def test_the_range_is_wilsons(right, whole, low, high):
    found = wilson(right, whole)

    assert [round(each * 100, 1) for each in found] == [low, high]


def test_fewer_than_a_hundred_are_a_small_sample():
    assert Accuracy(99, 99).is_small
    assert not Accuracy(98, 100).is_small
    assert Accuracy(0, 0).percent is None


def test_a_slot_goes_back_until_twelve_hours_before():
    assert may_give_back(NOON, NOON - timedelta(hours=12))
    assert not may_give_back(NOON, NOON - timedelta(hours=11, minutes=59))


def test_one_meeting_may_begin_where_another_ends():
    half = timedelta(minutes=30)

    assert not overlaps((NOON, NOON + half), (NOON + half, NOON + 2 * half))
    assert overlaps((NOON, NOON + half), (NOON + half / 2, NOON + half))


@pytest.mark.parametrize(
    ("entered", "now", "verdict"),
    [(24, 24, True), (24.1, 30, False), (None, 24, None), (None, 24.1, False)],
)
def test_a_lead_is_entered_within_a_day_of_its_arrival(entered, now, verdict):
    at = None if entered is None else NOON + timedelta(hours=entered)

    assert lead_counts(NOON, at, NOON + timedelta(hours=now)) is verdict


def test_what_the_first_month_names_exists():
    for steps in plans().values():
        for step in steps:
            if step.kind in NAMED:
                slug = step.subject.split("/")[-1]
                assert list(ROOT.glob(f"courses/**/*{slug}*")) or list(
                    ROOT.glob(f"question_bank/*/{slug}.yaml")
                ), step.subject
