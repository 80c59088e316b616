"""What supervisors' tasks draw differs truly: nobody learns the answer from a colleague."""

from decimal import Decimal

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
        ("dashboard-diagnosis", "name", 3),
        ("dashboard-diagnosis", "kind", 3),
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


@pytest.mark.parametrize("seed", range(6))
def test_the_faulty_report_shows_in_its_total_and_in_the_share_that_is_asked_for(seed):
    key = drawn("dashboard-diagnosis", seed).key

    assert key["shown"] != key["right"]
    assert abs(float(key["shown_share"]) - float(key["share"])) >= 0.5
    assert key["id"] not in key["other_ids"]
    assert len(key["other_ids"]) == 5


@pytest.mark.parametrize("seed", range(4))
def test_every_way_to_choose_the_wrong_customers_reaches_somebody_too_many(seed):
    key = drawn("campaign-and-roi", seed).key
    reached = {row["customer_id"] for row in key["reached"]}

    assert 7 <= len(reached) <= 45
    assert reached < set(key["ids"])
    assert key["bent"] in set(key["ids"]) - reached
    assert not reached & set(key["recent"])
    assert {str(each) for each in reached} < set(key["all_forms"])


@pytest.mark.parametrize("seed", range(4))
def test_the_first_mailing_differs_between_right_figures_and_slips(seed):
    past = drawn("campaign-and-roi", seed).key["past"]

    for right, slip in [
        ("opened", "opened_of_sent"),
        ("clicked", "clicked_of_sent"),
        ("ratio", "ratio_all"),
        ("ratio", "profit"),
    ]:
        assert abs(float(past[right]) - float(past[slip])) > 0.1
    assert float(past["cost"]) < float(past["cost_all"])


def test_the_bills_of_the_first_mailing_add_up_to_its_cost_without_the_other_one():
    task = drawn("campaign-and-roi", 1)
    told = PRACTICALS["campaign-and-roi"].task.options["first"]["name"]
    bills = task.params["bills"]["table"]["rows"]

    own = [row for row in bills if row[2] == told]
    amounts = [Decimal(row[3].replace(",", "")) for row in own]
    assert len(bills) == len(own) + 1
    assert sum(amounts) == Decimal(task.key["past"]["cost"])


@pytest.mark.parametrize("seed", range(3))
def test_eighty_customers_wait_for_cleaning_and_each_belongs_to_one_rule(seed):
    task = drawn("archive-and-erase", seed)
    key, lines = task.key, task.params["customers"]["table"]["rows"]

    groups = [set(key[each]) for each in ("archive", "erase", "hold", "nearly", "hearsay")]
    assert len(lines) == len(key["all_ids"]) == 80
    assert len(set().union(*groups)) == sum(len(each) for each in groups)


@pytest.mark.parametrize("seed", range(3))
def test_only_who_is_to_be_archived_or_held_was_last_seen_before_the_line(seed):
    task = drawn("archive-and-erase", seed)
    numbers = {row["code"]: row["id"] for row in BASELINE["customer"].values()}
    lines = task.params["customers"]["table"]["rows"]

    old = {numbers[row[0]] for row in lines if row[2] <= task.params["line"]}
    assert old >= set(task.key["archive"])
    assert not old & {*task.key["nearly"], *task.key["hearsay"]}
    assert old <= {*task.key["archive"], *task.key["hold"], *task.key["erase"]}


def test_the_rules_are_tried_on_sixty_leads():
    key = drawn("assignment-rules", 0).key

    assert sum(len(key[each]) for each in ("leads", "vip_leads", "other_leads")) == 60
