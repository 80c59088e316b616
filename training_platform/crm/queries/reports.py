"""Running a report: one select for any definition, its groups named, its numbers linked to rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

from sqlalchemy import Select, func, literal, select, type_coerce

from training_platform.core.db import Money
from training_platform.core.i18n import translate
from training_platform.crm.desk import Desk
from training_platform.crm.fields import FieldKind
from training_platform.crm.metrics import periods
from training_platform.crm.models import Seller
from training_platform.crm.queries import filters as filtering
from training_platform.crm.queries.report_groups import (
    Axis,
    Days,
    ends_of,
    grouping,
    range_of,
)
from training_platform.crm.queries.sellers import within_reach
from training_platform.crm.queries.tiers import net_amount
from training_platform.crm.registry import ENTITIES, Entity
from training_platform.crm.rules.reports import NET, TAGS, Definition, Sum
from training_platform.crm.rules.roles import Reach, reach_of

Key = tuple[Any, ...]


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


OTHERS = _("Others")
MOST_PARTS = 4
#: Stands for "whatever value" where a figure is the total of a grouping.
ANY = object()


@dataclass(frozen=True)
class ReportTable:
    """The numbers of a report: rows by the first grouping, columns by the second."""

    definition: Definition
    rows: Axis | None
    columns: Axis | None
    cells: Mapping[Key, Sum]
    filters: Mapping[str, Any]

    def at(self, *values: Any) -> Decimal | int | None:
        """Return the figure of a row, of a row and a column, or of all."""
        found = [cell for key, cell in self.cells.items() if key[: len(values)] == values]
        return sum(found, Sum()).value(self.definition.measure)

    def of_column(self, value: Any) -> Decimal | int | None:
        """Return the total of a column."""
        found = [cell for key, cell in self.cells.items() if key[1] == value]
        return sum(found, Sum()).value(self.definition.measure)

    @property
    def total_count(self) -> int:
        """Return how many records were counted."""
        return sum(cell.count for cell in self.cells.values())

    def points(self) -> list[tuple[str, float | None, str]]:
        """Return the rows as a chart takes them."""
        assert self.rows is not None  # noqa: S101  # templates ask where there are rows
        figures = [(self.rows.labels[value], self.at(value)) for value in self.rows.values]
        return [(text, None if figure is None else float(figure), "") for text, figure in figures]

    def top(self) -> float:
        """Return the end of the scale of stacked bars."""
        return max([*(point[1] or 0 for point in self.points()), 1])

    def parts(self, row: Any) -> list[tuple[str, float, str]]:
        """Return the parts of a row for a stacked bar: the largest columns, the others together.

        The largest of the whole report, in one order: a shade means the same in each row.
        """
        assert self.columns is not None  # noqa: S101  # templates ask where there are columns
        order = sorted(self.columns.values, key=lambda each: -(self.of_column(each) or 0))
        sizes = {each: float(self.at(row, each) or 0) for each in self.columns.values}
        shown = [each for each in self.columns.values if each in order[:MOST_PARTS]]
        parts = [(self.columns.labels[each], sizes[each]) for each in shown]
        if len(order) > MOST_PARTS:
            parts.append((translate(OTHERS), sum(sizes[each] for each in order[MOST_PARTS:])))
        return [(text, size, f"{size:,.0f}") for text, size in parts]

    def leads(self, *values: Any) -> bool:
        """Tell whether a list can show just these records: not where one counts several times."""
        given = [*values, ANY, ANY]
        axes = zip((self.rows, self.columns), given, strict=False)
        return not any(axis and axis.name == TAGS and value is ANY for axis, value in axes)

    def arguments(self, *values: Any) -> dict[str, str]:
        """Return the address values of the list that shows the records behind a figure.

        values are those of the rows and of the columns; ANY, or none, for a total.
        """
        found = dict(self.filters)
        for axis, value in zip((self.rows, self.columns), values, strict=False):
            if axis is None or value is ANY:
                continue
            for name, wanted in axis.filters.get(value, {}).items():
                found[name] = _both(found.get(name), wanted)
        return {"view": "all", **filtering.to_arguments(found)}


def _both(first: Any, second: Any) -> Any:
    """Return the filter that lets through what two filters of one field let through."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        ends = {**first, **second}
        if first.get("from") and second.get("from"):
            ends["from"] = max(first["from"], second["from"])
        if first.get("to") and second.get("to"):
            # a day without a time is the whole day
            ends["to"] = min(first["to"], second["to"], key=lambda text: (text[:10], -len(text)))
        return ends
    if isinstance(first, Sequence) and isinstance(second, Sequence):
        return [value for value in second if value in first] or second
    return second


def owners_within_reach(desk: Desk) -> frozenset[int] | None:
    """Return the sellers whose records the one who is played may see; None for all."""
    reach = reach_of(desk.seller.role)
    if reach is Reach.ALL:
        return None
    if reach is Reach.OWN:
        return frozenset({desk.seller.id})
    team = select(Seller.id).where(Seller.team == desk.seller.team)
    return frozenset(desk.session.scalars(team))


def period_days(desk: Desk, period: str) -> Days | None:
    """Return first day and the day after the last; None for all time."""
    this = periods.month_of(desk.now)
    after = periods.add_months(this, 1)
    moving = {
        "this_month": (this, after),
        "last_month": (periods.add_months(this, -1), this),
        "last_3": (periods.add_months(this, -2), after),
        "last_12": (periods.add_months(this, -11), after),
        "this_year": (this.replace(month=1), periods.add_months(this.replace(month=1), 12)),
    }
    return moving.get(period) or periods.read_period(period)


def run(desk: Desk, definition: Definition) -> ReportTable:
    """Run a report on what the seller who is played may see."""
    entity = ENTITIES[definition.entity]
    days = period_days(desk, definition.period) if definition.period_field else None
    groupings = [grouping(desk, definition, name, days) for name in definition.groups]
    statement = _base(desk, entity, definition, days)
    names = []
    for at, each in enumerate(groupings):
        names.append(f"x_group_{at}")
        statement = each.apply(statement, names[-1])
    counted = desk.session.execute(statement.group_by(*names))
    cells: dict[Key, Sum] = {}
    for row in counted:
        values = zip(groupings, row[3:], strict=True)
        for key in product(*(each.keys(value) for each, value in values)):
            cells[key] = cells.get(key, Sum()) + Sum(row[0], row[1], Decimal(row[2] or 0))
    axes = [each.axis({key[at] for key in cells}) for at, each in enumerate(groupings)]
    shown = dict(definition.filters)
    if days and definition.period_field:
        field = definition.period_field
        shown[field] = _both(shown.get(field), range_of(*days))
    padded = [*axes, None, None]
    return ReportTable(definition, padded[0], padded[1], cells, shown)


def _base(desk: Desk, entity: Entity, definition: Definition, days: Days | None) -> Select[Any]:
    model: Any = entity.model
    measured, is_money = _measured(entity, definition.measure_field)
    total: Any = literal(0)
    if measured is not None:
        total = func.coalesce(func.sum(measured), 0)
        total = type_coerce(total, Money) if is_money else total
    statement = (
        select(func.count(), func.count(measured) if measured is not None else func.count(), total)
        .select_from(model)
        .where(within_reach(desk, model))
        .where(*filtering.conditions(desk, entity, dict(definition.filters)))
    )
    if days is None or not definition.period_field:
        return statement
    column = getattr(model, definition.period_field)
    start, end = ends_of(entity, definition.period_field, days)
    return statement.where(column >= start, column < end)


def _measured(entity: Entity, name: str) -> tuple[Any, bool]:
    """Return what is summed, and whether it is money; None where records are counted."""
    if not name:
        return None, False
    if name == NET:
        return net_amount(), True
    return getattr(entity.model, name), entity.fields[name].kind is FieldKind.MONEY
