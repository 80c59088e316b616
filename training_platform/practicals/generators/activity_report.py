"""What the teams did with their customers in a month: by team and by way of contact."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from training_platform.crm.choices import ACTIVITY_METHODS, REGIONS
from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, generator
from training_platform.practicals.generators.figures import (
    figures,
    month_in_words,
    past_months,
    total,
)
from training_platform.practicals.generators.texts import in_both
from training_platform.practicals.reporting import Table

_HUNDRED = Decimal(100)
#: So much lies between the right share and the slip.
_APART = Decimal("0.01")
Definition = dict[str, Any]


@generator
def activity_report(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Draw one of the last `months` full months and one of `methods`.

    Drawn are only months in which one team did least and one did most, and in which a share of the
    calls is not as good as one of all. The key: definition, and of
    this month and of twelve (year_…) the total, least and most (the team's names), share (of the
    method, in percent of all) and of_calls (in percent of the calls).
    """
    found: dict[str, dict[str, Any]] = {}
    while not found:
        method = dice.pick(options["methods"])
        year = _facts(_of("last_12"), method, baseline, seller)
        for month in past_months(options["months"]):
            facts = _facts(_of(month), method, baseline, seller)
            if facts and year:
                found[month] = facts
    period = dice.pick(sorted(found))
    key = found[period] | {f"year_{name}": value for name, value in (year or {}).items()}
    return Drawn(
        params={
            "month": month_in_words(period),
            "period": period,
            "method": in_both(ACTIVITY_METHODS[method]),
            "teams": [in_both(text) for text in REGIONS.values()],
        },
        key={"definition": _of(period), **key},
    )


def _of(period: str) -> Definition:
    return {
        "entity": "activity",
        "period_field": "done_at",
        "period": period,
        "groups": ["team", "method"],
        "measure": "count",
    }


def _facts(
    definition: Definition, method: str, baseline: Baseline, seller: int
) -> dict[str, Any] | None:
    """Return what can be said of a period; None where it says nothing clearly."""
    table = figures(definition, baseline, seller)
    by_team, by_method = _by("team", table), _by("method", table)
    order = sorted(by_team, key=lambda each: by_team[each])
    is_clear = len(order) == len(REGIONS) and by_team[order[0]] < by_team[order[1]]
    if not is_clear or by_team[order[-1]] == by_team[order[-2]] or method not in by_method:
        return None
    whole, asked, calls = total(table), by_method[method], by_method["call"]
    if asked / calls - asked / whole < _APART:
        return None
    names = {each: in_both(REGIONS[each]) for each in order}
    return {
        "total": str(whole),
        "least": names[order[0]],
        "most": names[order[-1]],
        "share": f"{asked * _HUNDRED / whole:.1f}",
        "of_calls": f"{asked * _HUNDRED / calls:.1f}",
    }


def _by(name: str, table: Table) -> dict[Any, Decimal]:
    found: dict[Any, Decimal] = {}
    for place, figure in table.items():
        value = dict(place)[name]
        if value is not None:
            found[value] = found.get(value, Decimal(0)) + figure
    return found
