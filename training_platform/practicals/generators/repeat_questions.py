"""Tickets that ask what others have asked before: most have an article, two need a new one."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.moments import beginning

Row = Mapping[str, Any]


@generator
def repeat_questions(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Plant tickets of the seller's customers: with an article, without one, an emergency.

    Options: count (how many with an article), known (article, subject, text, category), fresh (the
    asked: two tickets on one topic, and the article for it as a form takes it), urgent (subject,
    text, category). The key: known (id, article_id, and decoy: another article), fresh (ids),
    solvable (ids that an answer settles), ids (all), urgent (an id), article (the new one for
    forms) and article_id (what it becomes).
    """
    known = dice.sample(options["known"], options["count"])
    fresh, urgent = dice.pick(options["fresh"]), dice.pick(options["urgent"])
    asked = [*known, *fresh["asked"], urgent]
    order = dice.sample(range(len(asked)), len(asked))
    customers = dice.sample(_customers(baseline, seller), len(asked))
    planted = [
        Planted("ticket", _ticket(dice, asked[number], customer, seller))
        for number, customer in zip(order, customers, strict=True)
    ]
    ids = {number: own_id(place) for place, number in enumerate(order)}
    first = len(known)
    return Drawn(
        params={"count": len(asked)},
        key={
            "known": [
                {"id": ids[number], "article_id": each["article"], "decoy": _decoy(known, number)}
                for number, each in enumerate(known)
            ],
            "fresh": [ids[first + number] for number in range(len(fresh["asked"]))],
            "solvable": [ids[number] for number in range(len(asked) - 1)],
            "ids": list(ids.values()),
            "urgent": ids[len(asked) - 1],
            "article": fresh["article"],
            "article_id": own_id(len(planted)),
        },
        planted=tuple(planted),
    )


def _decoy(known: Sequence[Row], number: int) -> int:
    """Return the article of another question."""
    article: int = known[(number + 1) % len(known)]["article"]
    return article


def _customers(baseline: Baseline, seller: int) -> list[tuple[int, int]]:
    """Return the seller's customers with their main contacts, as ids."""
    mains = {
        row["customer_id"]: row["id"] for row in baseline["contact"].values() if row["is_primary"]
    }
    return [
        (row["id"], mains[row["id"]])
        for row in baseline["customer"].values()
        if row["owner_id"] == seller and row["retention"] == "active" and row["id"] in mains
    ]


def _ticket(dice: Dice, asked: Row, customer: tuple[int, int], seller: int) -> dict[str, Any]:
    came = beginning() - timedelta(minutes=dice.whole(5, 55))
    return {
        "customer_id": customer[0],
        "contact_id": customer[1],
        "subject": asked["subject"],
        "channel": dice.pick(("phone", "online", "email", "wechat")),
        "category": asked["category"],
        "description": asked["text"],
        "severity": asked.get("severity", "low"),
        "priority": asked.get("severity", "low"),
        "tier_at_creation": "regular",
        "status": "assigned",
        "owner_id": seller,
        "received_at": came,
        "response_due_at": came + timedelta(hours=5),
        "resolve_due_at": came + timedelta(hours=30),
    }
