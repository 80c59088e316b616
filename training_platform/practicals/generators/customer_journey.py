"""The way of one customer from the first question to the survey: what a journey map is drawn of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.firms import NewFirms, as_contact, as_customer
from training_platform.practicals.generators.moments import at, plain, shown

Row = Mapping[str, Any]
#: The steps on which the customer waits, in order, and the days that they usually take.
STEPS = (
    {"zh": "询价到第一次联系", "en": "Inquiry to first contact"},
    {"zh": "第一次联系到发出报价", "en": "First contact to quote sent"},
    {"zh": "发出报价到签订合同", "en": "Quote sent to contract signed"},
    {"zh": "签订合同到到货验收", "en": "Contract signed to delivery accepted"},
    {"zh": "报修到首次响应", "en": "Repair asked for to first response"},
    {"zh": "首次响应到解决", "en": "First response to repair done"},
)
_USUAL = ((1, 2), (2, 4), (4, 7), (5, 8), (1, 2), (2, 3))
#: The longest wait, wherever it is; and how long after delivery the customer asks for a repair.
_LONGEST, _QUIET = (12, 18), 40
#: The first step's task is due within two weeks.
_WITHIN = 14
_COLUMNS = [{"zh": "步骤", "en": "Step"}, {"zh": "从哪里到哪里", "en": "From what to what"}]
CUSTOMER, CONTACT = own_id(0), own_id(1)


@dataclass
class Journey:
    """What happens to one customer: records, in the order in which they are planted."""

    records: list[Planted] = field(default_factory=list)

    def add(self, entity: str, **values: Any) -> int:
        """Add a record of the customer and return its id."""
        self.records.append(Planted(entity, {"customer_id": CUSTOMER, **values}))
        return own_id(len(self.records) - 1)

    def add_contact(self, method: str, subject: str, seller: int, then: datetime) -> None:
        """Add something that was said or done with the customer."""
        self.add("activity", method=method, subject=subject, owner_id=seller, done_at=then)


@generator
def customer_journey(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Plant the way of one customer; one step, drawn, takes longest, another is complained of.

    Options: complaints (what the customer says of each step in the survey). The key: rows (step,
    days, both: counted with both ends), sheet and sheet_both for the field, longest and complained
    (names of steps), people (how many colleagues the customer met), records (how often), customer,
    owner (who ends the longest step), due (the last moment for the task), form_due, late.
    """
    staff = baseline["seller"]
    team = [n for n, row in staff.items() if row["team"] == staff[seller]["team"]]
    sellers = [n for n in team if staff[n]["role"] == "seller"]
    longest, complained = dice.sample(range(len(STEPS)), 2)
    waits = [
        dice.whole(*(_LONGEST if place == longest else usual)) for place, usual in enumerate(_USUAL)
    ]
    whom = _people(dice, sellers, next(n for n in team if staff[n]["role"] == "senior_agent"))
    firm = NewFirms(dice, baseline).draw()
    journey = Journey(
        [
            Planted(
                "customer", as_customer(firm, region="east", source="website", owner_id=whom[1])
            ),
            Planted("contact", as_contact(firm, CUSTOMER, role="buyer")),
        ]
    )
    _tell(journey, waits, whom, dice.pick(_machines(baseline)), options["complaints"][complained])
    rows = [
        {"step": str(place), "days": days, "both": days + 1} for place, days in enumerate(waits, 1)
    ]
    steps = [[str(place), step] for place, step in enumerate(STEPS, 1)]
    return Drawn(
        params={
            "firm": firm["name"],
            "choices": list(STEPS),
            "steps": {"table": {"columns": _COLUMNS, "rows": steps}},
            "until": shown(at(_WITHIN, 18)),
        },
        key={
            "rows": rows,
            "sheet": _sheet(rows, "days"),
            "sheet_both": _sheet(rows, "both"),
            "longest": STEPS[longest],
            "complained": STEPS[complained],
            "people": len(set(whom)),
            "records": len(whom),
            "customer": CUSTOMER,
            "owner": whom[longest + 1],
            "due": plain(at(_WITHIN, 18)),
            "form_due": plain(at(_WITHIN - 4, 17)),
            "late": plain(at(60, 17)),
        },
        planted=journey.records,
    )


def _people(dice: Dice, sellers: Sequence[int], senior: int) -> list[int]:
    """Return who took the inquiry, and who ended each step; some do more than one."""
    first, second, third = dice.sample(sellers, 3)
    inquiry, delivery = dice.pick((senior, third)), dice.pick((first, second))
    return [inquiry, first, first, first, delivery, senior, senior]


def _machines(baseline: Baseline) -> list[Row]:
    rows = baseline["product"].values()
    return [row for row in rows if row["is_active"] and row["line"] == "equipment"]


def _tell(
    journey: Journey, waits: Sequence[int], whom: Sequence[int], machine: Row, comment: str
) -> None:
    """Tell the way backwards from a repair that was done a week ago."""
    done = at(-7, 15)
    answered = done - timedelta(days=waits[5])
    asked = answered - timedelta(days=waits[4])
    accepted = asked - timedelta(days=_QUIET)
    signed = accepted - timedelta(days=waits[3])
    sent = signed - timedelta(days=waits[2])
    called = sent - timedelta(days=waits[1])
    inquired = called - timedelta(days=waits[0])
    journey.add_contact("email", "官网询价：想了解设备和交期", whom[0], inquired)
    journey.add_contact("call", "第一次联系：确认需求和预算", whom[1], called)
    amount = Decimal(machine["list_price_amount"])
    until = (sent + timedelta(days=30)).date()
    quote = journey.add(
        "quote",
        status="accepted",
        amount=amount,
        sent_at=sent,
        valid_until_on=until,
        owner_id=whom[2],
    )
    line = {"product_id": machine["id"], "quantity_count": 1, "unit_price_amount": amount}
    journey.records.append(Planted("quote_line", {"quote_id": quote, **line}))
    journey.add(
        "contract",
        quote_id=quote,
        status="signed",
        amount=amount,
        signed_at=signed,
        owner_id=whom[3],
    )
    journey.add_contact("visit", "到货验收：设备装好，客户签字", whom[4], accepted)
    _tell_service(journey, (asked, answered, done), whom[5:], comment)


def _tell_service(
    journey: Journey, moments: Sequence[datetime], whom: Sequence[int], comment: str
) -> None:
    """Tell of the repair: asked for, answered, done; and what the customer said of it."""
    asked, answered, done = moments
    ticket = journey.add(
        "ticket",
        contact_id=CONTACT,
        subject="开机后打印头报警",
        channel="phone",
        category="repair",
        severity="medium",
        priority="medium",
        tier_at_creation="regular",
        status="closed",
        owner_id=whom[0],
        received_at=asked,
        first_responded_at=answered,
        resolved_at=done,
        closed_at=done,
        solution="更换打印头排线，试机正常",
    )
    journey.add(
        "survey",
        ticket_id=ticket,
        seller_id=whom[1],
        sent_at=done,
        answered_at=done + timedelta(days=1),
        score=2,
        comment=comment,
    )


def _sheet(rows: Sequence[Mapping[str, Any]], column: str) -> str:
    return "\n".join(f"{row['step']} {row[column]}" for row in rows)
