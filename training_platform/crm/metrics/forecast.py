"""The forecast of three months: what the pipeline holds, and what history says. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from training_platform.crm.metrics import periods
from training_platform.crm.metrics.customers import weighted
from training_platform.crm.metrics.results import monthly_sales
from training_platform.crm.metrics.shapes import ZERO, Source
from training_platform.crm.metrics.thresholds import HORIZON, SEASON, SMOOTHING

HISTORY = 2 * SEASON


@dataclass(frozen=True)
class ForecastMonth:
    """One month to come: three views of it."""

    month: date
    pipeline: Decimal
    open_amount: Decimal
    seasonal_naive: Decimal
    holt_winters: Decimal


@dataclass(frozen=True)
class TestedMonth:
    """One of the last full months: what came, and what the methods would have said."""

    month: date
    actual: Decimal
    seasonal_naive: Decimal
    holt_winters: Decimal


@dataclass(frozen=True)
class Forecast:
    """Three months to come, the history behind them, and how each method would have done."""

    months: Sequence[ForecastMonth]
    history: Sequence[tuple[date, Decimal]]
    #: Method → WAPE in percent over the last three full months; None without sales.
    wape: dict[str, Decimal | None]
    #: Method → MASE of the same months; None where the months before them give no scale.
    mase: dict[str, Decimal | None]
    tested: Sequence[TestedMonth]
    #: Open opportunities without a date of expected close, or with one that is past.
    undated: Decimal


def forecast(source: Source) -> Forecast:
    """Return the forecast of the three months after the last full one."""
    first = _first_open_month(source)
    history = monthly_sales(source, periods.months_until(periods.add_months(first, -1), HISTORY))
    values = [float(month.net) for month in history]
    coming = [periods.add_months(first, at) for at in range(HORIZON)]
    naive, smooth = seasonal_naive(values, HORIZON), holt_winters(values, HORIZON)
    pipes: dict[date | None, tuple[Decimal, Decimal]] = {}
    for pipe in source.pipeline():
        month = pipe.close_on.replace(day=1) if pipe.close_on else None
        month = month if month is None or month >= first else None
        likely, full = pipes.get(month, (ZERO, ZERO))
        pipes[month] = (likely + weighted(pipe), full + pipe.amount)
    known, last = values[:-HORIZON], values[-HORIZON:]
    tests = {
        "seasonal_naive": seasonal_naive(known, HORIZON),
        "holt_winters": holt_winters(known, HORIZON),
    }
    return Forecast(
        [
            ForecastMonth(
                month, *pipes.get(month, (ZERO, ZERO)), _money(naive[at]), _money(smooth[at])
            )
            for at, month in enumerate(coming)
        ],
        [(month.month, month.net) for month in history],
        {name: wape(last, expected) for name, expected in tests.items()},
        {name: mase(last, expected, known) for name, expected in tests.items()},
        [
            TestedMonth(
                month.month, month.net, *(_money(expected[at]) for expected in tests.values())
            )
            for at, month in enumerate(history[-HORIZON:])
        ],
        pipes.get(None, (ZERO, ZERO))[1],
    )


def _first_open_month(source: Source) -> date:
    """Return the first month that is not over: on its last day the present one counts as over."""
    this = periods.month_of(source.now)
    after = periods.add_months(this, 1)
    return after if (periods.midnight(after) - source.now).days < 1 else this


def seasonal_naive(values: Sequence[float], steps: int) -> list[float]:
    """Return the values of a season ago; the mean where there was none."""
    mean = sum(values) / len(values) if values else 0.0
    return [
        values[at - SEASON] if 0 <= at - SEASON < len(values) else mean
        for at in range(len(values), len(values) + steps)
    ]


def holt_winters(values: Sequence[float], steps: int) -> list[float]:
    """Return additive Holt-Winters with fixed weights; seasonal naive below a season and a half.

    The level begins as the mean of the first season, the trend as the mean change to what
    follows it, the season as the distances from that mean.
    """
    if len(values) < SEASON + SEASON // 2:
        return seasonal_naive(values, steps)
    alpha, beta, gamma = SMOOTHING
    rest = len(values) - SEASON
    level = sum(values[:SEASON]) / SEASON
    changes = (
        values[SEASON + at % SEASON] - values[at % SEASON] for at in range(min(rest, SEASON))
    )
    trend = sum(changes) / min(rest, SEASON) / SEASON
    season = [value - level for value in values[:SEASON]]
    for at in range(SEASON, len(values)):
        before, place = level, at % SEASON
        level = alpha * (values[at] - season[place]) + (1 - alpha) * (level + trend)
        trend = beta * (level - before) + (1 - beta) * trend
        season[place] = gamma * (values[at] - level) + (1 - gamma) * season[place]
    ends = range(len(values), len(values) + steps)
    return [
        max(0.0, level + (at + 1) * trend + season[end % SEASON]) for at, end in enumerate(ends)
    ]


def wape(actual: Sequence[float], expected: Sequence[float]) -> Decimal | None:
    """Return the sum of absolute errors in percent of the sum of the actual values."""
    total = sum(abs(value) for value in actual)
    if not total:
        return None
    wrong = sum(abs(a - e) for a, e in zip(actual, expected, strict=True))
    return Decimal(str(round(wrong / total * 100, 1)))


def mase(
    actual: Sequence[float], expected: Sequence[float], known: Sequence[float]
) -> Decimal | None:
    """Return the mean absolute error in units of that of seasonal naive within the known months.

    None where the known months are no longer than a season, or were all like a year before.
    """
    usual = [abs(after - before) for before, after in zip(known, known[SEASON:], strict=False)]
    if not any(usual):
        return None
    wrong = [abs(a - e) for a, e in zip(actual, expected, strict=True)]
    scaled = sum(wrong) / len(wrong) / (sum(usual) / len(usual))
    return Decimal(str(round(scaled, 2))).quantize(ZERO)


def _money(value: float) -> Decimal:
    return Decimal(str(round(value, 2))).quantize(ZERO)
