"""Running a report: one select for any definition, its groups named, its numbers linked to rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    case,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)

from training_platform.core.db import Money
from training_platform.core.i18n import translate
from training_platform.crm.choices import REGIONS, TIERS
from training_platform.crm.desk import Desk
from training_platform.crm.fields import FieldKind
from training_platform.crm.metrics import periods
from training_platform.crm.models import Customer, Seller
from training_platform.crm.queries import filters as filtering
from training_platform.crm.queries.sellers import shown_name, within_reach
from training_platform.crm.queries.tiers import tier_column
from training_platform.crm.registry import ENTITIES, Entity
from training_platform.crm.rules.reports import MONTH, TAGS, TEAM, TIER, Definition, Sum
from training_platform.crm.rules.roles import Reach, reach_of

MOST_MONTHS = 36
MOST_TAGS = 40
Key = tuple[Any, ...]


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


YES_NO = {True: _("Yes"), False: _("No")}
NOTHING = _("(none)")
OTHERS = _("Others")
MOST_PARTS = 4


@dataclass(frozen=True)
class Axis:
    """One grouping of a report: the values that occur, in order, with their names and filters."""

    name: str
    values: Sequence[Any]
    labels: Mapping[Any, str]
    #: Value → the filters by which a list shows these records only.
    filters: Mapping[Any, Mapping[str, Any]]


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
        """Return the end of the chart's scale."""
        return max([*(point[1] or 0 for point in self.points()), 1])

    def parts(self, row: Any) -> list[tuple[str, float, str]]:
        """Return the largest parts of a row for a stacked bar, the others together."""
        assert self.columns is not None  # noqa: S101  # templates ask where there are columns
        parts = [
            (self.columns.labels[value], float(self.at(row, value) or 0))
            for value in self.columns.values
            if (row, value) in self.cells
        ]
        shown, others = parts[:MOST_PARTS], parts[MOST_PARTS:]
        if others:
            shown.append((translate(OTHERS), sum(size for _text, size in others)))
        return [(text, size, f"{size:,.0f}") for text, size in shown]

    def arguments(self, *values: Any) -> dict[str, str]:
        """Return the address values of the list that shows the records behind a figure."""
        found = dict(self.filters)
        for axis, value in zip((self.rows, self.columns), values, strict=False):
            for name, wanted in (axis.filters.get(value, {}) if axis else {}).items():
                both = isinstance(wanted, Mapping) and isinstance(found.get(name), Mapping)
                found[name] = {**found[name], **wanted} if both else wanted
        return {"view": "all", **filtering.to_arguments(found)}


def owners_within_reach(desk: Desk) -> frozenset[int] | None:
    """Return the sellers whose records the one who is played may see; None for all."""
    reach = reach_of(desk.seller.role)
    if reach is Reach.ALL:
        return None
    if reach is Reach.OWN:
        return frozenset({desk.seller.id})
    team = select(Seller.id).where(Seller.team == desk.seller.team)
    return frozenset(desk.session.scalars(team))


def period_days(desk: Desk, period: str) -> tuple[date, date] | None:
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
    builders = [_builder(desk, entity, definition, name, days) for name in definition.groups]
    statement = _base(desk, entity, definition, days)
    names = []
    for at, build in enumerate(builders):
        names.append(f"x_group_{at}")
        statement = build.apply(statement, names[-1])
    counted = desk.session.execute(statement.group_by(*names))
    cells: dict[Key, Sum] = {}
    for row in counted:
        key = tuple(build.key(value) for build, value in zip(builders, row[3:], strict=True))
        cells[key] = cells.get(key, Sum()) + Sum(row[0], row[1], Decimal(row[2] or 0))
    axes = [build.axis(desk, {key[at] for key in cells}) for at, build in enumerate(builders)]
    shown = dict(definition.filters)
    if days and definition.period_field:
        shown[definition.period_field] = _range(*days)
    padded = [*axes, None, None]
    return ReportTable(definition, padded[0], padded[1], cells, shown)


def _base(
    desk: Desk, entity: Entity, definition: Definition, days: tuple[date, date] | None
) -> Select[Any]:
    model: Any = entity.model
    measured: Any = getattr(model, definition.measure_field) if definition.measure_field else None
    total: Any = literal(0)
    if measured is not None:
        kind = entity.fields[definition.measure_field].kind
        total = func.coalesce(func.sum(measured), 0)
        total = type_coerce(total, Money) if kind is FieldKind.MONEY else total
    statement = (
        select(func.count(), func.count(measured) if measured is not None else func.count(), total)
        .select_from(model)
        .where(within_reach(desk, model))
        .where(*filtering.conditions(desk, entity, dict(definition.filters)))
    )
    if days is None or not definition.period_field:
        return statement
    column = getattr(model, definition.period_field)
    start, end = _ends(entity, definition.period_field, days)
    return statement.where(column >= start, column < end)


def _ends(entity: Entity, name: str, days: tuple[date, date]) -> tuple[Any, Any]:
    if entity.fields[name].kind is FieldKind.DATE:
        return days
    return periods.midnight(days[0]), periods.midnight(days[1])


def _range(first: date, after: date) -> dict[str, str]:
    return {"from": first.isoformat(), "to": (after - timedelta(days=1)).isoformat()}


@dataclass(frozen=True)
class _Builder:
    """How one grouping is selected, folded and named."""

    apply: Callable[[Select[Any], str], Select[Any]]
    key: Callable[[Any], Any]
    axis: Callable[[Desk, set[Any]], Axis]


def _builder(
    desk: Desk,
    entity: Entity,
    definition: Definition,
    name: str,
    days: tuple[date, date] | None,
) -> _Builder:
    if name == MONTH:
        return _by_month(desk, entity, definition.period_field, days)
    if name in {"owner_id", TEAM} and "owner_id" in entity.fields:
        return _by_owner(desk, entity, as_team=name == TEAM)
    if name == TIER:
        return _by_tier(desk)
    if name == TAGS:
        return _by_tag(desk, entity)
    return _by_choice(entity, name)


def _by_month(desk: Desk, entity: Entity, field: str, days: tuple[date, date] | None) -> _Builder:
    model: Any = entity.model
    this = periods.month_of(desk.now)
    first, after = days or (periods.add_months(this, 1 - MOST_MONTHS), periods.add_months(this, 1))
    months = periods.months_in(first, after)[-MOST_MONTHS:]
    column = getattr(model, field)
    starts = [_ends(entity, field, (month, after))[0] for month in months]
    beyond = _ends(entity, field, (first, periods.add_months(months[-1], 1)))[1]
    bounds = [*starts[1:], beyond]
    place = case(
        (column < starts[0], -1), *((column < end, at) for at, end in enumerate(bounds)), else_=-1
    )

    def axis(_desk: Desk, _found: set[Any]) -> Axis:
        values: list[Any] = list(months) if days else sorted(_found - {None})
        ends = {month: _range(month, periods.add_months(month, 1)) for month in values}
        labels = {month: periods.month_key(month) for month in values}
        if None in _found:
            values, labels = [*values, None], {**labels, None: translate(NOTHING)}
        return Axis(MONTH, values, labels, {month: {field: ends[month]} for month in ends})

    return _Builder(
        lambda statement, label: statement.add_columns(place.label(label)),
        lambda at: months[at] if at >= 0 else None,
        axis,
    )


def _by_owner(desk: Desk, entity: Entity, *, as_team: bool) -> _Builder:
    owner = entity.model.owner_id  # type: ignore[attr-defined]
    sellers = {each.id: each for each in desk.session.scalars(select(Seller))}

    def team_of(value: Any) -> Any:
        return sellers[value].team if value in sellers else None

    def axis(_desk: Desk, found: set[Any]) -> Axis:
        order = list(REGIONS) if as_team else sorted(found - {None})
        values = [each for each in order if each in found] + ([None] if None in found else [])
        if as_team:
            labels = {name: translate(text) for name, text in REGIONS.items()}
            members = {
                name: [str(each.id) for each in sellers.values() if each.team == name]
                for name in REGIONS
            }
            wanted = {name: {"owner_id": ids} for name, ids in members.items()}
            return Axis(TEAM, values, _named(labels), {**wanted, None: _no_owner()})
        names = {ident: shown_name(each) for ident, each in sellers.items()}
        chosen = {ident: {"owner_id": [str(ident)]} for ident in found - {None}}
        return Axis("owner_id", values, _named(names), {**chosen, None: _no_owner()})

    return _Builder(
        lambda statement, label: statement.add_columns(owner.label(label)),
        team_of if as_team else lambda value: value,
        axis,
    )


def _no_owner() -> dict[str, Any]:
    return {"owner_id": [filtering.EMPTY]}


def _by_tier(desk: Desk) -> _Builder:
    paid, tier = tier_column(desk)

    def axis(_desk: Desk, found: set[Any]) -> Axis:
        values = [name for name in TIERS if name in found]
        labels = {name: translate(text) for name, text in TIERS.items()}
        return Axis(TIER, values, labels, {name: {"tier": [name]} for name in values})

    return _Builder(
        lambda statement, label: statement.outerjoin(
            paid, paid.c.customer_id == Customer.id
        ).add_columns(tier.label(label)),
        lambda value: value,
        axis,
    )


def _by_tag(desk: Desk, entity: Entity) -> _Builder:
    """Count a record under each of its tags; those without any are left out."""
    column: Any = entity.model.tags  # type: ignore[attr-defined]
    kept = desk.session.scalars(select(column).where(column.is_not(None)).distinct())
    tags = sorted({tag for found in kept for tag in found or ()})[:MOST_TAGS]
    rows = [
        select(literal(tag).label("tag"), literal(_pattern(tag)).label("pattern"))
        for tag in tags or [""]
    ]
    known = union_all(*rows).subquery("known_tags")
    matches: ColumnElement[bool] = type_coerce(column, String).like(known.c.pattern, escape="/")

    def axis(_desk: Desk, found: set[Any]) -> Axis:
        values = [tag for tag in tags if tag in found]
        return Axis(TAGS, values, {tag: tag for tag in tags}, {t: {TAGS: [t]} for t in values})

    return _Builder(
        lambda statement, label: statement.join(known, matches).add_columns(
            known.c.tag.label(label)
        ),
        lambda value: value,
        axis,
    )


def _pattern(tag: str) -> str:
    for sign in "/%_":
        tag = tag.replace(sign, f"/{sign}")
    return f"%|{tag}|%"


def _by_choice(entity: Entity, name: str) -> _Builder:
    column, known = getattr(entity.model, name), entity.fields[name]
    texts: Mapping[Any, str] = known.choices or YES_NO

    def axis(_desk: Desk, found: set[Any]) -> Axis:
        others = sorted(found - set(texts) - {None}, key=str)
        values = [value for value in texts if value in found] + others
        if None in found:
            values.append(None)
        labels = {value: translate(text) for value, text in texts.items()}
        wanted = {value: {name: [_filter_text(value)]} for value in values}
        return Axis(name, values, _named({**{o: str(o) for o in others}, **labels}), wanted)

    return _Builder(
        lambda statement, label: statement.add_columns(column.label(label)),
        lambda value: value,
        axis,
    )


def _filter_text(value: Any) -> str:
    if value is None:
        return filtering.EMPTY
    return str(int(value)) if isinstance(value, bool) else str(value)


def _named(labels: Mapping[Any, str]) -> dict[Any, str]:
    return {**labels, None: translate(NOTHING)}
