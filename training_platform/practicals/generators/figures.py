"""Figures of the company as it is at the beginning, counted as the grader counts them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from training_platform.crm.metrics.periods import add_months, month_key, month_of
from training_platform.crm.rules.reports import read_definition
from training_platform.practicals.drawing import Baseline
from training_platform.practicals.generators.moments import beginning
from training_platform.practicals.reporting import Reporter, Table

_ENGLISH = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]


def figures(definition: Mapping[str, Any], baseline: Baseline, seller: int) -> Table:
    """Return the figures of a report that a seller would see. Raises ValueError for none."""
    known = read_definition(definition)
    if known is None:
        raise ValueError(f"no report of {definition.get('entity')}")
    reporter = Reporter(lambda entity: baseline.get(entity, {}), seller, beginning())
    return reporter.run(known)


def total(table: Table) -> Decimal:
    """Return all figures of a table together."""
    return sum(table.values(), Decimal(0))


def money(figure: Decimal) -> str:
    """Return an amount as keys hold it."""
    return f"{figure:.2f}"


def past_months(count: int) -> list[str]:
    """Return so many full months before the beginning, the last one first (2025-05)."""
    this = month_of(beginning())
    return [month_key(add_months(this, -at)) for at in range(1, count + 1)]


def month_in_words(key: str) -> dict[str, str]:
    """Return a month as a brief says it."""
    year, month = key.split("-")
    return {"zh": f"{year} 年 {int(month)} 月", "en": f"{_ENGLISH[int(month) - 1]} {year}"}
