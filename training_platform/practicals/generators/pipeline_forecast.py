"""A forecast of three months: the pipeline brought up to date first, then read beside history."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.crm.metrics.forecast import Forecast, forecast
from training_platform.crm.rules.stages import OPEN
from training_platform.practicals.drawing import Baseline, Drawn, generator
from training_platform.practicals.generators.counting import source_of
from training_platform.practicals.generators.figures import money, month_in_words

_FIRST, _AFTER = "2025-07-01", "2025-10-01"
#: What happens to the three deals: where the date goes, and what becomes of the amount.
_LATER = ("2025-11-14", "2025-11-28", "2025-12-12")
_COLUMNS = [
    {"zh": "商机编号", "en": "Opportunity"},
    {"zh": "商机", "en": "Name"},
    {"zh": "最新情况", "en": "News"},
]
#: Method → words by which it is named.
_METHODS = {
    "seasonal_naive": ["去年同期", "季节", "season"],
    "holt_winters": ["Holt", "霍尔特", "指数平滑"],
}


@generator
def pipeline_forecast(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Draw news of three open deals, and the month of which the seasonal baseline is asked.

    The key: deals (id and what must stand there), weighted (the pipeline of three months with the
    news), before (without them), full (not weighted), seasonal and month_before (what was sold in
    the month before the one a year ago), best and other (words for the two methods), wape and mase
    of the best.
    """
    open_deals = [
        row
        for row in baseline["opportunity"].values()
        if row["stage"] in OPEN
        and row["closed_at"] is None
        and row["owner_id"]
        and _FIRST <= (row["expected_close_on"] or "") < _AFTER
        and not row["probability_reason"]
        and Decimal(row["amount"] or 0) >= options["least"]
    ]
    late, less, more = dice.sample(open_deals, 3)
    deals = [
        {"id": late["id"], "expected_close_on": dice.pick(_LATER)},
        {"id": less["id"], "amount": _part(less["amount"], 60)},
        {"id": more["id"], "amount": _part(more["amount"], 130)},
    ]
    old = forecast(source_of(baseline, ["order", "opportunity", "seller"]))
    new = forecast(source_of(_changed(baseline, deals), ["order", "opportunity", "seller"]))
    asked = dice.whole(0, len(new.months) - 1)
    best, other = sorted(_METHODS, key=lambda name: new.wape[name] or Decimal(0))
    history = dict(new.history)
    month = new.months[asked].month
    year_ago = date(month.year - 1, month.month - 1, 1)
    return Drawn(
        params={
            "news": _news((late, less, more), deals),
            "month": month_in_words(f"{month:%Y-%m}"),
        },
        key={
            "deals": [each | {"fill": _fill(each)} for each in deals],
            "weighted": money(_sum(new)),
            "before": money(_sum(old)),
            "full": money(sum((each.open_amount for each in new.months), Decimal(0))),
            "seasonal": money(new.months[asked].seasonal_naive),
            "month_before": money(history[year_ago]),
            "best": _METHODS[best],
            "other": _METHODS[other],
            "wape": str(new.wape[best]),
            "mase": str(new.mase[best]),
        },
    )


def _part(amount: str, percent: int) -> str:
    return money(Decimal(round(Decimal(amount) * percent / 100_000) * 1000))


def _changed(baseline: Baseline, deals: Sequence[Mapping[str, Any]]) -> Baseline:
    rows = dict(baseline["opportunity"])
    for each in deals:
        rows[each["id"]] = {**rows[each["id"]], **each}
    return {**baseline, "opportunity": rows}


def _sum(found: Forecast) -> Decimal:
    return sum((each.pipeline for each in found.months), Decimal(0))


def _fill(deal: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in deal.items() if name != "id"}


def _news(rows: Sequence[Mapping[str, Any]], deals: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    shown = []
    for row, deal in zip(rows, deals, strict=True):
        amount, day = deal.get("amount"), deal.get("expected_close_on")
        said = (
            {"zh": f"客户推迟，预计 {day} 成交", "en": f"Put off; expected to close on {day}"}
            if day
            else {"zh": f"金额改为 {amount} 元", "en": f"The amount is now ¥{amount}"}
        )
        shown.append([row["code"], row["name"], said])
    return {"table": {"columns": _COLUMNS, "rows": shown}}
