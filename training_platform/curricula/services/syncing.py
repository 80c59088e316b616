"""Bringing somebody's assignments in line with the curriculum of a job role, both ways."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core.events import emit
from training_platform.curricula import rules
from training_platform.curricula.events import CourseAssigned
from training_platform.curricula.models import (
    Assignment,
    AssignmentState,
    Course,
    CourseProgress,
    CurriculumItem,
)
from training_platform.curricula.services import rows
from training_platform.people.models import Employee


def preview_sync(
    session: Session, employee_id: int, job_role_id: str | None, on: date
) -> rules.Plan:
    """Return what a job role's curriculum, from a day on, would change for somebody."""
    return rules.plan_sync(_items(session, job_role_id), _standing(session, employee_id), on)


def sync_curriculum(
    session: Session, employee: Employee, job_role_id: str | None, on: date
) -> rules.Plan:
    """Apply the curriculum of a job role that holds from a day on; return what was done.

    Twice changes nothing the second time. What is removed keeps its progress.
    """
    plan = preview_sync(session, employee.id, job_role_id, on)
    for entry in (*plan.added, *plan.changed):
        row = _apply(session, employee.id, entry)
        if entry in plan.added:
            session.flush()
            emit(session, CourseAssigned(row.id, employee.id, entry.course_id))
    for entry in plan.already_completed:
        row = _apply(session, employee.id, entry)
        progress = session.get(
            CourseProgress, {"employee_id": employee.id, "course_id": entry.course_id}
        )
        rows.settle(row, completed_at=progress.completed_at if progress else None)
    for course_id in (*plan.removed, *plan.kept_because_asked):
        row = rows.assignment(session, employee.id, course_id)
        row.curriculum_required = row.curriculum_due_on = row.phase = None
        row.position = 0
        rows.settle(row)
    session.flush()
    return plan


def _apply(session: Session, employee_id: int, entry: rules.Entry) -> Assignment:
    row = rows.assignment(session, employee_id, entry.course_id)
    row.phase, row.position = entry.phase, entry.position
    row.curriculum_required, row.curriculum_due_on = entry.is_required, entry.due_on
    rows.settle(row)
    return row


def _items(session: Session, job_role_id: str | None) -> list[rules.Item]:
    if job_role_id is None:
        return []
    found = session.execute(
        select(
            CurriculumItem.course_id,
            CurriculumItem.phase,
            CurriculumItem.position,
            CurriculumItem.is_required,
            CurriculumItem.due_days,
        )
        .join(Course, Course.id == CurriculumItem.course_id)
        .where(CurriculumItem.job_role_id == job_role_id, Course.is_withdrawn.is_(False))
        .order_by(CurriculumItem.position)
    )
    return [rules.Item(*row) for row in found]


def _standing(session: Session, employee_id: int) -> list[rules.Standing]:
    completed = set(
        session.scalars(
            select(CourseProgress.course_id).where(
                CourseProgress.employee_id == employee_id,
                CourseProgress.completed_at.is_not(None),
            )
        )
    )
    found = session.scalars(select(Assignment).where(Assignment.employee_id == employee_id)).all()
    standing = [
        rules.Standing(
            row.course_id,
            _entry(row),
            is_asked=row.asked_required is not None,
            is_completed=row.state is AssignmentState.COMPLETED or row.course_id in completed,
        )
        for row in found
    ]
    missing = completed - {row.course_id for row in found}
    return standing + [rules.Standing(x, None, is_completed=True) for x in sorted(missing)]


def _entry(row: Assignment) -> rules.Entry | None:
    if row.curriculum_required is None or row.phase is None:
        return None
    return rules.Entry(
        row.course_id, row.phase, row.position, row.curriculum_required, row.curriculum_due_on
    )
