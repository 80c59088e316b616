"""Nobody can be told from what is shown: neither by looking, nor by subtracting, nor by waiting."""

import itertools
from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from training_platform.evaluation.behavior.anonymity import (
    LEAST,
    OTHERS,
    Given,
    cells_to_release,
    counts_to_show,
    has_enough,
    shown_result,
)
from training_platform.evaluation.behavior.rules import ANONYMOUS, NAMED, Area, Group

NAMES = ("communication", "teamwork")
AREAS = {
    group: tuple(Area(name, 2 if group is Group.CUSTOMER else 3) for name in NAMES)
    for group in Group
}
LEVELS = st.fixed_dictionaries(dict.fromkeys(NAMES, st.none() | st.integers(0, 2)))
#: Who answered between two closings.
ANSWERS = st.lists(st.tuples(st.sampled_from(ANONYMOUS), LEVELS), max_size=9)
CLOSINGS = st.lists(ANSWERS, min_size=1, max_size=3)
FEW = settings(max_examples=60, deadline=None)


def lived(closings):
    """Return the ratings after each closing, as they stood released then."""
    ratings, history = [], []
    for number, answers in enumerate(closings, start=1):
        for group, levels in answers:
            ident = len(ratings) + 1
            texts = {name: f"{ident} on {name}" for name in NAMES}
            ratings.append(Given(ident, group, levels, texts, f"{ident} on all"))
        cells = cells_to_release(ratings, number)
        ratings = [replace(each, cell=cells.get(each.id, each.cell)) for each in ratings]
        history.append(ratings)
    return history


def shown(ratings, viewer=()):
    return shown_result(AREAS, ratings, ANONYMOUS, viewer)


def behind_figures(ratings):
    """Name who stands behind each figure that is shown: an independent look at the cells."""
    found = {}
    for column in shown(ratings).columns:
        for area in column.figures:
            found[column.key, area] = frozenset(
                each.id
                for each in ratings
                if each.cell
                and each.cell.startswith(f"{column.key}:")
                and each.levels[area] is not None
                and sum(
                    other.cell == each.cell and other.levels[area] is not None for other in ratings
                )
                >= LEAST
            )
    return found


@FEW
@given(CLOSINGS)
def test_no_figure_speaks_of_fewer_than_three(closings):
    for ratings in lived(closings):
        for (key, area), people in behind_figures(ratings).items():
            assert len(people) >= LEAST
            column = next(each for each in shown(ratings).columns if each.key == key)
            assert column.figures[area].count in {None, len(people)}


@FEW
@given(CLOSINGS)
def test_subtracting_one_figure_from_another_leaves_nobody_alone(closings):
    for area in NAMES:
        groups = [
            people
            for ratings in lived(closings)
            for (_key, of_area), people in behind_figures(ratings).items()
            if of_area == area
        ]
        for one, other in itertools.product(groups, groups):
            rest = one - other
            assert not rest or len(rest) >= LEAST


@FEW
@given(CLOSINGS, LEVELS)
def test_what_is_hidden_changes_nothing_that_is_shown(closings, others):
    ratings = lived(closings)[-1]
    hidden = [each for each in ratings if each.cell is None]
    changed = [
        each if each.cell else replace(each, levels=others, comments={}, overall_comment="x")
        for each in ratings
    ]

    assert shown(changed) == shown(ratings)
    assert shown([each for each in ratings if each not in hidden]) == shown(ratings)


@FEW
@given(CLOSINGS)
def test_what_was_released_stays_in_its_cell(closings):
    history = lived(closings)
    for before, after in itertools.pairwise(history):
        later = {each.id: each.cell for each in after}
        assert all(later[each.id] == each.cell for each in before if each.cell)
    sizes = {}
    for each in history[-1]:
        sizes[each.cell] = sizes.get(each.cell, 0) + 1
    sizes.pop(None, None)
    assert all(size >= LEAST for size in sizes.values())


@FEW
@given(CLOSINGS)
def test_totals_are_made_of_shown_figures_only(closings):
    found = shown(lived(closings)[-1])
    for area in NAMES:
        means = [each.figures[area].share for each in found.columns if area in each.figures]
        expected = sum(means, Fraction(0)) / len(means) if means else None
        assert found.of_others(area) == expected


@FEW
@given(st.dictionaries(st.sampled_from(list(Group)), st.integers(0, 9)))
def test_counts_are_hidden_below_three_and_never_summed(answered):
    counts = counts_to_show(answered)

    assert all(
        counts[group] == (count if group in NAMED or count >= LEAST else None)
        for group, count in answered.items()
    )


def ratings_of(**counts):
    """Return released ratings, so many of each group, on level 2."""
    found = []
    for group, count in counts.items():
        for _each in range(count):
            levels = dict.fromkeys(NAMES, 2)
            texts = dict.fromkeys(NAMES, f"{group} {len(found)}")
            found.append(Given(len(found) + 1, Group(group), levels, texts, "all"))
    cells = cells_to_release(found, 1)
    return [replace(each, cell=cells.get(each.id)) for each in found]


def keys(found):
    return [each.key for each in found.columns]


def test_two_colleagues_stay_hidden_and_three_are_shown():
    assert keys(shown(ratings_of(colleague=2))) == []
    assert shown(ratings_of(colleague=2)).hidden == [Group.COLLEAGUE, Group.CUSTOMER]
    assert keys(shown(ratings_of(colleague=3))) == ["colleague"]


def test_small_groups_show_together_and_without_a_number():
    found = shown(ratings_of(colleague=2, customer=2))

    assert keys(found) == [OTHERS]
    assert found.columns[0].count is None
    assert found.columns[0].figures["teamwork"].count is None
    assert found.hidden == []


def test_a_small_group_is_not_put_together_with_one_that_shows():
    found = shown(ratings_of(colleague=5, customer=2))

    assert keys(found) == ["colleague"]
    assert found.columns[0].count == 5
    assert found.hidden == [Group.CUSTOMER]


def test_nobody_answered_looks_like_too_few():
    assert shown(ratings_of(colleague=3)) == shown(ratings_of(colleague=3, customer=2))


def test_superior_and_person_are_shown_by_themselves():
    found = shown(ratings_of(superior=1, self=1))

    assert keys(found) == ["superior", "self"]
    assert found.of_others("teamwork") == Fraction(2, 3)


def test_not_observed_is_no_cover_for_those_who_did():
    ratings = ratings_of(colleague=4)
    ratings[:2] = [replace(each, levels={**each.levels, "teamwork": None}) for each in ratings[:2]]

    column = shown(ratings).columns[0]

    assert set(column.figures) == {"communication"}
    assert "teamwork" not in column.comments


def test_late_answers_wait_until_they_are_three():
    first = ratings_of(colleague=3)
    late = [Given(50 + n, Group.COLLEAGUE, dict.fromkeys(NAMES, 0)) for n in range(3)]

    assert cells_to_release([*first, *late[:2]], 2) == {}
    assert cells_to_release([*first, *late], 2) == dict.fromkeys((50, 51, 52), "colleague:2")


def test_who_rated_too_needs_one_more_to_see_the_others():
    ratings = ratings_of(colleague=3)

    assert keys(shown(ratings, viewer={Group.COLLEAGUE})) == []
    assert keys(shown(ratings_of(colleague=4), viewer={Group.COLLEAGUE})) == ["colleague"]


def test_comments_stand_in_another_order_for_each_area_but_always_the_same():
    ratings = ratings_of(colleague=9)

    column = shown(ratings).columns[0]

    assert column.comments == shown(ratings[::-1]).columns[0].comments
    assert sorted(column.comments["teamwork"]) == sorted(column.comments["communication"])
    assert column.comments["teamwork"] != column.comments["communication"]


def test_customers_on_a_shorter_form_compare_by_their_share():
    found = shown(ratings_of(customer=3))

    assert found.columns[0].figures["teamwork"].share == 1
    assert found.columns[0].figures["teamwork"].spread == (0, 0, 3)


def test_enough_means_that_every_group_asked_would_show():
    assert has_enough({Group.SUPERIOR: 1, Group.COLLEAGUE: 3})
    assert not has_enough({Group.SUPERIOR: 0, Group.COLLEAGUE: 3})
    assert not has_enough({Group.COLLEAGUE: 3, Group.CUSTOMER: 2})
