"""What reports are grouped by: how each grouping is selected, folded, named and linked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, case, select

from training_platform.core.i18n import translate
from training_platform.crm.choices import REGIONS, TIERS
from training_platform.crm.desk import Desk
from training_platform.crm.fields import CUSTOM_PREFIX, Field, FieldKind
from training_platform.crm.metrics import periods
from training_platform.crm.models import Customer, CustomField, Seller
from training_platform.crm.queries import filters as filtering
from training_platform.crm.queries.sellers import shown_name
from training_platform.crm.queries.tiers import tier_column
from training_platform.crm.registry import ENTITIES, Entity
from training_platform.crm.rules.reports import MONTH, TAGS, TEAM, TIER, Definition

#: Without a period, months lie around the present one: so many before it, so many after.
MONTHS_BEFORE, MONTHS_AFTER = 47, 24
#: Keys of what lies before and after those months; both sort as they should.
EARLIER, LATER = date.min, date.max
Days = tuple[date, date]


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


YES_NO = {True: _("Yes"), False: _("No")}
NOTHING = _("(none)")
BEFORE, FROM = _("Before %(month)s"), _("From %(month)s on")


@dataclass(frozen=True)
class Axis:
    """One grouping of a report: the values that occur, in order, with their names and filters."""

    name: str
    values: Sequence[Any]
    labels: Mapping[Any, str]
    #: Value → the filters by which a list shows these records only.
    filters: Mapping[Any, Mapping[str, Any]]


@dataclass(frozen=True)
class Grouping:
    """How a grouping is selected under a label, which keys a value counts under, its axis."""

    apply: Callable[[Select[Any], str], Select[Any]]
    keys: Callable[[Any], Sequence[Any]]
    axis: Callable[[set[Any]], Axis]


def grouping(desk: Desk, definition: Definition, name: str, days: Days | None) -> Grouping:
    """Return how a report is grouped by a name that its entity knows."""
    entity = ENTITIES[definition.entity]
    if name == MONTH:
        return _by_month(desk, entity, definition.period_field, days)
    if name in {"owner_id", TEAM} and "owner_id" in entity.fields:
        return _by_owner(desk, entity, as_team=name == TEAM)
    if name == TIER:
        return _by_tier(desk)
    if name == TAGS:
        return _by_tag(entity, definition.filters.get(TAGS, ()))
    if name.startswith(CUSTOM_PREFIX):
        return _by_own_field(desk, entity, name)
    return _by_choice(entity, name)


def range_of(first: date, after: date) -> dict[str, str]:
    """Return the filter of the days from one on, up to but not at another."""
    return {"from": first.isoformat(), "to": (after - timedelta(days=1)).isoformat()}


def ends_of(entity: Entity, name: str, days: Days) -> tuple[Any, Any]:
    """Return a period as the values that a field is compared with."""
    if entity.fields[name].kind is FieldKind.DATE:
        return days
    return periods.midnight(days[0]), periods.midnight(days[1])


def _by_month(desk: Desk, entity: Entity, field: str, days: Days | None) -> Grouping:
    model: Any = entity.model
    this = periods.month_of(desk.now)
    around = (
        periods.add_months(this, -MONTHS_BEFORE),
        periods.add_months(this, MONTHS_AFTER + 1),
    )
    first, after = days or around
    months = periods.months_in(first, after)
    edges = [ends_of(entity, field, (month, after))[0] for month in (*months, after)]
    column = getattr(model, field)
    place = case(
        (column < edges[0], -1), *((column < end, at) for at, end in enumerate(edges[1:])), else_=-2
    )
    place = case((column.is_(None), -3), else_=place)
    beyond = {-1: EARLIER, -2: LATER, -3: None}

    def axis(found: set[Any]) -> Axis:
        values: list[Any] = list(months) if days else sorted(found - {None})
        wanted = {month: range_of(month, periods.add_months(month, 1)) for month in months}
        wanted[EARLIER] = {"to": range_of(first, first)["to"]}
        wanted[LATER] = {"from": after.isoformat()}
        labels = {month: periods.month_key(month) for month in months}
        labels[EARLIER] = translate(BEFORE, month=periods.month_key(first))
        labels[LATER] = translate(FROM, month=periods.month_key(after))
        filters: dict[Any, Any] = {month: {field: ends} for month, ends in wanted.items()}
        filters[None] = {field: [filtering.EMPTY]}
        return Axis(MONTH, values + [None] * (None in found), _named(labels), filters)

    return Grouping(
        lambda statement, label: statement.add_columns(place.label(label)),
        lambda at: [months[at] if at >= 0 else beyond[at]],
        axis,
    )


def _by_owner(desk: Desk, entity: Entity, *, as_team: bool) -> Grouping:
    owner = entity.model.owner_id  # type: ignore[attr-defined]
    sellers = {each.id: each for each in desk.session.scalars(select(Seller))}

    def team_of(value: Any) -> Any:
        return sellers[value].team if value in sellers else None

    def axis(found: set[Any]) -> Axis:
        order = list(REGIONS) if as_team else sorted(found - {None})
        values = [each for each in order if each in found] + [None] * (None in found)
        nobody = {"owner_id": [filtering.EMPTY]}
        if as_team:
            labels = {name: translate(text) for name, text in REGIONS.items()}
            members = {
                name: [str(each.id) for each in sellers.values() if each.team == name]
                for name in REGIONS
            }
            wanted = {name: {"owner_id": ids} for name, ids in members.items()}
            return Axis(TEAM, values, _named(labels), {**wanted, None: nobody})
        names = {ident: shown_name(each) for ident, each in sellers.items()}
        chosen = {ident: {"owner_id": [str(ident)]} for ident in found - {None}}
        return Axis("owner_id", values, _named(names), {**chosen, None: nobody})

    return Grouping(
        lambda statement, label: statement.add_columns(owner.label(label)),
        lambda value: [team_of(value) if as_team else value],
        axis,
    )


def _by_tier(desk: Desk) -> Grouping:
    paid, tier = tier_column(desk)

    def axis(found: set[Any]) -> Axis:
        values = [name for name in TIERS if name in found]
        labels = {name: translate(text) for name, text in TIERS.items()}
        return Axis(TIER, values, labels, {name: {TIER: [name]} for name in values})

    return Grouping(
        lambda statement, label: statement.outerjoin(
            paid, paid.c.customer_id == Customer.id
        ).add_columns(tier.label(label)),
        lambda value: [value],
        axis,
    )


def _by_tag(entity: Entity, chosen: Sequence[str]) -> Grouping:
    """Count a record under each of its tags, or of the chosen ones; others are left out."""
    column: Any = entity.model.tags  # type: ignore[attr-defined]

    def axis(found: set[Any]) -> Axis:
        values = sorted(found)
        return Axis(TAGS, values, {tag: tag for tag in values}, {t: {TAGS: [t]} for t in values})

    return Grouping(
        lambda statement, label: statement.add_columns(column.label(label)),
        lambda tags: [tag for tag in tags or () if not chosen or tag in chosen],
        axis,
    )


def _by_own_field(desk: Desk, entity: Entity, name: str) -> Grouping:
    model: Any = entity.model
    key = name.removeprefix(CUSTOM_PREFIX)
    own = select(CustomField.options).where(CustomField.about == entity.name)
    options = desk.session.scalars(own.where(CustomField.key == key)).first() or []
    return _by_value(
        name, model.custom[key].as_string(), {str(each): str(each) for each in options}
    )


def _by_choice(entity: Entity, name: str) -> Grouping:
    known = entity.fields[name]
    return _by_value(name, getattr(entity.model, name), known.choices or YES_NO, known)


def _by_value(
    name: str, column: Any, texts: Mapping[Any, str], known: Field | None = None
) -> Grouping:
    empty = filtering.empty_text(known) if known else filtering.EMPTY

    def axis(found: set[Any]) -> Axis:
        others = sorted(found - set(texts) - {None}, key=str)
        values = [value for value in texts if value in found] + others + [None] * (None in found)
        labels = {value: translate(text) for value, text in texts.items()}
        wanted = {
            value: {name: [empty if value is None else _filter_text(value)]} for value in values
        }
        return Axis(name, values, _named({**{o: str(o) for o in others}, **labels}), wanted)

    return Grouping(
        lambda statement, label: statement.add_columns(column.label(label)),
        lambda value: [value],
        axis,
    )


def _filter_text(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _named(labels: Mapping[Any, str]) -> dict[Any, str]:
    return {**labels, None: translate(NOTHING)}
