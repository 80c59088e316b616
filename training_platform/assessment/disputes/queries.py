"""Selects for the pages of disputes and for those whose results are disputed; no writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, joinedload

from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.disputes.rules import DisputeState, Remedy
from training_platform.core.search import words
from training_platform.core.text import like_pattern
from training_platform.people.models import Department, Employee

OVERDUE = "overdue"


@dataclass(frozen=True)
class QueueFilter:
    """What the queue is narrowed to; empty texts do not count."""

    #: A state, or "overdue": open ones whose last day is over.
    state: str = ""
    kind: str = ""
    text: str = ""

    def __bool__(self) -> bool:
        """Tell whether anything is left out."""
        return bool(self.state or self.kind or self.text)


def queue(chosen: QueueFilter, actor_id: int | None, today: date) -> Select[Any]:
    """Return the select of disputes, the next deadline first; one's own are never in it.

    Decided ones stand newest first. Without a state those that wait are shown.
    """
    is_waiting = chosen.state in {"", OVERDUE, DisputeState.OPEN}
    order = (Dispute.due_on, Dispute.id) if is_waiting else (Dispute.decided_at.desc(), Dispute.id)
    return (
        select(Dispute, Employee.name, Employee.staff_number, Department.name.label("department"))
        .join(Employee, Employee.id == Dispute.employee_id)
        .join(Department, Department.id == Dispute.department_id)
        .where(Dispute.employee_id != actor_id, *_conditions(chosen, today))
        .order_by(*order)
    )


def _conditions(chosen: QueueFilter, today: date) -> list[ColumnElement[bool]]:
    is_state = chosen.state in list(DisputeState)
    wanted = DisputeState(chosen.state) if is_state else DisputeState.OPEN
    found = [Dispute.state == wanted]
    if chosen.state == OVERDUE:
        found.append(Dispute.due_on < today)
    if chosen.kind:
        found.append(Dispute.subject_kind == chosen.kind)
    found += [
        Employee.search_text.like(like_pattern(word), escape="\\") for word in words(chosen.text)
    ]
    return found


def kinds(session: Session) -> Sequence[str]:
    """Return the kinds of results that were ever disputed."""
    found = select(Dispute.subject_kind).distinct().order_by(Dispute.subject_kind)
    return session.scalars(found).all()


def disputes_of(session: Session, kind: str, ident: int) -> dict[str, list[Dispute]]:
    """Return the disputes about one result by check, the newest first."""
    found: dict[str, list[Dispute]] = {}
    rows = session.scalars(
        select(Dispute)
        .where(Dispute.subject_kind == kind, Dispute.subject_id == ident)
        .options(joinedload(Dispute.decided_by))
        .order_by(Dispute.id.desc())
    )
    for each in rows:
        found.setdefault(each.check_key, []).append(each)
    return found


def open_dispute_of(session: Session, kind: str, ident: int, check: str) -> Dispute | None:
    """Return the dispute about a check that waits for its decision."""
    return session.scalars(
        select(Dispute).where(
            Dispute.subject_kind == kind,
            Dispute.subject_id == ident,
            Dispute.check_key == check,
            Dispute.state == DisputeState.OPEN,
        )
    ).first()


def wrong_checks(kind: str) -> Select[Any]:
    """Return the select of (subject_id, check_key, decided_at) where a check was held wrong."""
    return select(
        Dispute.id, Dispute.subject_id, Dispute.check_key, Dispute.check_title, Dispute.decided_at
    ).where(
        Dispute.subject_kind == kind,
        Dispute.state == DisputeState.UPHELD,
        Dispute.remedy == Remedy.CHECK,
    )
