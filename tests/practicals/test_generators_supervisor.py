"""What supervisors' tasks draw differs truly: nobody learns the answer from a colleague."""

import pytest

from training_platform.config import ROOT
from training_platform.practicals.drawing import draw
from training_platform.practicals.files import read_practicals
from training_platform.practicals.world import baseline

PRACTICALS, _MISTAKES = read_practicals(ROOT)
#: The seed of a draw whose two shares were once both 2.6 %.
SMALL_SHARE = "7c2607ed0b7f1a2d5931f209a7047c902fccca93f95cd604cff66f02ba963dea"
BASELINE = baseline("b2b_cn", 1)


def drawn(slug: str, seed: int | str):
    task = PRACTICALS[slug].task
    return draw(task.generator, str(seed), task.options, BASELINE, task.seller)


@pytest.mark.parametrize(
    ("slug", "answer", "least"),
    [
        ("funnel-and-losses", "worst", 2),
        ("three-month-forecast", "best", 2),
        ("journey-map", "longest", 3),
        ("customer-activity-report", "least", 2),
    ],
)
def test_the_asked_choice_differs_between_draws(slug, answer, least):
    found = {str(drawn(slug, seed).key[answer]) for seed in range(8)}

    assert len(found) >= least


@pytest.mark.parametrize("seed", range(4))
def test_the_groups_asked_for_tell_by_which_rule_the_points_were_given(seed):
    key = drawn("rfm-segments", seed).key

    assert all(each["size"] != each["other"] for each in key["groups"])
    assert any(row["rfm"] != row["other"] for row in key["rows"])


@pytest.mark.parametrize("slip", ["ordered", "ever", "gross"])
def test_each_slip_of_the_figures_shows_in_somebodys_row(slip):
    right = {"ordered": "days", "ever": "orders", "gross": "net"}[slip]
    rows = drawn("rfm-segments", 0).key["rows"]

    assert any(row[slip] != row[right] for row in rows)


@pytest.mark.parametrize("seed", range(3))
def test_the_longest_step_is_never_the_one_complained_of(seed):
    key = drawn("journey-map", seed).key

    assert key["longest"] != key["complained"]
    assert max(key["rows"], key=lambda row: row["days"])["days"] >= 12


def test_a_share_of_the_calls_is_never_as_good_as_one_of_all():
    key = drawn("customer-activity-report", SMALL_SHARE).key

    assert float(key["of_calls"]) - float(key["share"]) > 0.5
