"""What parts are worth together."""

from decimal import Decimal

import pytest

from training_platform.exams.rules import PartScore, combine


def result(*parts, passing=75, distinction=90):
    return combine(list(parts), pass_percent=passing, distinction_percent=distinction)


def test_each_part_counts_by_its_weight():
    found = result(PartScore(80, 100, 60), PartScore(50, 100, 40))

    assert found.percent == Decimal("68.00")
    assert found.outcome == "failed"


@pytest.mark.parametrize(
    ("reached", "is_passed"), [(7500, True), (7499, False)], ids=["just", "just not"]
)
def test_the_pass_mark_itself_passes(reached, is_passed):
    found = result(PartScore(reached, 10_000, 50), PartScore(reached, 10_000, 50))

    assert found.is_passed is is_passed


def test_three_thirds_make_a_whole_and_nothing_is_lost_in_between():
    third = PartScore(1, 3, 25)
    found = result(third, third, third, PartScore(3, 3, 25), passing=50)

    assert found.percent == Decimal("50.00")
    assert found.is_passed


def test_the_result_is_rounded_down_and_decided_before():
    found = result(PartScore(74_999, 100_000, 100), passing=75)

    assert found.percent == Decimal("74.99")
    assert not found.is_passed


def test_a_part_below_its_minimum_lets_the_whole_fail():
    good, weak = PartScore(100, 100, 90), PartScore(59, 100, 10, minimum=60)

    assert not result(good, weak).is_passed
    assert not result(good, weak).is_distinction
    assert result(good, PartScore(60, 100, 10, minimum=60)).is_passed


def test_what_was_never_opened_is_worth_nothing():
    found = result(PartScore(100, 100, 60), PartScore(0, 0, 40))

    assert found.percent == Decimal("60.00")


def test_a_distinction_needs_its_own_mark():
    assert result(PartScore(90, 100, 100)).outcome == "distinction"
    assert result(PartScore(89, 100, 100)).outcome == "passed"
