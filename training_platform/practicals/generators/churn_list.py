"""Customers who may be leaving, by the company's rule; some have just come back."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from training_platform.core import clock
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.metrics.customers import Risk, churn
from training_platform.crm.metrics.thresholds import CHURN_IDLE_DAYS
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator
from training_platform.practicals.generators.counting import source_of
from training_platform.practicals.generators.moments import beginning

_TOP = 5


@generator
def churn_list(dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int) -> Drawn:
    """Let `back` of the team's customers at risk buy again, and ask for the others.

    The pool and archived customers do not count. The key: ids, forms (ids as a form takes them),
    top (the five most valuable: customer_id, owner_id, idle, summary: what a task must say), last
    (the five least valuable), idle_forms (all who were idle for long, whatever their rhythm) and
    with_back (those who bought again, too).
    """
    staff, customers = baseline["seller"], baseline["customer"]
    team = frozenset(n for n, row in staff.items() if row["team"] == staff[seller]["team"])
    source = source_of(baseline, ["order", "seller"], team)
    own = {
        number
        for number, row in customers.items()
        if row["owner_id"] in team and row["retention"] == "active"
    }
    risks = [risk for risk in churn(source) if risk.customer_id in own]
    back = dice.sample(risks, options["back"])
    left = [risk for risk in risks if risk not in back]
    today = clock.company_day(source.now)
    idle = [
        number
        for number, days in source.purchases(source.now).items()
        if number in own and (today - days[-1]).days > CHURN_IDLE_DAYS
    ]
    returned = {risk.customer_id for risk in back}
    return Drawn(
        params={"tag": options["tag"], "count": _TOP},
        key={
            "ids": sorted(risk.customer_id for risk in left),
            "forms": [str(risk.customer_id) for risk in left],
            "top": [_plan(risk, customers) for risk in left[:_TOP]],
            "last": [_plan(risk, customers) for risk in left[-_TOP:]],
            "idle_forms": [str(number) for number in idle if number not in returned],
            "with_back": [str(risk.customer_id) for risk in risks],
        },
        planted=_orders(dice, back, customers),
    )


def _plan(risk: Risk, customers: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "customer_id": risk.customer_id,
        "owner_id": customers[risk.customer_id]["owner_id"],
        "idle": risk.idle_days,
        "summary": str(risk.idle_days),
    }


def _orders(
    dice: Dice, risks: Sequence[Risk], customers: Mapping[int, Mapping[str, Any]]
) -> list[Planted]:
    found = []
    for risk in risks:
        paid = beginning() - timedelta(days=dice.whole(5, 40))
        values = {
            "customer_id": risk.customer_id,
            "owner_id": customers[risk.customer_id]["owner_id"],
            "status": "done",
            "ordered_at": paid - timedelta(days=1),
            "paid_at": paid,
            "amount": Decimal(dice.whole(20, 90) * 100),
            "refunded_amount": Decimal(0),
        }
        found.append(Planted("order", values))
    return found
