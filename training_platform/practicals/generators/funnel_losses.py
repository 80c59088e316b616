"""The sales funnel of a closed period: how many came how far, and where they were lost."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from training_platform.crm.choices import STAGES
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.metrics.periods import read_period, span_of
from training_platform.crm.metrics.results import FunnelStep, funnel, percent
from training_platform.crm.metrics.twin import TwinSource
from training_platform.crm.rules.stages import OPEN, WAY
from training_platform.practicals.drawing import Baseline, Drawn, generator
from training_platform.practicals.generators.counting import source_of
from training_platform.practicals.generators.figures import month_in_words
from training_platform.practicals.generators.texts import in_both

_QUARTERS = {"1": "一", "2": "二", "3": "三", "4": "四"}


@generator
def funnel_losses(dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int) -> Drawn:
    """Draw where the team's funnel leaks most, a period of `periods` in which it does, two stages.

    In the periods (quarters or months) everything is closed. The key: reached, loss and dwell of
    the two stages (first, second), worst (the stage with the highest loss); and what slips make of
    it: reached of the stage after (next_…), lost ones in percent of all (of_all), slow (the stage
    that takes longest), days (the sum).
    """
    staff = baseline["seller"]
    team = frozenset(n for n, row in staff.items() if row["team"] == staff[seller]["team"])
    source = source_of(baseline, ["opportunity", "stage_change"], team)
    found = {each: _steps(source, each) for each in options["periods"]}
    leaks = {period: _worst(steps) for period, steps in found.items()}
    worst = dice.pick(sorted({each for each in leaks.values() if each}))
    period = dice.pick([each for each in options["periods"] if leaks[each] == worst])
    steps = found[period]
    first, second = dice.sample([each for each in OPEN[1:] if steps[each].lost], 2)
    slow = max((s for s in OPEN if s != worst), key=lambda stage: steps[stage].dwell_days or 0)
    return Drawn(
        params={
            "period": period,
            "span": _in_words(period),
            "first": in_both(STAGES[first]),
            "second": in_both(STAGES[second]),
            "stages": [in_both(STAGES[each]) for each in OPEN],
        },
        key={
            "first": _facts(steps, first),
            "second": _facts(steps, second),
            "worst": in_both(STAGES[worst]),
            "slow": in_both(STAGES[slow]),
            "days": str(sum((steps[each].dwell_days or Decimal(0) for each in OPEN), Decimal(0))),
        },
    )


def _steps(source: TwinSource, period: str) -> dict[str, FunnelStep]:
    days = read_period(period)
    if days is None:
        raise ValueError(f"{period} is no period")
    return {step.stage: step for step in funnel(source, span_of(*days))}


def _worst(steps: Mapping[str, FunnelStep]) -> str | None:
    """Return the stage with the highest loss; None where two lose as much."""
    losses = {each: steps[each].loss_percent or Decimal(0) for each in OPEN}
    highest = max(losses.values())
    first, *others = [each for each in OPEN if losses[each] == highest]
    return None if others else first


def _facts(steps: Mapping[str, FunnelStep], stage: str) -> dict[str, str]:
    step, after = steps[stage], steps[WAY[WAY.index(stage) + 1]]
    whole = steps[WAY[0]].reached
    return {
        "reached": str(step.reached),
        "next_reached": str(after.reached),
        "loss": str(step.loss_percent),
        "of_all": str(percent(step.lost, whole)),
        "dwell": str(step.dwell_days),
    }


def _in_words(period: str) -> dict[str, str]:
    year, quarter = period[:4], period[-1]
    if "Q" not in period:
        return month_in_words(period)
    return {"zh": f"{year} 年第{_QUARTERS[quarter]}季度", "en": f"the quarter {quarter} of {year}"}
