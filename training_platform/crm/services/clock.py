"""The sandbox's clock: moving it, and what falls due on the way."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from training_platform.core import clock
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission, authorize
from training_platform.crm.desk import Desk
from training_platform.crm.metrics.results import target_states
from training_platform.crm.metrics.sql import SqlSource
from training_platform.crm.models import Alert, CrmLayer, Customer, Lead, Seller, Ticket
from training_platform.crm.rules.sla import MOST_MOVE
from training_platform.crm.services import bulk, pool, records, tickets

_OPEN_LEADS = ("unassigned", "assigned", "following")
_DONE_TICKETS = ("resolved", "closed")


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Due:
    """Something that falls due: what, about which record, for whom, and when."""

    at: datetime
    kind: str
    entity: str
    id: int
    seller_id: int | None
    title: str
    #: What tells this cause from others of the record, where the instant does not.
    mark: str = ""

    @property
    def cause(self) -> str:
        """Return what raised it: the same cause raises it no second time."""
        mark = self.mark or self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
        return f"{self.kind}:{self.entity}:{self.id}:{mark}"


def preview(desk: Desk, until: datetime) -> list[Due]:
    """Return what falls due by an instant and was not told yet, in order; nothing changes."""
    idle = [_recycled(each.customer, until) for each in pool.idle_customers(desk, until)]
    return _sorted([*_untold(desk, _due(desk, until)), *idle])


def expect_in_reach(desk: Desk, until: datetime) -> None:
    """Raise RuleError for a time to which the clock cannot be moved: the past, the far future."""
    if until <= desk.now:
        raise RuleError(_("The clock moves forward only. Choose a later time."), field="at")
    if until - desk.now > MOST_MOVE:
        raise RuleError(_("The clock moves three months at most in one go."), field="at")


def advance(desk: Desk, until: datetime) -> list[Due]:
    """Move the clock forward and raise an alert for each thing that fell due on the way.

    Customers that were idle too long go back to the pool. The same workspace moved to the same
    instant always raises the same alerts. Raises RuleError for the past or too far a future.
    """
    authorize(desk.actor, desk.workspace, Permission.WORKSPACE_WRITE)
    expect_in_reach(desk, until)
    before = desk.now
    desk.layer.virtual_at, desk.layer.seen_at = until, clock.now()
    recycled = [_recycled(customer, until) for customer in pool.recycle(desk)]
    raised = _sorted([*_untold(desk, _due(desk, until)), *recycled])
    _raise(desk, raised)
    tickets.answer_due_surveys(desk)
    desk.log("clock_advance", from_at=before, to_at=until, raised=dict(_counts(raised)))
    return raised


def alerts_of(desk: Desk, most: int = 200) -> Sequence[Alert]:
    """Return the alerts of the seller who is played, the newest first."""
    return desk.session.scalars(
        select(Alert)
        .where(Alert.seller_id == desk.seller.id)
        .order_by(Alert.seen_at.is_not(None), Alert.raised_at.desc(), Alert.id.desc())
        .limit(most)
    ).all()


def count_unseen(desk: Desk) -> int:
    """Return how many alerts the seller has not seen."""
    mine = Alert.seller_id == desk.seller.id, Alert.seen_at.is_(None)
    return desk.session.scalar(select(func.count(Alert.id)).where(*mine)) or 0


def see_alerts(desk: Desk) -> int:
    """Note that the seller has seen the alerts; return how many were new."""
    authorize(desk.actor, desk.workspace, Permission.WORKSPACE_WRITE)
    unseen = [alert for alert in alerts_of(desk) if alert.seen_at is None]
    for alert in unseen:
        records.change_record(desk, alert, {"seen_at": desk.now}, act="alert_seen")
    return len(unseen)


def _due(desk: Desk, until: datetime) -> Iterator[Due]:
    """Yield everything that fell due since the dataset's end, told or not."""
    base = desk.session.get_one(CrmLayer, desk.layer.base_id)
    span = base.virtual_at, until
    for source in _SOURCES:
        yield from source(desk, *span)
    yield from _lagging(desk, until)


def _follow_ups(desk: Desk, after: datetime, until: datetime) -> Iterator[Due]:
    planned: tuple[tuple[Any, Any, Any], ...] = (
        (Customer.next_follow_up_at, Customer.name, Customer.retention == "active"),
        (Lead.next_follow_up_at, Lead.company, Lead.status.in_(_OPEN_LEADS)),
    )
    for at, title, is_open in planned:
        yield from _rows(desk, "follow_up_due", at, title, (is_open, at > after, at <= until))


def _first_follow_ups(desk: Desk, after: datetime, until: datetime) -> Iterator[Due]:
    at: Any = Lead.first_follow_up_due_at
    late = (
        Lead.first_followed_up_at.is_(None),
        Lead.status.in_(_OPEN_LEADS),
        at > after,
        at <= until,
    )
    yield from _rows(desk, "first_follow_up_late", at, Lead.company, late)


def _tickets(desk: Desk, after: datetime, until: datetime) -> Iterator[Due]:
    is_open = Ticket.status.not_in(_DONE_TICKETS)
    promises: tuple[tuple[str, Any, Any], ...] = (
        ("response_late", Ticket.response_due_at, Ticket.first_responded_at),
        ("resolution_late", Ticket.resolve_due_at, Ticket.resolved_at),
    )
    for kind, at, done in promises:
        late = is_open, done.is_(None), at > after, at <= until
        yield from _rows(desk, kind, at, Ticket.subject, late)


def _protections(desk: Desk, after: datetime, until: datetime) -> Iterator[Due]:
    at: Any = Customer.protected_until
    ends = Customer.owner_id.is_not(None), at > after, at <= until
    yield from _rows(desk, "protection_ends", at, Customer.name, ends)


_SOURCES: tuple[Callable[[Desk, datetime, datetime], Iterator[Due]], ...] = (
    _follow_ups,
    _first_follow_ups,
    _tickets,
    _protections,
)


def _rows(desk: Desk, kind: str, at: Any, title: Any, conditions: Sequence[Any]) -> Iterator[Due]:
    """Yield the records of the column's entity that fulfil the conditions, with their instant."""
    model = at.class_
    statement = select(model.id, at, model.owner_id, title).where(*conditions)
    for ident, instant, owner_id, text in desk.session.execute(statement):
        yield Due(instant, kind, model.entity, ident, owner_id, text or "")


def _lagging(desk: Desk, until: datetime) -> Iterator[Due]:
    """Yield the targets of the month that are behind, each once a month, for who answers for it."""
    period = f"{clock.company_day(until):%Y-%m}"
    states = [state for state in target_states(_at(desk, until), period) if state.is_lagging]
    if not states:
        return
    leads = {
        seller.team if seller.role == "team_lead" else "": seller.id
        for seller in desk.session.scalars(
            select(Seller).where(Seller.role.in_(("team_lead", "director")))
        )
    }
    for state in states:
        seller_id = state.seller_id or leads.get(state.team or "")
        yield Due(until, "target_lag", "target", state.target_id, seller_id, period, mark=period)


class _LaterSource(SqlSource):
    """The figures as they stand now, read at a later instant: for the preview."""

    def __init__(self, desk: Desk, instant: datetime) -> None:
        super().__init__(desk)
        self._instant = instant

    @property
    def now(self) -> datetime:
        """Return the instant at which is looked."""
        return self._instant


def _at(desk: Desk, instant: datetime) -> SqlSource:
    return _LaterSource(desk, instant)


def _untold(desk: Desk, found: Iterator[Due]) -> list[Due]:
    told = set(desk.session.scalars(select(Alert.cause)))
    return [due for due in found if due.cause not in told]


def _recycled(customer: Customer, at: datetime) -> Due:
    owner_id = customer.owner_id or customer.last_owner_id
    return Due(at, "recycled", "customer", customer.id, owner_id, customer.name)


def _raise(desk: Desk, found: Sequence[Due]) -> None:
    values = [
        {
            "kind": due.kind,
            "cause": due.cause,
            "about_entity": due.entity,
            "about_id": due.id,
            "seller_id": due.seller_id,
            "raised_at": due.at,
            "details": {"title": due.title},
        }
        for due in found
    ]
    bulk.create_records(desk, Alert, values, act="alert")


def _counts(found: Sequence[Due]) -> list[tuple[str, int]]:
    return sorted(Counter(due.kind for due in found).items())


def _sorted(found: list[Due]) -> list[Due]:
    return sorted(found, key=lambda due: (due.at, due.kind, due.entity, due.id))
