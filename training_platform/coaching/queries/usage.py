"""Usage indicators per person and month, from the event logs of free workspaces.

What the indicators mean stands in docs/coaching.md; four statements answer for a whole team.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from training_platform.coaching.rules import Figure, Usage, lead_counts
from training_platform.coaching.services.sampling import NOT_ENTERED
from training_platform.crm.layering import ALL_LAYERS
from training_platform.crm.metrics.periods import edges_of, month_of
from training_platform.crm.models import (
    CrmEvent,
    CrmLayer,
    CrmWorkspace,
    Customer,
    WorkspaceKind,
)
from training_platform.people.models import Department, Employee

CREATING = frozenset({"create", "import"})


@dataclass(frozen=True)
class _Desk:
    """Somebody's free workspace: its layer, what lies below, who is played, its own time."""

    employee_id: int
    layer_id: int
    base_id: int
    seller_id: int
    now: datetime
    since: date


@dataclass
class _Log:
    """What one workspace's events tell."""

    arrived: dict[int, tuple[date, datetime]] = field(default_factory=dict)
    entered: dict[int, datetime] = field(default_factory=dict)
    follow_ups: dict[date, list[bool]] = field(default_factory=lambda: defaultdict(list))
    touched: dict[date, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, event: Any) -> None:
        """Take one event in."""
        month = month_of(event.happened_at)
        changes: Mapping[str, Sequence[Any]] = event.changes
        if event.entity == "lead":
            self._add_lead(event, month, changes)
        elif event.entity == "customer":
            self.touched[month].add(event.record_id)
        elif event.act in CREATING and _after(changes, "method") != "task":
            wanted = ("method", "summary", "next_step")
            self.follow_ups[month].append(all(_after(changes, name) for name in wanted))
            if customer_id := _after(changes, "customer_id"):
                self.touched[month].add(customer_id)

    def _add_lead(self, event: Any, month: date, changes: Mapping[str, Sequence[Any]]) -> None:
        if event.act in CREATING:
            self.arrived[event.record_id] = (month, event.virtual_at)
        if _after(changes, "first_followed_up_at"):
            self.entered.setdefault(event.record_id, event.virtual_at)


def usage_of(
    session: Session, where: ColumnElement[bool], months: Sequence[date]
) -> dict[int, dict[date, Usage]]:
    """Return the indicators of everybody in scope who has a free workspace, by month.

    `where` is a condition on Employee and Department; months are first days, in their order.
    """
    desks = _desks(session, where)
    logs = _logs(session, [each.layer_id for each in desks], months)
    owned = _owned(session, desks)
    return {
        desk.employee_id: {
            month: _usage(logs[desk.layer_id], desk, owned[desk.layer_id], month)
            for month in months
        }
        for desk in desks
    }


def together(found: Iterable[Usage]) -> Usage:
    """Return the indicators of several people or months: numerators and denominators added."""
    return sum(found, Usage())


def _usage(log: _Log, desk: _Desk, owned: set[int], month: date) -> Usage:
    verdicts = [
        lead_counts(arrived, log.entered.get(lead_id), desk.now)
        for lead_id, (when, arrived) in log.arrived.items()
        if when == month
    ]
    in_time = [each for each in verdicts if each is not None]
    complete = log.follow_ups.get(month, [])
    return Usage(
        Figure(sum(in_time), len(in_time)),
        Figure(sum(complete), len(complete)),
        Figure(len(log.touched.get(month, set()) & owned), len(owned))
        if month >= desk.since
        else Figure(),
    )


def _desks(session: Session, where: ColumnElement[bool]) -> list[_Desk]:
    rows = session.execute(
        select(
            CrmWorkspace.employee_id,
            CrmLayer.id,
            CrmLayer.base_id,
            CrmLayer.seller_id,
            CrmLayer.virtual_at,
            CrmWorkspace.created_at,
        )
        .join(CrmLayer, CrmLayer.id == CrmWorkspace.layer_id)
        .join(Employee, Employee.id == CrmWorkspace.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .where(CrmWorkspace.kind == WorkspaceKind.FREE, where)
    )
    return [
        _Desk(row[0], row[1], row[2] or 0, row[3] or 0, row[4], month_of(row[5])) for row in rows
    ]


def _logs(
    session: Session, layer_ids: Sequence[int], months: Sequence[date]
) -> defaultdict[int, _Log]:
    edges = edges_of(months)
    rows = session.execute(
        select(
            CrmEvent.layer_id,
            CrmEvent.act,
            CrmEvent.entity,
            CrmEvent.record_id,
            CrmEvent.changes,
            CrmEvent.happened_at,
            CrmEvent.virtual_at,
        )
        .where(
            CrmEvent.layer_id.in_(layer_ids),
            CrmEvent.entity.in_(("lead", "customer", "activity")),
            CrmEvent.act.not_in(NOT_ENTERED),
            CrmEvent.happened_at >= edges[0],
            CrmEvent.happened_at < edges[-1],
        )
        .order_by(CrmEvent.layer_id, CrmEvent.seq)
    )
    found: defaultdict[int, _Log] = defaultdict(_Log)
    for row in rows:
        found[row.layer_id].add(row)
    return found


def _owned(session: Session, desks: Sequence[_Desk]) -> dict[int, set[int]]:
    """Return the customers that each workspace's seller owns now, by layer."""
    layers = {each.layer_id for each in desks}
    bases = {each.base_id for each in desks}
    sellers = {each.seller_id for each in desks}
    rows = session.execute(
        select(
            Customer.layer_id,
            Customer.id,
            Customer.owner_id,
            Customer.is_deleted,
            Customer.retention,
        ).where(
            or_(
                Customer.layer_id.in_(layers),
                Customer.layer_id.in_(bases) & Customer.owner_id.in_(sellers),
            )
        ),
        execution_options={ALL_LAYERS: True},
    )
    by_layer: defaultdict[int, dict[int, int | None]] = defaultdict(dict)
    for row in rows:
        is_kept = not row.is_deleted and row.retention == "active"
        by_layer[row.layer_id][row.id] = row.owner_id if is_kept else None
    return {
        each.layer_id: {
            customer_id
            for customer_id, owner in (by_layer[each.base_id] | by_layer[each.layer_id]).items()
            if owner == each.seller_id
        }
        for each in desks
    }


def _after(changes: Mapping[str, Sequence[Any]], name: str) -> Any:
    return changes[name][1] if name in changes else None
