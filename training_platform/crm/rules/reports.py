"""What a report is: its definition as plain data, read from an address or from what was saved."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from training_platform.crm.fields import FieldKind
from training_platform.crm.metrics.periods import read_period
from training_platform.crm.registry import ENTITIES, Entity

MEASURES = ("count", "sum", "average")
CHARTS = ("bar", "line", "stacked", "table")
MONTH, TEAM, TIER, TAGS = "month", "team", "tier", "tags"
MOST_GROUPS = 2
#: Of orders: the amount less what was paid back. No field, and yet what sales are counted by.
NET = "net_amount"
_OWN_FIELD = re.compile(r"custom\.[\w-]{1,60}")
#: Periods that move with the sandbox's time.
MOVING = ("this_month", "last_month", "last_3", "last_12", "this_year", "")


@dataclass(frozen=True)
class Definition:
    """A report: what is counted or summed, of which period, by what."""

    entity: str
    period_field: str = ""
    period: str = ""
    filters: Mapping[str, Any] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    measure: str = "count"
    measure_field: str = ""
    chart: str = "bar"

    def to_plain(self) -> dict[str, Any]:
        """Return the definition as JSON keeps it, and as graders run it again."""
        return {
            "entity": self.entity,
            "period_field": self.period_field,
            "period": self.period,
            "filters": dict(self.filters),
            "groups": list(self.groups),
            "measure": self.measure,
            "measure_field": self.measure_field,
            "chart": self.chart,
        }


def reported_entities() -> list[Entity]:
    """Return the entities of which reports can be made: those that have a list."""
    return [entity for entity in ENTITIES.values() if entity.has_list]


def instant_fields(entity: Entity) -> list[str]:
    """Return the fields by which a period can be chosen, the most telling first."""
    kinds = {FieldKind.INSTANT, FieldKind.DATE}
    names = [name for name, known in entity.fields.items() if known.kind in kinds]
    telling = ("paid_at", "received_at", "opened_at", "done_at", "sent_at", "starts_on")
    return sorted(names, key=lambda name: telling.index(name) if name in telling else 99)


def money_fields(entity: Entity) -> list[str]:
    """Return what can be summed: fields, and of orders what is left after refunds."""
    kinds = {FieldKind.MONEY, FieldKind.INTEGER}
    found = [name for name, known in entity.fields.items() if known.kind in kinds]
    return [*found, NET] if entity.name == "order" else found


def group_names(entity: Entity) -> list[str]:
    """Return what an entity's records can be grouped by."""
    found = [MONTH] if instant_fields(entity) else []
    if "owner_id" in entity.fields:
        found += ["owner_id", TEAM]
    if entity.name == "customer":
        found.append(TIER)
    for name, known in entity.fields.items():
        if known.kind in {FieldKind.CHOICE, FieldKind.BOOLEAN}:
            found.append(name)
        elif known.kind is FieldKind.TAGS:
            found.append(TAGS)
    return found


def read_definition(plain: Mapping[str, Any]) -> Definition | None:
    """Return a definition; what it does not know is left out. None for an unknown entity."""
    entity = ENTITIES.get(str(plain.get("entity", "")))
    if entity is None or not entity.has_list:
        return None
    groups = [str(name) for name in _as_list(plain.get("groups")) if _groups(entity, name)]
    instants, sums = instant_fields(entity), money_fields(entity)
    period_field = str(plain.get("period_field") or "")
    measure, measured = str(plain.get("measure") or ""), str(plain.get("measure_field") or "")
    if measure not in MEASURES or (measure != "count" and not sums):
        measure = "count"
    filters = plain.get("filters")
    return Definition(
        entity.name,
        period_field if period_field in instants else instants[0] if instants else "",
        _period(str(plain.get("period") or "")),
        filters if isinstance(filters, Mapping) else {},
        tuple(dict.fromkeys(groups))[:MOST_GROUPS],
        measure,
        "" if measure == "count" else measured if measured in sums else sums[0],
        str(plain.get("chart")) if plain.get("chart") in CHARTS else "bar",
    )


def _groups(entity: Entity, name: Any) -> bool:
    """Tell whether an entity can be grouped by a name; any own field may be there."""
    is_own = "custom" in entity.fields and _OWN_FIELD.fullmatch(str(name)) is not None
    return is_own or name in group_names(entity)


def _period(text: str) -> str:
    return text if text in MOVING or read_period(text) else ""


def _as_list(value: Any) -> Sequence[Any]:
    if isinstance(value, str):
        return [value]
    return value if isinstance(value, list | tuple) else []


@dataclass(frozen=True)
class Sum:
    """What lies in one cell: how many records, how many of them with an amount, and their sum."""

    count: int = 0
    valued: int = 0
    total: Decimal = Decimal(0)

    def __add__(self, other: "Sum") -> "Sum":
        """Return both together."""
        return Sum(self.count + other.count, self.valued + other.valued, self.total + other.total)

    def value(self, measure: str) -> Decimal | int | None:
        """Return the cell's figure; None for an average of nothing."""
        if measure == "count":
            return self.count
        if measure == "sum":
            return self.total
        if not self.valued:
            return None
        return (self.total / self.valued).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
