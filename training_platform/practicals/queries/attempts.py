"""Finding attempts: one by its address, somebody's, those of a task."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from training_platform.core.search import words
from training_platform.core.text import like_pattern
from training_platform.people.models import Employee
from training_platform.practicals.models import (
    Practical,
    PracticalAttempt,
)
from training_platform.practicals.rules import AttemptState, Mode

MOST_ATTEMPTS = 50


def running_attempt(
    session: Session, employee_id: int, practical_id: str, mode: Mode
) -> PracticalAttempt | None:
    """Return the attempt of this mode that is in progress."""
    return session.scalars(
        select(PracticalAttempt).where(
            PracticalAttempt.employee_id == employee_id,
            PracticalAttempt.practical_id == practical_id,
            PracticalAttempt.mode == mode,
            PracticalAttempt.state == AttemptState.IN_PROGRESS,
        )
    ).first()


def attempt_by_token(session: Session, token: str) -> PracticalAttempt | None:
    """Return the attempt that an address names."""
    return session.scalars(select(PracticalAttempt).where(PracticalAttempt.token == token)).first()


def attempt_in(session: Session, workspace_id: int) -> PracticalAttempt | None:
    """Return the attempt that a workspace belongs to."""
    return session.scalars(
        select(PracticalAttempt).where(PracticalAttempt.workspace_id == workspace_id)
    ).first()


def own_attempts(
    session: Session, employee_id: int, practical_id: str
) -> Sequence[PracticalAttempt]:
    """Return somebody's attempts at one task, the newest first."""
    return session.scalars(
        select(PracticalAttempt)
        .where(
            PracticalAttempt.employee_id == employee_id,
            PracticalAttempt.practical_id == practical_id,
            PracticalAttempt.is_sealed.is_(False),
        )
        .order_by(PracticalAttempt.id.desc())
        .limit(MOST_ATTEMPTS)
    ).all()


def waiting_for_grading(session: Session, limit: int = 100) -> Sequence[int]:
    """Return attempts that were handed in and not graded yet."""
    return session.scalars(
        select(PracticalAttempt.id)
        .where(PracticalAttempt.state == AttemptState.SUBMITTED)
        .order_by(PracticalAttempt.id)
        .limit(limit)
    ).all()


def attempts_at(practical_id: str, mode: str = "", text: str = "") -> Select[Any]:
    """Return the select of (attempt, name, staff number) of a task, the newest first.

    Exams that run are left out: nobody looks at them before their end.
    """
    shown: list[Any] = [PracticalAttempt, Employee.name, Employee.staff_number]
    is_running_exam = (PracticalAttempt.mode == Mode.EXAM) & (
        PracticalAttempt.state == AttemptState.IN_PROGRESS
    )
    statement = (
        select(*shown)
        .join(Employee, Employee.id == PracticalAttempt.employee_id)
        .where(
            PracticalAttempt.practical_id == practical_id,
            ~is_running_exam,
            PracticalAttempt.is_sealed.is_(False),
        )
        .order_by(PracticalAttempt.id.desc())
    )
    if mode in set(Mode):
        statement = statement.where(PracticalAttempt.mode == Mode(mode))
    for word in words(text):
        statement = statement.where(Employee.search_text.like(like_pattern(word), escape="\\"))
    return statement


def held_attempts() -> Select[Any]:
    """Return the select of (attempt, employee, practical) that a fault of the grader holds."""
    shown: list[Any] = [PracticalAttempt, Employee.name, Practical.title]
    return (
        select(*shown)
        .join(Employee, Employee.id == PracticalAttempt.employee_id)
        .join(Practical, Practical.id == PracticalAttempt.practical_id)
        .where(PracticalAttempt.state == AttemptState.HELD)
        .order_by(PracticalAttempt.submitted_at)
    )
