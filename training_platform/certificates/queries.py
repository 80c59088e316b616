"""Selects over certificates; no writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from training_platform.certificates import codes
from training_platform.certificates.models import Certificate
from training_platform.certificates.rules import State, state_of
from training_platform.core import clock
from training_platform.core.search import contains_all, words
from training_platform.curricula.models import Course
from training_platform.people.models import Employee

_CARD = select(
    Certificate.code,
    Certificate.title,
    Certificate.kind,
    Certificate.holder_name,
    Certificate.band,
    Certificate.issued_on,
    Certificate.valid_until,
    Certificate.revoked_at,
).order_by(Certificate.issued_on.desc(), Certificate.id.desc())


@dataclass(frozen=True)
class Card:
    """A certificate as lists and walls show it."""

    code: str
    title: Mapping[str, str]
    kind: str
    holder_name: str
    band: str
    issued_on: date
    valid_until: date | None
    state: State


def cards_of(session: Session, employee_id: int) -> list[Card]:
    """Return somebody's certificates, newest first."""
    statement = _CARD.where(Certificate.employee_id == employee_id)
    return [card_of(row) for row in session.execute(statement)]


def cards_for_course(session: Session, employee_id: int, course_id: str) -> list[Card]:
    """Return somebody's certificates of one course, newest first."""
    statement = _CARD.where(
        Certificate.employee_id == employee_id,
        Certificate.kind == "course",
        Certificate.subject == course_id,
    )
    return [card_of(row) for row in session.execute(statement)]


def course_of_paper(session: Session, paper_id: str) -> str | None:
    """Return the course that a paper completes."""
    return session.scalar(select(Course.id).where(Course.paper_id == paper_id).limit(1))


def card_of(row: Any) -> Card:
    """Return what lists show of a row."""
    state = state_of(row.valid_until, row.revoked_at, clock.today())
    return Card(
        row.code,
        row.title,
        row.kind,
        row.holder_name,
        row.band,
        row.issued_on,
        row.valid_until,
        state,
    )


def by_code(session: Session, typed: str) -> Certificate | None:
    """Return the certificate of a code as somebody typed it; None for a wrong or unknown one."""
    code = codes.parse(typed)
    if code is None:
        return None
    return session.scalars(select(Certificate).where(Certificate.code == code)).first()


def select_all(query: str, state: str) -> Select[Any]:
    """Return the select of all certificates, by holder or code, and by state."""
    statement = _CARD.join(Employee, Employee.id == Certificate.employee_id)
    if found := words(query):
        statement = statement.where(
            or_(contains_all(Employee.search_text, found), _has_code(query))
        )
    today = clock.today()
    is_over = Certificate.valid_until < today
    if state == State.REVOKED:
        statement = statement.where(Certificate.revoked_at.is_not(None))
    elif state == State.EXPIRED:
        statement = statement.where(and_(Certificate.revoked_at.is_(None), is_over))
    elif state == State.VALID:
        is_open = Certificate.valid_until.is_(None) | (Certificate.valid_until >= today)
        statement = statement.where(and_(Certificate.revoked_at.is_(None), is_open))
    return statement


def _has_code(query: str) -> ColumnElement[bool]:
    """Return the condition that a code begins as typed."""
    return Certificate.code.startswith(codes.grouped(codes.clean(query)), autoescape=True)
