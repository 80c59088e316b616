"""Lists of practices: one's own, a mentor's desk, what others look after, what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from training_platform.core import clock
from training_platform.core.db import fetch
from training_platform.core.permissions import Person, Right
from training_platform.core.search import words
from training_platform.core.text import like_pattern
from training_platform.mentoring.models import Practice, PracticeQuestion
from training_platform.mentoring.permissions import sees_all
from training_platform.mentoring.rules import Share, State, days_waited
from training_platform.people.models import AccessGrant, Department, Employee, EmployeeStatus
from training_platform.people.queries import is_below

SHOWN_DUE = 5
SHOWN_WAITING = 30
SHOWN_OF_PERSON = 5

_mentor = aliased(Employee)
_GOING_ON = (State.PROPOSED, State.RUNNING, State.HANDED_IN)

#: Those that go on come first, by their due day; then what is over, newest first.
_ORDER = (Practice.state.in_(_GOING_ON).desc(), Practice.due_on, Practice.id.desc())


@dataclass(frozen=True)
class Filter:
    """What the overview is narrowed to; empty values narrow nothing."""

    text: str = ""
    state: str = ""
    department_path: str = ""
    only_overdue: bool = False


@dataclass(frozen=True)
class Waiting:
    """A question that nobody has answered, and for how long."""

    practice_id: int
    question_id: int
    title: str
    text: str
    asked_by: str
    asked_at: datetime
    days: int


@dataclass(frozen=True)
class Desk:
    """What waits for a mentor."""

    questions: Sequence[Waiting]
    practices: Sequence[Row[Any]]


def practice_rows() -> Select[Any]:
    """Return the select of practices as lists show them."""
    found: Select[*tuple[Any, ...]] = (
        select(
            Practice.id,
            Practice.title,
            Practice.kind,
            Practice.state,
            Practice.share,
            Practice.starts_on,
            Practice.due_on,
            Practice.verdict,
            Practice.trainee_id,
            Employee.name.label("trainee"),
            Employee.staff_number,
            Department.name.label("department"),
            _mentor.name.label("mentor"),
        )
        .join(Employee, Employee.id == Practice.trainee_id)
        .join(Department, Department.id == Employee.department_id)
        .join(_mentor, _mentor.id == Practice.mentor_id)
    )
    return found


def of_trainee(employee_id: int) -> Select[Any]:
    """Return the select of somebody's own practices."""
    return practice_rows().where(Practice.trainee_id == employee_id).order_by(*_ORDER)


def of_mentor(employee_id: int) -> Select[Any]:
    """Return the select of the practices that somebody accompanies."""
    return practice_rows().where(Practice.mentor_id == employee_id).order_by(*_ORDER)


def overseen(person: Person, wanted: Filter) -> Select[Any]:
    """Return the select of the practices that somebody looks after or into, narrowed."""
    found = practice_rows().where(_looks_after(person), *_narrowed(wanted))
    return found.order_by(*_ORDER)


def _looks_after(person: Person) -> ColumnElement[bool]:
    """Return MENTORING_OVERSEE in SQL: nobody oversees her own practice."""
    others = Practice.trainee_id != person.id
    if sees_all(person):
        return others
    return and_(others, or_(Employee.manager_id == person.id, _is_headed(person)))


def _is_headed(person: Person) -> ColumnElement[bool]:
    return is_below(person.headed_paths) if person.headed_paths else false()


def _narrowed(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for word in words(wanted.text):
        pattern = like_pattern(word)
        found.append(
            or_(
                Employee.search_text.like(pattern, escape="\\"),
                Practice.search_text.like(pattern, escape="\\"),
            )
        )
    if wanted.state in set(State):
        found.append(Practice.state == State(wanted.state))
    if wanted.department_path:
        found.append(is_below([wanted.department_path]))
    if wanted.only_overdue:
        found += [Practice.state == State.RUNNING, Practice.due_on < clock.today()]
    return found


def overdue_count(session: Session, where: ColumnElement[bool]) -> tuple[int, int]:
    """Return how many practices of some people run, and how many of those are overdue.

    The condition is on employees and their departments, as team pages have it.
    """
    is_late = case((Practice.due_on < clock.today(), 1), else_=0)
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(is_late), 0))
        .select_from(Practice)
        .join(Employee, Employee.id == Practice.trainee_id)
        .join(Department, Department.id == Employee.department_id)
        .where(Practice.state == State.RUNNING, where)
    ).one()
    return row[0], int(row[1])


def departments_of(session: Session, person: Person) -> Sequence[Row[Any]]:
    """Return the departments by which the overview can be narrowed: id, name and path."""
    led = select(Employee.department_id).where(Employee.manager_id == person.id)
    condition = true() if sees_all(person) else or_(Department.id.in_(led), _is_headed(person))
    return session.execute(
        select(Department.id, Department.name, Department.path)
        .where(condition)
        .order_by(Department.path)
    ).all()


def desk_of(session: Session, mentor_id: int) -> Desk:
    """Return what waits for a mentor: unanswered questions oldest first, then decisions."""
    asked_by = aliased(Employee)
    rows = session.execute(
        select(
            Practice.id,
            PracticeQuestion.id,
            Practice.title,
            PracticeQuestion.text,
            asked_by.name,
            PracticeQuestion.asked_at,
        )
        .join(Practice, Practice.id == PracticeQuestion.practice_id)
        .join(asked_by, asked_by.id == PracticeQuestion.asked_by_id)
        .where(Practice.mentor_id == mentor_id, _is_unanswered(mentor_id))
        .order_by(PracticeQuestion.asked_at, PracticeQuestion.id)
        .limit(SHOWN_WAITING)
    )
    now = clock.now()
    questions = [Waiting(*row, days=days_waited(row.asked_at, now)) for row in rows]
    decisions = (
        practice_rows()
        .where(Practice.mentor_id == mentor_id, _waits_for_mentor())
        .order_by(Practice.due_on, Practice.id)
        .limit(SHOWN_WAITING)
    )
    return Desk(questions, session.execute(decisions).all())


def _waits_for_mentor() -> ColumnElement[bool]:
    return or_(
        Practice.state.in_((State.PROPOSED, State.HANDED_IN)), Practice.share == Share.OFFERED
    )


def _is_unanswered(employee_id: Any) -> ColumnElement[bool]:
    return and_(
        PracticeQuestion.answered_at.is_(None),
        PracticeQuestion.asked_by_id != employee_id,
        Practice.state.in_(_GOING_ON),
    )


_ME = bindparam("me", type_=Practice.trainee_id.type)
_OPEN_QUESTIONS = (
    select(func.count())
    .where(PracticeQuestion.practice_id == Practice.id, _is_unanswered(_ME))
    .correlate(Practice)
    .scalar_subquery()
)
#: Today asks this of everybody: built once, columns only.
_DUE = (
    select(
        Practice.id,
        Practice.title,
        Practice.state,
        Practice.share,
        Practice.due_on,
        (Practice.mentor_id == _ME).label("is_mentor"),
        Employee.name.label("trainee"),
        _OPEN_QUESTIONS.label("questions"),
    )
    .join(Employee, Employee.id == Practice.trainee_id)
    .where(
        or_(
            and_(Practice.trainee_id == _ME, Practice.state.in_(_GOING_ON)),
            and_(Practice.mentor_id == _ME, or_(_waits_for_mentor(), _OPEN_QUESTIONS > 0)),
        )
    )
    .order_by(Practice.due_on, Practice.id)
    .limit(SHOWN_DUE)
)


def due_for(session: Session, employee_id: int) -> Sequence[Row[Any]]:
    """Return what somebody has to do for practices: her own, and those she accompanies."""
    return fetch(session, _DUE, {"me": employee_id}).all()


def practices_of_person(session: Session, employee_id: int) -> Sequence[Row[Any]]:
    """Return the newest practices of somebody, for the page about her."""
    newest = practice_rows().where(Practice.trainee_id == employee_id)
    return session.execute(newest.order_by(Practice.id.desc()).limit(SHOWN_OF_PERSON)).all()


def mentor_options(session: Session) -> Sequence[Row[Any]]:
    """Return everybody who may be a mentor: id, name and department, by name."""
    return session.execute(
        select(Employee.id, Employee.name, Department.name.label("department"))
        .join(AccessGrant, AccessGrant.employee_id == Employee.id)
        .join(Department, Department.id == Employee.department_id)
        .where(AccessGrant.right == Right.MENTOR, Employee.status == EmployeeStatus.ACTIVE)
        .order_by(Employee.name_latin, Employee.id)
    ).all()


def people_called(session: Session, person: Person, text: str) -> Sequence[int]:
    """Return the ids of at most two active people of this name, user name or staff number.

    HR and mentors may name anybody, heads their own people.
    """
    wanted = text.strip()
    condition: ColumnElement[bool] = true()
    if not {Right.HR.value, Right.MENTOR.value} & person.rights:
        condition = _is_headed(person)
    return session.scalars(
        select(Employee.id)
        .join(Department, Department.id == Employee.department_id)
        .where(
            condition,
            Employee.status == EmployeeStatus.ACTIVE,
            or_(
                Employee.name == wanted,
                Employee.username == wanted.lower(),
                Employee.staff_number == wanted.upper(),
                func.lower(Employee.name_latin) == wanted.lower(),
            ),
        )
        .order_by(Employee.id)
        .limit(2)
    ).all()
