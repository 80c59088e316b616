"""A queue of tickets from an old system: each marked as of low priority, given to nobody."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.crm.rules.tickets import priority_of
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.moments import beginning
from training_platform.practicals.report_filters import Sources

#: Tier, severity, and how many tickets of it. Those of low priority are right as they came.
_QUEUE = (
    ("vip", "high", 1),
    ("vip", "medium", 2),
    ("vip", "low", 1),
    ("key", "high", 2),
    ("key", "medium", 3),
    ("key", "low", 1),
    ("regular", "high", 2),
    ("regular", "medium", 3),
    ("regular", "low", 5),
)
_KINDS = tuple((tier, severity) for tier, severity, count in _QUEUE for _each in range(count))
#: Those that may be solved at once come last.
_SOLVED = 2
_AS_IT_CAME = "low"
Ticket = dict[str, Any]


@generator
def ticket_queue(dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int) -> Drawn:
    """Plant tickets of the team's customers, whose tiers only their own records tell.

    Options: troubles (by severity) and questions, which weigh little (subject, category,
    description; questions have a solution too), minutes (how long ago the first came in). The
    key: tickets in the order of their urgency (id, priority, agent, of_severity: the priority that
    the severity alone gives), urgent (their ids), grave (ids of high
    severity), vip_ids, other_ids, senior, sellers, solved and
    surveys; for the forms changed and by_severity (those whose priority is not low, by both or by
    severity alone), by_agent and forms.
    """
    staff = baseline["seller"]
    team = [number for number, row in staff.items() if row["team"] == staff[seller]["team"]]
    senior = next(each for each in team if staff[each]["role"] == "senior_agent")
    sellers = [each for each in team if staff[each]["role"] == "seller"]
    texts = _texts(dice, options)
    firms = _firms(dice, baseline, team)
    order = dice.sample(range(len(_KINDS)), len(_KINDS))
    tickets: list[Ticket] = []
    planted = []
    for place, number in enumerate(order):
        (tier, severity), text = _KINDS[number], texts[number]
        agent = senior if tier == "vip" else dice.pick(sellers)
        tickets.append({**_ticket(own_id(place), tier, severity, agent), **text})
        came = beginning() - timedelta(minutes=1 + dice.whole(0, options["minutes"] - 1))
        planted.append(_planted(text, severity, firms[number], came))
    tickets.sort(key=lambda each: each["id"])
    tickets.sort(key=lambda each: ("urgent", "high", "medium", "low").index(each["priority"]))
    solved = [each for each in tickets if "solution" in each]
    return Drawn(
        params={
            "count": len(tickets),
            "senior": {"zh": staff[senior]["name"], "en": staff[senior]["latin_name"]},
        },
        key={
            "tickets": tickets,
            "urgent": [each["id"] for each in tickets if each["priority"] == "urgent"],
            "grave": [each["id"] for each in tickets if each["severity"] == "high"],
            "vip_ids": [each["id"] for each in tickets if each["tier"] == "vip"],
            "other_ids": [each["id"] for each in tickets if each["tier"] != "vip"],
            "other_count": sum(1 for each in tickets if each["tier"] != "vip"),
            "senior": senior,
            "sellers": sellers,
            "solved": solved,
            "changed": [each for each in tickets if each["priority"] != _AS_IT_CAME],
            "by_severity": [each for each in tickets if each["of_severity"] != _AS_IT_CAME],
            "by_agent": [
                {"agent": agent, "ids": [str(t["id"]) for t in tickets if t["agent"] == agent]}
                for agent in sorted({each["agent"] for each in tickets})
            ],
            "forms": [str(each["id"]) for each in tickets],
            "surveys": [{"ticket_id": each["id"]} for each in solved],
        },
        planted=planted,
    )


def _texts(dice: Dice, options: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what each ticket is about, in the order of the kinds: as grave as its severity."""
    grave = {name: dice.sample(each, len(each)) for name, each in options["troubles"].items()}
    asked = dice.sample(options["questions"], _SOLVED)
    troubles = [grave[severity].pop() for _tier, severity in _KINDS[: len(_KINDS) - _SOLVED]]
    return [*troubles, *asked]


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
            "priority": _AS_IT_CAME,
            "status": "new",
            "received_at": came,
        },
    )
