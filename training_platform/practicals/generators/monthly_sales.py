"""The sales of one month by seller: paid, net of refunds, and what the usual slips make of them."""

from collections.abc import Mapping
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, generator
from training_platform.practicals.generators.figures import (
    figures,
    money,
    month_in_words,
    past_months,
    total,
)


@generator
def monthly_sales(dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int) -> Drawn:
    """Draw one of the last `months` full months in which the team paid something back.

    The key: definition (the report that is wanted), net (its total), and the totals that come out
    by order date (ordered) and before refunds (gross).
    """
    known = {"entity": "order", "groups": ["owner_id"], "measure": "sum"}

    def total_of(period: str, by: str, field: str) -> str:
        chosen = {"period_field": by, "period": period, "measure_field": field}
        return money(total(figures(known | chosen, baseline, seller)))

    months = [
        month
        for month in past_months(options["months"])
        if total_of(month, "paid_at", "amount") != total_of(month, "paid_at", "net_amount")
    ]
    period = dice.pick(months)
    wanted = {"period_field": "paid_at", "period": period, "measure_field": "net_amount"}
    return Drawn(
        params={"month": month_in_words(period), "period": period},
        key={
            "definition": known | wanted,
            "net": total_of(period, "paid_at", "net_amount"),
            "gross": total_of(period, "paid_at", "amount"),
            "ordered": total_of(period, "ordered_at", "net_amount"),
        },
    )
