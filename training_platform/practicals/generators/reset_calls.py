"""Calls that ask to reset a password: some by whom they say, some not, one among colleagues."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from training_platform.crm.dataset import names
from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.moments import beginning

Row = Mapping[str, Any]
_LABELS = {
    "number": {"zh": "来电号码", "en": "Number shown"},
    "says": {"zh": "对方说", "en": "The caller says"},
    "back": {"zh": "回拨的结果", "en": "Calling back"},
}


@generator
def reset_calls(dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int) -> Drawn:
    """Plant a ticket for each customer's call, and draw what is heard on the line.

    Options: proper and improper (lists of says, back, and is_known: whether the number shown is
    the one on file; {person} and {firm} are put in), colleague (a list of number, says, back). Two
    of each of the first, one of the last. The key: proper and handed (ids of tickets), ids,
    reported (subject, kind), stranger (the contact whose address a caller wants, and the new one).
    """
    cases = [(True, each) for each in dice.sample(options["proper"], 2)]
    cases += [(False, each) for each in dice.sample(options["improper"], 2)]
    people = dice.sample(_people(baseline, seller), len(cases))
    codes = [f"LD-{number}" for number in dice.sample(range(1100, 9900), len(cases) + 1)]
    order = dice.sample(range(len(cases)), len(cases))
    taken = {row["mobile"] for row in baseline["customer"].values()}
    cards, planted = [], []
    for number in order:
        firm, contact = people[number]
        call = cases[number][1]
        shown = contact["mobile"] if call["is_known"] else names.phone(dice, taken)
        cards.append(_card(codes[number], call, firm, contact, shown))
        planted.append(Planted("ticket", _ticket(codes[number], firm, contact, seller)))
    colleague = dice.pick(options["colleague"])
    cards.append(_card(codes[-1], colleague, None, None, colleague["number"]))
    ids = {number: own_id(place) for place, number in enumerate(order)}
    refused = [number for number in ids if not cases[number][0]]
    stranger = people[refused[0]][1]
    return Drawn(
        params={"count": len(cards), "calls": {"cards": dice.sample(cards, len(cards))}},
        key={
            "proper": [ticket for number, ticket in ids.items() if cases[number][0]],
            "handed": [ids[number] for number in refused],
            "ids": list(ids.values()),
            "reported": [
                {"subject": codes[number], "kind": "permission"} for number in (*refused, -1)
            ],
            "stranger": {"id": stranger["id"], "email": "reset.help@service-desk.example"},
        },
        planted=tuple(planted),
    )


def _people(baseline: Baseline, seller: int) -> list[tuple[Row, Row]]:
    """Return the seller's customers whose main contact has a number and an address."""
    mains = {
        row["customer_id"]: row
        for row in baseline["contact"].values()
        if row["is_primary"] and row["mobile"] and row["email"]
    }
    return [
        (row, mains[row["id"]])
        for row in baseline["customer"].values()
        if row["owner_id"] == seller and row["retention"] == "active" and row["id"] in mains
    ]


def _ticket(code: str, firm: Row, contact: Row, seller: int) -> dict[str, Any]:
    came = beginning() - timedelta(minutes=20)
    return {
        "customer_id": firm["id"],
        "contact_id": contact["id"],
        "subject": f"{code} 申请重置客户门户密码",
        "channel": "phone",
        "category": "question",
        "description": "来电申请重置客户门户的登录密码。",
        "severity": "medium",
        "priority": "medium",
        "tier_at_creation": "regular",
        "status": "assigned",
        "owner_id": seller,
        "received_at": came,
        "response_due_at": came + timedelta(hours=4),
        "resolve_due_at": came + timedelta(hours=30),
    }


def _card(
    code: str, call: Row, firm: Row | None, contact: Row | None, shown: str
) -> dict[str, Any]:
    places = {
        "firm": firm["name"] if firm else "",
        "person": contact["name"] if contact else "",
    }
    said, back = (
        {language: text.format_map(places) for language, text in call[name].items()}
        for name in ("says", "back")
    )
    return {
        "heading": f"{code} {places['firm']}".strip(),
        "lines": [[_LABELS["number"], shown], [_LABELS["says"], said], [_LABELS["back"], back]],
    }
