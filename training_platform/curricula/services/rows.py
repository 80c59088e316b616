"""Rows that exist once: made without a race, then locked."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import lock
from training_platform.curricula.models import (
    Assignment,
    AssignmentSource,
    AssignmentState,
    CourseProgress,
    Lesson,
    LessonProgress,
)
from training_platform.curricula.rules import Ask, combine


def insert_once(session: Session, table: Any, values: Mapping[str, Any]) -> None:
    """Insert a row unless one with its key is there; two at once leave one row, and no error."""
    assert isinstance(table, Table)  # noqa: S101  # for the type checker
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    session.execute(insert(table).values(**values).on_conflict_do_nothing())


def lesson_progress(session: Session, employee_id: int, lesson: Lesson) -> LessonProgress:
    """Return the locked progress of somebody in a lesson, made at the first touch."""
    key = {"employee_id": employee_id, "lesson_id": lesson.id}
    if (found := session.get(LessonProgress, key, with_for_update=True)) is not None:
        return found
    now = clock.now()
    insert_once(
        session,
        LessonProgress.__table__,
        {
            **key,
            "course_id": lesson.course_id,
            "first_opened_at": now,
            "opened_at": now,
            "place_percent": 0,
            "check_tries": 0,
        },
    )
    row = lock(session, LessonProgress, key)
    assert isinstance(row, LessonProgress)  # noqa: S101
    return row


def course_progress(session: Session, employee_id: int, course_id: str) -> CourseProgress:
    """Return the locked progress of somebody in a course, made at the first touch."""
    key = {"employee_id": employee_id, "course_id": course_id}
    if (found := session.get(CourseProgress, key, with_for_update=True)) is not None:
        return found
    values = {**key, "lessons_done": 0, "last_at": clock.now(), "retrainings": 0}
    insert_once(session, CourseProgress.__table__, values)
    row = lock(session, CourseProgress, key)
    assert isinstance(row, CourseProgress)  # noqa: S101
    return row


def assignment(session: Session, employee_id: int, course_id: str) -> Assignment:
    """Return the one assignment of a course to somebody, made if there is none.

    A new one asks for nothing yet: settle() gives it its state.
    """
    statement = select(Assignment).where(
        Assignment.employee_id == employee_id, Assignment.course_id == course_id
    )
    found = session.scalars(statement.with_for_update()).first()
    if found is None:
        insert_once(
            session,
            Assignment.__table__,
            {
                "employee_id": employee_id,
                "course_id": course_id,
                "source": AssignmentSource.CURRICULUM,
                "position": 0,
                "is_required": False,
                "state": AssignmentState.REMOVED,
                "created_at": clock.now(),
            },
        )
        found = session.scalars(statement.with_for_update()).one()
    return found


def settle(row: Assignment, *, completed_at: Any = None) -> None:
    """Bring an assignment in line with what its sides ask: state, required, due day, source.

    What is completed stays completed, whoever takes his wish back.
    """
    ask = combine(curriculum_ask(row), own_ask(row))
    if completed_at is not None:
        row.state, row.completed_at = AssignmentState.COMPLETED, row.completed_at or completed_at
    elif row.state is not AssignmentState.COMPLETED:
        row.state = AssignmentState.ACTIVE if ask else AssignmentState.REMOVED
    if ask is not None:
        row.is_required, row.due_on = ask.is_required, ask.due_on
    if row.asked_required is None:
        row.rule_id = row.assigned_by_id = None
        row.source = AssignmentSource.CURRICULUM


def curriculum_ask(row: Assignment) -> Ask | None:
    """Return what the curriculum asks; None if nothing."""
    if row.curriculum_required is None:
        return None
    return Ask(row.curriculum_required, row.curriculum_due_on)


def own_ask(row: Assignment) -> Ask | None:
    """Return what a person or a rule asks; None if nothing."""
    return None if row.asked_required is None else Ask(row.asked_required, row.asked_due_on)
