"""A forecast of three months: the pipeline brought up to date first, then read beside history."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.crm.metrics.forecast import Forecast, forecast
from training_platform.crm.metrics.twin import TwinSource
from training_platform.crm.rules.stages import OPEN
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator
from training_platform.practicals.generators.counting import typed_rows
from training_platform.practicals.generators.figures import money, month_in_words
from training_platform.practicals.generators.moments import ZONE, beginning
from training_platform.practicals.generators.texts import in_both

_FIRST, _AFTER = "2025-07-01", "2025-10-01"
#: What happens to the three deals: where the date goes, and what becomes of the amount.
_LATER = ("2025-11-14", "2025-11-28", "2025-12-12")
_COLUMNS = [
    {"zh": "商机编号", "en": "Opportunity"},
    {"zh": "商机", "en": "Name"},
    {"zh": "最新情况", "en": "News"},
]
#: Method → what the report calls it.
_METHODS = {"seasonal_naive": "By season of last year", "holt_winters": "Holt-Winters"}
#: Large orders of last year, by which the season foretells this year well, or does not: the month,
#: and between how many thousands the amount lies where the season is to win, and where not.
_LARGE = {"2024-05-17": ((1250, 1480), (80, 300)), "2024-06-14": ((950, 1150), (80, 300))}


@generator
def pipeline_forecast(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Draw which method did better, news of three deals, and a month of last year's season.

    Two orders of last year are planted, so large or so small that the drawn method is the better.

    The key: deals (id and what must stand there), weighted (the pipeline of three months with the
    news), before (without them), full (not weighted), seasonal and month_before (what was sold in
    the month before the one a year ago), best and other (the two methods), wape and mase
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
    best = dice.pick(tuple(_METHODS))
    orders, planted = _large_orders(dice, baseline, best)
    old = forecast(_source(baseline, orders, []))
    new = forecast(_source(baseline, orders, deals))
    asked = dice.whole(0, len(new.months) - 1)
    other = next(each for each in _METHODS if each != best)
    history = dict(new.history)
    month = new.months[asked].month
    year_ago = date(month.year - 1, month.month - 1, 1)
    return Drawn(
        params={
            "news": _news((late, less, more), deals),
            "month": month_in_words(f"{month:%Y-%m}"),
            "methods": [in_both(each) for each in _METHODS.values()],
        },
        key={
            "deals": [each | {"fill": _fill(each)} for each in deals],
            "weighted": money(_sum(new)),
            "before": money(_sum(old)),
            "full": money(sum((each.open_amount for each in new.months), Decimal(0))),
            "seasonal": money(new.months[asked].seasonal_naive),
            "month_before": money(history[year_ago]),
            "best": in_both(_METHODS[best]),
            "other": in_both(_METHODS[other]),
            "wape": str(new.wape[best]),
            "mase": str(new.mase[best]),
        },
        planted=planted,
    )


def _part(amount: str, percent: int) -> str:
    return money(Decimal(round(Decimal(amount) * percent / 100_000) * 1000))


def _large_orders(
    dice: Dice, baseline: Baseline, best: str
) -> tuple[list[dict[str, Any]], list[Planted]]:
    """Return two orders of last year as rows that are counted, and as what is planted."""
    keen = [row for row in baseline["customer"].values() if row["owner_id"] and _is_active(row)]
    found = []
    for place, (day, (large, small)) in enumerate(_LARGE.items()):
        firm = dice.pick(keen)
        paid = datetime.fromisoformat(f"{day}T15:00").replace(tzinfo=ZONE)
        order = {
            "customer_id": firm["id"],
            "owner_id": firm["owner_id"],
            "status": "done",
            "ordered_at": paid - timedelta(days=6),
            "paid_at": paid,
            "amount": Decimal(dice.whole(*(large if best == "seasonal_naive" else small)) * 1000),
            "refunded_amount": Decimal(0),
        }
        found.append({"id": -1 - place, **order})
    return found, [Planted("order", {n: v for n, v in row.items() if n != "id"}) for row in found]


def _is_active(row: Mapping[str, Any]) -> bool:
    return bool(row["retention"] == "active")


def _source(
    baseline: Baseline, orders: Sequence[Mapping[str, Any]], deals: Sequence[Mapping[str, Any]]
) -> TwinSource:
    """Return what the metrics count: the dataset with these orders, and the deals as they are."""
    news = {each["id"]: _typed_news(each) for each in deals}
    world = {name: typed_rows(baseline, name) for name in ("order", "opportunity", "seller")}
    world["order"] = [*world["order"], *orders]
    world["opportunity"] = [{**row, **news.get(row["id"], {})} for row in world["opportunity"]]
    return TwinSource(world, beginning())


def _typed_news(deal: Mapping[str, Any]) -> dict[str, Any]:
    day, amount = deal.get("expected_close_on"), deal.get("amount")
    found = {"expected_close_on": date.fromisoformat(day)} if day else {}
    return found | ({"amount": Decimal(amount)} if amount else {})


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
