"""A queue of tickets from an old system: each marked as of low priority, given to nobody."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.crm.rules.tickets import priority_of
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.moments import beginning
from training_platform.practicals.report_filters import Sources

#: Tier and severity of the tickets; what follows is never the low priority that all have.
_KINDS = (
    ("vip", "high"),
    ("vip", "medium"),
    ("vip", "low"),
    ("key", "high"),
    ("key", "medium"),
    ("regular", "high"),
    ("regular", "medium"),
    ("regular", "medium"),
)
#: Those that may be solved at once come last.
_SOLVED = 2
Ticket = dict[str, Any]


@generator
def ticket_queue(dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int) -> Drawn:
    """Plant tickets of the team's customers, whose tiers only their own records tell.

    Options: troubles and questions (subject, category, description; questions have a solution
    too), minutes (how long ago the first came in). The key: tickets in the order of their urgency
    (id, priority, agent, of_severity: the priority that the severity alone gives), urgent (their
    ids), vip_ids, other_ids, senior, sellers, solved and surveys.
    """
    staff = baseline["seller"]
    team = [number for number, row in staff.items() if row["team"] == staff[seller]["team"]]
    senior = next(each for each in team if staff[each]["role"] == "senior_agent")
    sellers = [each for each in team if staff[each]["role"] == "seller"]
    texts = [
        *dice.sample(options["troubles"], len(_KINDS) - _SOLVED),
        *dice.sample(options["questions"], _SOLVED),
    ]
    firms = _firms(dice, baseline, team)
    order = dice.sample(range(len(_KINDS)), len(_KINDS))
    tickets: list[Ticket] = []
    planted = []
    for place, number in enumerate(order):
        (tier, severity), text = _KINDS[number], texts[number]
        agent = senior if tier == "vip" else dice.pick(sellers)
        tickets.append(_ticket(own_id(place), tier, severity, agent) | text)
        came = beginning() - timedelta(minutes=1 + dice.whole(0, options["minutes"] - 1))
        planted.append(_planted(text, severity, firms[number], came))
    tickets.sort(key=lambda each: each["id"])
    tickets.sort(key=lambda each: ("urgent", "high", "medium").index(each["priority"]))
    solved = [each for each in tickets if "solution" in each]
    return Drawn(
        params={
            "count": len(tickets),
            "senior": {"zh": staff[senior]["name"], "en": staff[senior]["latin_name"]},
        },
        key={
            "tickets": tickets,
            "urgent": [each["id"] for each in tickets if each["priority"] == "urgent"],
            "vip_ids": [each["id"] for each in tickets if each["tier"] == "vip"],
            "other_ids": [each["id"] for each in tickets if each["tier"] != "vip"],
            "other_count": sum(1 for each in tickets if each["tier"] != "vip"),
            "senior": senior,
            "sellers": sellers,
            "solved": solved,
            "surveys": [{"ticket_id": each["id"]} for each in solved],
        },
        planted=planted,
    )


def _firms(dice: Dice, baseline: Baseline, team: Sequence[int]) -> list[Mapping[str, Any]]:
    """Return a customer for each kind, all different, none that is about to become another tier."""
    tiers = Sources(lambda entity: baseline.get(entity, {}), beginning())
    found: list[Mapping[str, Any]] = []
    own = [
        row
        for row in baseline["customer"].values()
        if row["owner_id"] in team and row["retention"] == "active"
    ]
    for tier, _severity in _KINDS:
        ones = [row for row in own if tiers.tier_of(row["id"]) == tier and row not in found]
        found.append(dice.pick(ones))
    return found


def _ticket(number: int, tier: str, severity: str, agent: int) -> Ticket:
    return {
        "id": number,
        "tier": tier,
        "severity": severity,
        "priority": priority_of(tier, severity),
        "of_severity": priority_of("regular", severity),
        "agent": agent,
    }


def _planted(
    text: Mapping[str, Any], severity: str, firm: Mapping[str, Any], came: datetime
) -> Planted:
    return Planted(
        "ticket",
        {
            "customer_id": firm["id"],
            "subject": text["subject"],
            "channel": "email",
            "category": text["category"],
            "description": text["description"],
            "severity": severity,
            "priority": "low",
            "status": "new",
            "received_at": came,
        },
    )
