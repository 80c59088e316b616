"""What earns performance points."""

import pytest

from training_platform.consequences.rules import Pass, Policy, points_for

POLICY = Policy(quiz_points=2, practical_points=5, practical_percent=95, first_try_only=True)


@pytest.mark.parametrize(
    ("passed", "policy", "points"),
    [
        (Pass("quiz_passed", "distinction", 96, 1), POLICY, 2),
        (Pass("quiz_passed", "passed", 94, 1), POLICY, 0),
        (Pass("quiz_passed", "distinction", 96, 2), POLICY, 0),
        (Pass("practical_passed", "passed", 95, 1), POLICY, 5),
        (Pass("practical_passed", "passed", 94, 1), POLICY, 0),
        (Pass("practical_passed", "passed", 95, 2), Policy(first_try_only=False), 5),
        (Pass("quiz_passed", "distinction", 100, 1), Policy(quiz_points=0), 0),
    ],
)
def test_points_for_a_pass(passed, policy, points):
    assert points_for(passed, policy) == points
