"""Contests by rule: where one stands, what speed counts, who wins, how teams are drawn."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_platform.practicals.contests.rules import (
    State,
    Tally,
    Times,
    draw_teams,
    rank_people,
    rank_teams,
    state_of,
    winners,
)

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TEN = timedelta(minutes=10)
TALLIES = st.builds(
    lambda right, wrong: Tally(right, right + wrong), st.integers(0, 60), st.integers(0, 5)
)


@pytest.mark.parametrize(
    ("times", "now", "expected"),
    [
        (Times(None, 10), START, State.PLANNED),
        (Times(START, 10), START - SECOND, State.PLANNED),
        (Times(START, 10), START, State.RUNNING),
        (Times(START, 10), START + TEN, State.RUNNING),
        (Times(START, 10), START + TEN + SECOND, State.COUNTING),
        (Times(START, 10, finished_at=START + TEN), START + TEN, State.FINISHED),
        (Times(START, 10, canceled_at=START), START + SECOND, State.CANCELED),
    ],
)
def test_clock_says_where_a_contest_stands(times, now, expected):
    assert state_of(times, now) is expected


@pytest.mark.parametrize(
    ("right", "entered", "score"),
    [
        (49, 50, Fraction(49, 10)),  # 98 %
        (48, 49, 0),  # 97.96 %
        (10, 10, 1),
        (0, 0, 0),
    ],
)
def test_speed_counts_from_98_percent_on(right, entered, score):
    assert Tally(right, entered).score(10) == score


def test_fewer_errors_decide_between_equal_speeds():
    careful, hasty = Tally(98, 98), Tally(98, 100)

    places = rank_people({"careful": careful, "hasty": hasty}, 10)

    assert (places["careful"].rank, places["hasty"].rank) == (1, 2)


def test_equals_share_a_place_and_the_next_is_left_out():
    tallies = {"a": Tally(5, 5), "b": Tally(5, 5), "c": Tally(4, 4)}

    places = rank_people(tallies, 10)

    assert [places[key].rank for key in "abc"] == [1, 1, 3]


def test_team_counts_the_mean_of_those_who_take_part():
    places = rank_teams({"two": [Tally(10, 10), Tally(6, 6)], "one": [Tally(9, 9)]}, 10)

    assert places["one"].rank == 1
    assert places["two"].score == Fraction(8, 10)


def test_team_of_which_nobody_came_is_last():
    places = rank_teams({"absent": [], "slow": [Tally(0, 3)]}, 10)

    assert (places["slow"].rank, places["absent"].rank) == (1, 2)


def test_nobody_without_a_score_stands_on_the_podium():
    places = rank_people({"a": Tally(5, 5), "b": Tally(0, 0), "c": Tally(1, 2)}, 10)

    assert winners(places) == ["a"]


@given(st.dictionaries(st.integers(0, 99), TALLIES, min_size=1, max_size=30))
def test_nobody_stands_before_somebody_who_did_better(tallies):
    places = rank_people(tallies, 10)

    for one, first in tallies.items():
        for other, second in tallies.items():
            better = (-first.score(10), first.errors) < (-second.score(10), second.errors)
            assert (places[one].rank < places[other].rank) is better


@given(st.dictionaries(st.integers(0, 99), TALLIES, min_size=1, max_size=30))
def test_one_error_more_never_helps(tallies):
    key, before = next(iter(tallies.items()))
    worse = tallies | {key: Tally(before.right, before.entered + 1)}

    assert rank_people(worse, 10)[key].rank >= rank_people(tallies, 10)[key].rank


@given(
    st.dictionaries(st.integers(0, 99), st.sampled_from(["A", "B", "C"]), min_size=2, max_size=40),
    st.integers(2, 8),
    st.text(max_size=5),
)
def test_draw_is_balanced_in_size_and_by_department(people, count, seed):
    count = min(count, len(people))

    teams = draw_teams(people, count, seed)

    assert sorted(key for team in teams for key in team) == sorted(people)
    assert max(map(len, teams)) - min(map(len, teams)) <= 1
    for group in set(people.values()):
        sizes = [Counter(people[key] for key in team)[group] for team in teams]
        assert max(sizes) - min(sizes) <= 1


def test_same_seed_draws_the_same_teams():
    people = dict.fromkeys(range(20), "A")

    assert draw_teams(people, 4, "x") == draw_teams(people, 4, "x")
    assert draw_teams(people, 4, "x") != draw_teams(people, 4, "y")


def test_fewer_people_than_teams_cannot_be_drawn():
    with pytest.raises(ValueError, match="cannot make"):
        draw_teams({1: "A"}, 2, "")
