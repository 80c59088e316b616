"""Selects over certificates; no writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from training_platform.certificates import codes
from training_platform.certificates.models import Certificate, life_of
from training_platform.certificates.rules import State, state_on
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
    Certificate.superseded_from,
    Certificate.cycle,
    Certificate.subject,
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
    #: The last day on which it counts, by its end or a revision; None: it does not end.
    last_day: date | None
    state: State
    cycle: int
    subject: str

    @property
    def subject_key(self) -> tuple[str, str]:
        """Return what the certificate is about."""
        return self.kind, self.subject


def cards_of(session: Session, employee_id: int) -> list[Card]:
    """Return somebody's certificates, newest first."""
    statement = _CARD.where(Certificate.employee_id == employee_id)
    return [card_of(row) for row in session.execute(statement)]


def cards_on(session: Session, employee_id: int, day: date) -> list[Card]:
    """Return the certificates of somebody that counted on a day, whatever they are today."""
    statement = _CARD.where(Certificate.employee_id == employee_id, in_state(State.VALID, day))
    return [card_of(row) for row in session.execute(statement)]


def counting_on(session: Session, employee_id: int, day: date) -> list[Certificate]:
    """Return the certificates themselves that count on a day, the oldest first."""
    statement = select(Certificate).where(
        Certificate.employee_id == employee_id, in_state(State.VALID, day)
    )
    return list(session.scalars(statement.order_by(Certificate.id)))


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
    life = life_of(row)
    return Card(
        row.code,
        row.title,
        row.kind,
        row.holder_name,
        row.band,
        row.issued_on,
        row.valid_until,
        life.last_day,
        state_on(life, clock.today()),
        row.cycle,
        row.subject,
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
    if state:
        statement = statement.where(in_state(state, clock.today()))
    return statement


def in_state(state: str, day: date) -> ColumnElement[bool]:
    """Return the condition that a certificate is in a state on a day: what state_on() says, in SQL.

    An unknown state is nobody's.
    """
    is_there = Certificate.issued_on <= day
    after = datetime.combine(day + timedelta(days=1), time.min, clock.company_zone())
    is_revoked = Certificate.revoked_at < after
    counts = is_there & or_(Certificate.revoked_at.is_(None), ~is_revoked)
    is_expired = and_(Certificate.valid_until.is_not(None), Certificate.valid_until < day)
    is_superseded = and_(
        Certificate.superseded_from.is_not(None), Certificate.superseded_from <= day
    )
    expired_first = is_expired & or_(
        Certificate.superseded_from.is_(None),
        Certificate.superseded_from > Certificate.valid_until,
    )
    match state:
        case State.NOT_YET:
            return ~is_there
        case State.REVOKED:
            return and_(is_there, Certificate.revoked_at.is_not(None), is_revoked)
        case State.EXPIRED:
            return counts & expired_first
        case State.SUPERSEDED:
            return counts & is_superseded & ~expired_first
        case State.VALID:
            return counts & ~is_expired & ~is_superseded
        case _:
            return false()


def _has_code(query: str) -> ColumnElement[bool]:
    """Return the condition that a code begins as typed."""
    return Certificate.code.startswith(codes.grouped(codes.clean(query)), autoescape=True)


@dataclass(frozen=True)
class Wall:
    """A wall: what counts, and apart from it what no longer does."""

    current: list[Card]
    past: list[Card]


def hang(cards: Iterable[Card]) -> Wall:
    """Return cards as they hang: of each subject the newest that counts, the rest apart."""
    wall, seen = Wall([], []), set()
    for card in cards:  # newest first
        counts = card.state is State.VALID and card.subject_key not in seen
        (wall.current if counts else wall.past).append(card)
        if counts:
            seen.add(card.subject_key)
    return wall


def cycles_of(session: Session, certificate: Certificate) -> list[Card]:
    """Return all certificates of the same person and subject, newest first."""
    statement = _CARD.where(
        Certificate.employee_id == certificate.employee_id,
        Certificate.kind == certificate.kind,
        Certificate.subject == certificate.subject,
    )
    return [card_of(row) for row in session.execute(statement)]


@dataclass(frozen=True)
class Certification:
    """That somebody was certified on a day: by which certificate, until when."""

    employee_id: int
    code: str
    issued_on: date
    last_day: date | None
    revoked_on: date | None


def certified_on(
    session: Session,
    subject: str,
    day: date,
    scope: Select[Any] | Sequence[int],
    *,
    kind: str = "course",
) -> dict[int, Certification]:
    """Tell of everybody in scope who held a certificate of a subject on a day, and which one.

    scope are employee ids or a select of them. Whoever is not in the answer held none that counted.
    What was revoked later is told with the day of it: on the day itself it counted.
    """
    rows = session.execute(
        select(
            Certificate.employee_id,
            Certificate.code,
            Certificate.issued_on,
            Certificate.valid_until,
            Certificate.superseded_from,
            Certificate.revoked_at,
        )
        .where(
            Certificate.kind == kind,
            Certificate.subject == subject,
            Certificate.employee_id.in_(scope),
            in_state(State.VALID, day),
        )
        .order_by(Certificate.cycle)
    )
    return {
        row.employee_id: Certification(
            row.employee_id,
            row.code,
            row.issued_on,
            life_of(row).last_day,
            life_of(row).revoked_on,
        )
        for row in rows
    }
