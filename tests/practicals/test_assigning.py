"""Rules of assignment are graded by where they send leads that nobody has seen."""

import pytest

from tests.practicals.conftest import task
from training_platform.practicals.evidence import Evidence
from training_platform.practicals.grading import grade, lost
from training_platform.practicals.world import World

SELLERS = {number: {"id": number, "name": f"甲{number}"} for number in range(1, 6)}


def rule(ident, position, sellers, strategy="round_robin", **conditions):
    """Return a rule as a row holds it."""
    return {
        "id": ident,
        "position": position,
        "is_active": True,
        "is_deleted": False,
        "conditions": conditions,
        "strategy": strategy,
        "seller_ids": sellers,
    }


VIP = rule(1, 10, [5], "fixed", tier=["vip"])
FOOD = rule(2, 20, [1, 2], region=["east"], industry=["food"])
EAST = rule(3, 30, [1, 2, 3], region=["east"])
BY_HAND = rule(4, 40, [], "fixed")
KEY = [VIP, FOOD, EAST, BY_HAND]
LEADS = [
    {"region": region, "industry": industry, "source": "phone", "potential": None, "tier": tier}
    for region, industry, tier in [
        *[("east", "food", None)] * 4,
        *[("east", "energy", "key")] * 3,
        ("east", "food", "vip"),
        ("west", "food", None),
        ("west", "energy", None),
    ]
]


def graded(*rules):
    """Grade the workspace's rules by who gets the leads, and by how evenly."""
    times = {"started_at": "2025-06-30T01:00:00Z", "ended_at": "2025-06-30T01:05:00Z"}
    drawn = {"params": {}, "key": {"rules": KEY, "leads": LEADS}, "planted": {}, "events": []}
    evidence = Evidence("t", 1, "small", 1, rows={"assignment_rule": rules}, **times, **drawn)
    check = {"type": "assigned_as_rules_say", "rules": "$key.rules", "leads": "$key.leads"}
    checks = [check | {"id": "who"}, check | {"id": "spread", "spread": True, "points": 20}]
    return grade(task(*checks), World(evidence, {"seller": SELLERS}))


@pytest.mark.parametrize(
    "rules",
    [
        KEY,
        [EAST | {"seller_ids": [3, 2, 1]}, FOOD, VIP],
        [VIP, FOOD | {"strategy": "least_busy"}, EAST | {"last_seller_id": 2}, BY_HAND],
        [VIP, FOOD, rule(7, 30, [1, 2, 3], region=["east"], industry=["energy", "textiles"])],
        [*KEY, rule(9, 1, [4], "fixed") | {"is_active": False}],
    ],
)
def test_rules_are_right_by_where_leads_go_however_they_are_written(rules):
    assert graded(*rules).points == 100


@pytest.mark.parametrize(
    ("rules", "costs", "points"),
    [
        ([VIP | {"position": 50}, FOOD, EAST], {"who"}, 92),
        ([VIP, FOOD, EAST | {"position": 15}], {"who", "spread"}, 48),
        ([VIP, FOOD | {"strategy": "fixed"}, EAST], {"spread"}, 80),
        ([VIP, FOOD, EAST, rule(4, 40, [5])], {"who"}, 84),
        ([], {"who", "spread"}, 16),
    ],
)
def test_each_mistake_costs_the_leads_that_it_misleads(rules, costs, points):
    result = graded(*rules)

    assert (lost(result), result.points) == (costs, points)


def test_a_lead_that_goes_astray_is_told_with_who_should_have_it():
    (gap,) = graded(VIP | {"position": 50}, FOOD, EAST).outcomes[0].gaps

    assert gap == (None, None, "east · food · phone · vip", "甲1, 甲2", "甲5")
