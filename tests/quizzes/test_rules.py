from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from training_platform.assessment.rules import deadline_of
from training_platform.quizzes.rules import grade, is_late, may_review

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("right", "total", "percent", "passed"),
    [
        (8, 10, 80, True),
        (7, 10, 70, False),
        (799, 1000, 79, False),
        (0, 3, 0, False),
        (3, 3, 100, True),
    ],
)
def test_the_pass_mark_itself_passes(right: int, total: int, percent: int, passed: bool) -> None:
    shares = [(Fraction(int(n < right)), 1) for n in range(total)]
    result = grade(shares, pass_percent=80, distinction_percent=95)
    assert (result.percent, result.is_passed) == (percent, passed)


def test_three_thirds_make_a_whole() -> None:
    shares = [(Fraction(1, 3), 1), (Fraction(1, 3), 1), (Fraction(1, 3), 1), (Fraction(0), 1)]
    assert grade(shares, pass_percent=25, distinction_percent=95).is_passed


def test_points_weigh_and_distinction_is_a_band_of_its_own() -> None:
    result = grade([(Fraction(1), 3), (Fraction(1, 2), 2)], pass_percent=80, distinction_percent=80)
    assert (result.points, result.max_points, result.percent) == (400, 500, 80)
    assert result.outcome == "distinction"


@pytest.mark.parametrize(("seconds", "late"), [(299, False), (300, False), (301, True)])
def test_the_deadline_itself_still_counts(seconds: int, late: bool) -> None:
    assert is_late(START + timedelta(seconds=seconds), deadline_of(START, 5)) is late


@pytest.mark.parametrize(
    ("policy", "failed", "passed"),
    [("after_submission", True, True), ("after_pass", False, True), ("never", False, False)],
)
def test_the_review_policy_decides(policy: str, failed: bool, passed: bool) -> None:
    assert may_review(policy, is_passed=False) is failed
    assert may_review(policy, is_passed=True) is passed
