"""Merged records: which became one, whether everything moved along, and what the survivor says."""

import pytest

from tests.practicals.conftest import customer, task, world
from training_platform.practicals.grading import grade, lost
from training_platform.practicals.world import World

TWIN, THIRD, CONTACT, TICKET = 20_000_001, 20_000_002, 20_000_003, 20_000_004
PAIR = {"key": {"groups": [{"ids": [1, TWIN], "mobile": "15400000009"}]}}
#: A twin of customer 1 with a contact and a ticket.
PLANTED = {
    "customer": [customer(TWIN, mobile="15400000009", owner_id=1), customer(THIRD, owner_id=1)],
    "contact": [{"id": CONTACT, "customer_id": TWIN, "name": "周建国"}],
    "ticket": [{"id": TICKET, "customer_id": TWIN, "description": "卡纸"}],
}
GROUPS = {"id": "g", "entity": "customer", "key": "$key.groups"}
MERGED = GROUPS | {"type": "pair_f1"}
MOVED = GROUPS | {"type": "children_moved"}
KEPT = GROUPS | {"type": "survivor", "fields": {"mobile": "phone"}}


def gone(loser: int, survivor: int = 1, entity: str = "customer") -> dict[str, object]:
    context = {"survivor": survivor}
    return {"act": "merge_away", "entity": entity, "record_id": loser, "context": context}


def merged(*, contact=1, ticket=1, mobile="15400000009", events=None, **more) -> World:
    """Return a world in which the twin went into customer 1."""
    rows = {
        "customer": [customer(1, mobile=mobile), {"id": TWIN, "is_deleted": True}],
        "contact": [{"id": CONTACT, "customer_id": contact, "name": "周建国"}],
        "ticket": [{"id": TICKET, "customer_id": ticket, "description": "卡纸"}],
    }
    return world(
        planted=PLANTED,
        rows=rows,
        events=[gone(TWIN)] if events is None else list(events),
        **(PAIR | more),
    )


@pytest.mark.parametrize("check", [MERGED, MOVED, KEPT], ids=["pairs", "children", "survivor"])
def test_a_merge_that_took_everything_along_earns_all_and_none_earns_nothing(check):
    assert grade(task(check), merged()).points == 100
    assert grade(task(check), world(planted=PLANTED, rows=PLANTED, **PAIR)).points == 0


def test_what_was_left_behind_is_named_and_costs_its_share():
    result = grade(task(MOVED), merged(ticket=2))

    assert result.points == 50
    assert result.outcomes[0].gaps == (("ticket", TICKET, "customer_id", 2, 1),)


def test_a_duplicate_that_was_deleted_took_nothing_along():
    deleted = merged(contact=TWIN, ticket=TWIN, events=())

    assert lost(grade(task(MOVED), deleted)) == {"g"}
    assert lost(grade(task(MERGED), deleted)) == {"g"}


def test_a_contact_that_was_itself_merged_away_has_moved():
    done = merged(events=(gone(TWIN), gone(CONTACT, 5, "contact")))
    rows = {**done.evidence.rows, "contact": [{"id": CONTACT, "is_deleted": True}]}
    again = world(planted=PLANTED, rows=rows, events=done.events, **PAIR)

    assert grade(task(MOVED), again).points == 100


def test_the_survivor_needs_the_right_value_whichever_record_it_is():
    assert grade(task(KEPT), merged(mobile="15400000001")).points == 0

    other_way = {
        "customer": [{"id": 1, "is_deleted": True}, customer(TWIN, mobile="+86 154 0000 0009")]
    }
    done = world(planted=PLANTED, rows=other_way, events=[gone(1, TWIN)], **PAIR)
    assert grade(task(KEPT), done).points == 100


def test_three_of_one_firm_are_one_group_in_whatever_order_they_were_merged():
    three = {"key": {"groups": [[1, TWIN, THIRD]]}}
    rows = {"customer": [{"id": each, "is_deleted": True} for each in (TWIN, THIRD)]}
    for events in ([gone(TWIN), gone(THIRD)], [gone(THIRD, TWIN), gone(TWIN)]):
        done = world(planted=PLANTED, rows=rows, events=events, **three)
        assert grade(task(MERGED), done).points == 100


def test_a_merge_that_was_taken_back_is_none():
    back = world(planted=PLANTED, rows=PLANTED, events=[gone(TWIN)], **PAIR)

    assert grade(task(MERGED), back).points == 0


RATE = {
    "id": "r",
    "type": "rate",
    "entity": "customer",
    "key": "$key.cards",
    "match_on": "mobile",
    "fields": {"mobile": "phone", "city": "text"},
    "per_minute": 2,
}


@pytest.mark.parametrize(
    ("typed", "minute", "expected"),
    [(["苏州", "上海"], 1, 100), (["苏州", "上海"], 2, 50), (["苏州", "北京"], 1, 0), ([], 1, 0)],
    ids=["fast", "half as fast", "fast and wrong", "nothing"],
)
def test_speed_counts_only_what_is_right(typed, minute, expected):
    cards = [{"mobile": f"1540000001{n}", "city": c} for n, c in enumerate(["苏州", "上海"])]
    rows = [customer(TWIN + n, mobile=f"1540000001{n}", city=city) for n, city in enumerate(typed)]
    at = f"2025-06-30T01:0{minute}:00Z"
    events = [{"act": "create", "entity": "customer", "happened_at": at} for _row in rows]

    done = world(key={"cards": cards}, rows={"customer": rows}, events=events)

    assert grade(task(RATE), done).points == expected
