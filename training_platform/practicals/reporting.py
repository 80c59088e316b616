"""Running a report again over plain rows: what its definition says, read in plain Python.

The pages run a definition as SQL (crm/queries/reports.py); graders run it here, on the rows of an
attempt, years later and without a database. The two share no code, and a test holds them equal.

What is counted: the rows that the seller who saved the report may see, whose period field lies in
the period (first day included, as company's days), and that pass every filter; a filter on
something unknown asks nothing. A record counts once under each of its keys (tags: several); an
average is the sum divided by the records that have an amount, rounded half up to two places.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import product
from typing import Any

from training_platform.core import clock
from training_platform.crm.fields import FieldKind
from training_platform.crm.metrics.periods import add_months, month_key, month_of, read_period
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules.reports import MONTH, NET, TAGS, TEAM, TIER, Definition
from training_platform.crm.rules.roles import Reach, reach_of
from training_platform.crm.values import to_plain
from training_platform.practicals.evidence import Row
from training_platform.practicals.report_filters import Sieve, Sources
from training_platform.practicals.world import Rows

Days = tuple[date, date]
#: A cell's place: (grouping, value) of each grouping; so rows and columns may be exchanged.
Place = frozenset[tuple[str, Any]]
Table = Mapping[Place, Decimal]
#: Without a period, months lie around the present one; the others are put together.
MONTHS_BEFORE, MONTHS_AFTER = 47, 24
EARLIER, LATER = "…-", "-…"
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Reporter:
    """Runs reports over one state of the practice company, for one seller at one time."""

    rows_of: Callable[[str], Rows]
    seller_id: int
    now: datetime

    def run(self, definition: Definition) -> Table:
        """Return the figure of each cell in which there is one."""
        groups = definition.groups
        cells: dict[Place, list[Decimal | None]] = {} if groups else {frozenset(): []}
        for row in self._counted(definition):
            keys = (self._keys(definition, row, name) for name in groups)
            for values in product(*keys):
                place = frozenset(zip(groups, values, strict=True))
                cells.setdefault(place, []).append(_measured(row, definition))
        found = {place: _figure(definition.measure, cell) for place, cell in cells.items()}
        return {place: figure for place, figure in found.items() if figure is not None}

    def days_of(self, period: str) -> Days | None:
        """Return first day and the day after the last of a period; None for all time."""
        this = month_of(self.now)
        after, year = add_months(this, 1), this.replace(month=1)
        moving = {
            "this_month": (this, after),
            "last_month": (add_months(this, -1), this),
            "last_3": (add_months(this, -2), after),
            "last_12": (add_months(this, -11), after),
            "this_year": (year, add_months(year, 12)),
        }
        return moving.get(period) or read_period(period)

    def _counted(self, definition: Definition) -> Iterator[Row]:
        sieve = Sieve(definition.entity, definition.filters, self._sources)
        field, days = definition.period_field, self.days_of(definition.period)
        ends = _ends(definition.entity, field, days) if field and days else None
        for row in self._reached(definition.entity):
            value = row.get(field) if ends else None
            if (ends is None or (value and ends[0] <= value < ends[1])) and sieve.passes(row):
                yield row

    def _keys(self, definition: Definition, row: Row, name: str) -> Iterable[Any]:
        if name == MONTH:
            return (self._month(definition, row),)
        if name == TEAM and "owner_id" in ENTITIES[definition.entity].fields:
            return (self.rows_of("seller").get(row["owner_id"], {}).get("team"),)
        if name == TIER:
            return (self._sources.tier_of(row["id"]),)
        if name == TAGS:
            chosen = definition.filters.get(TAGS, ())
            return [tag for tag in row.get(TAGS) or () if not chosen or tag in chosen]
        if name.startswith("custom."):
            value = (row.get("custom") or {}).get(name.removeprefix("custom."))
            return (None if value is None else str(value),)
        return (row.get(name),)

    def _month(self, definition: Definition, row: Row) -> str | None:
        value = row.get(definition.period_field)
        if not value:
            return None
        day = date.fromisoformat(value) if len(value) == 10 else _local_day(value)
        if self.days_of(definition.period) is None:
            this = month_of(self.now)
            if day < add_months(this, -MONTHS_BEFORE):
                return EARLIER
            if day >= add_months(this, MONTHS_AFTER + 1):
                return LATER
        return month_key(day)

    def _reached(self, entity: str) -> Iterator[Row]:
        """Yield what the seller may see: own, the team's, all; and what nobody owns."""
        rows, model = self.rows_of(entity).values(), ENTITIES[entity].model
        owners = None if model.is_shared else self._owners
        customers = self.rows_of("customer")
        by = next((name for name in ("owner_id", "customer_id") if hasattr(model, name)), "")
        for row in rows:
            if owners is None or not by or row.get(by) is None:
                yield row
            elif by == "owner_id":
                if row[by] in owners:
                    yield row
            elif (customer := customers.get(row[by])) and customer["owner_id"] in {*owners, None}:
                yield row

    @cached_property
    def _owners(self) -> frozenset[int] | None:
        sellers = self.rows_of("seller")
        own = sellers[self.seller_id]
        reach = reach_of(own["role"])
        if reach is Reach.ALL:
            return None
        if reach is Reach.OWN:
            return frozenset({self.seller_id})
        return frozenset(number for number, row in sellers.items() if row["team"] == own["team"])

    @cached_property
    def _sources(self) -> Sources:
        return Sources(self.rows_of, self.now)


def folded(table: Table) -> Table:
    """Return a table without the groupings that hold one value only: they tell nothing apart."""
    values: dict[str, set[Any]] = {}
    for place in table:
        for name, value in place:
            values.setdefault(name, set()).add(value)
    alone = {name for name, found in values.items() if len(found) == 1}
    return {
        frozenset(pair for pair in place if pair[0] not in alone): figure
        for place, figure in table.items()
    }


def _ends(entity: str, field: str, days: Days) -> tuple[str, str]:
    """Return a period as the texts that rows hold: days as they are, instants in UTC."""
    if ENTITIES[entity].fields[field].kind is FieldKind.DATE:
        return days[0].isoformat(), days[1].isoformat()
    zone = clock.company_zone()
    first, after = (datetime.combine(day, time.min, tzinfo=zone) for day in days)
    return to_plain(first), to_plain(after)


def _local_day(instant: str) -> date:
    return clock.company_day(datetime.fromisoformat(instant))


def _measured(row: Row, definition: Definition) -> Decimal | None:
    """Return what a row adds to a sum; None where nothing is entered."""
    name = "amount" if definition.measure_field == NET else definition.measure_field
    value = row.get(name)
    if value is None:
        return None
    net = definition.measure_field == NET
    return Decimal(str(value)) - (Decimal(row.get("refunded_amount") or 0) if net else 0)


def _figure(measure: str, cell: list[Decimal | None]) -> Decimal | None:
    if measure == "count":
        return Decimal(len(cell))
    amounts = [each for each in cell if each is not None]
    total = sum(amounts, Decimal(0))
    if measure == "sum":
        return total
    return (total / len(amounts)).quantize(_CENT, ROUND_HALF_UP) if amounts else None
