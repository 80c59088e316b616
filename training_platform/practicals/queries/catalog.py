"""Which tasks there are, and which of them somebody is offered."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, bindparam, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from training_platform.core.db import fetch
from training_platform.core.search import words
from training_platform.core.text import like_pattern
from training_platform.curricula.models import Course
from training_platform.people.models import Employee
from training_platform.practicals.models import (
    Practical,
    PracticalAttempt,
)
from training_platform.practicals.rules import AttemptState, Mode

#: So many are offered on Today.
MOST_OFFERED = 2

# On Today for everybody: built once, columns only.
_OPEN = (
    select(PracticalAttempt.token, PracticalAttempt.deadline_at, Practical.title)
    .join(Practical, Practical.id == PracticalAttempt.practical_id)
    .where(
        PracticalAttempt.employee_id == bindparam("employee_id"),
        PracticalAttempt.state == AttemptState.IN_PROGRESS,
    )
    .order_by(PracticalAttempt.deadline_at.is_(None), PracticalAttempt.id.desc())
    .limit(MOST_OFFERED)
)
_NEXT = (
    select(Practical.id, Practical.title, Practical.summary, Practical.minutes)
    .join(Employee, Employee.id == bindparam("employee_id"))
    .where(
        Practical.is_withdrawn.is_(False),
        Practical.id.not_in(
            select(PracticalAttempt.practical_id).where(
                PracticalAttempt.employee_id == bindparam("employee_id"),
                PracticalAttempt.is_passed.is_(True),
                PracticalAttempt.is_sealed.is_(False),
                PracticalAttempt.mode != Mode.DRILL,
            )
        ),
        cast(Practical.job_roles, String).like(
            literal('%"') + Employee.job_role_id + literal('"%')
        ),
    )
    .order_by(Practical.minutes, Practical.id)
    .limit(MOST_OFFERED)
)


def practicals(text: str = "", job_role: str | None = None, course_id: str = "") -> Select[Any]:
    """Return the select of tasks that can be taken, those of the job role first."""
    statement = select(Practical).where(Practical.is_withdrawn.is_(False))
    if course_id:
        statement = statement.where(Practical.course_id == course_id)
    for word in words(text):
        pattern = like_pattern(word)
        texts = (
            Practical.title["zh"].as_string(),
            Practical.title["en"].as_string(),
            Practical.summary["zh"].as_string(),
            Practical.summary["en"].as_string(),
        )
        statement = statement.where(
            or_(*(func.lower(each).like(pattern, escape="\\") for each in texts))
        )
    if job_role:
        is_other = case((_is_for(job_role), 0), else_=1)
        statement = statement.order_by(is_other)
    return statement.order_by(Practical.minutes, Practical.id)


def _is_for(job_role: str) -> Any:
    return cast(Practical.job_roles, String).like(f'%"{job_role}"%')


def open_attempts(session: Session, employee_id: int) -> Sequence[Any]:
    """Return (token, deadline, title of the task) of what somebody has begun, exams first."""
    return fetch(session, _OPEN, {"employee_id": employee_id}).all()


def next_tasks(session: Session, employee_id: int) -> Sequence[Any]:
    """Return tasks of somebody's job role that she has not passed, the shortest first."""
    return fetch(session, _NEXT, {"employee_id": employee_id}).all()


def courses_with_tasks(session: Session) -> Sequence[Any]:
    """Return (id, title) of the courses that tasks belong to, in their order."""
    statement = (
        select(Course.id, Course.title)
        .where(
            Course.is_withdrawn.is_(False),
            Course.id.in_(select(Practical.course_id).where(Practical.is_withdrawn.is_(False))),
        )
        .order_by(Course.id)
    )
    return session.execute(statement).all()


def tasks_of_course(session: Session, course_id: str) -> Sequence[Practical]:
    """Return the tasks that belong to a course."""
    return session.scalars(
        select(Practical)
        .where(Practical.course_id == course_id, Practical.is_withdrawn.is_(False))
        .order_by(Practical.minutes, Practical.id)
    ).all()
