"""Work on many people, in batches of one transaction each."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from training_platform.core.db import writing
from training_platform.core.jobs import JobContext, job
from training_platform.curricula import services
from training_platform.curricula.models import Assignment, AssignmentRule, Course, CourseProgress
from training_platform.curricula.queries.rules import meant_by
from training_platform.curricula.services import completing, refreshers
from training_platform.people.models import Employee, EmployeeStatus
from training_platform.people.viewer import viewer_of

BATCH = 50


@job("curricula.sync_everybody")
def sync_everybody(context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Bring everybody in line with the curriculum of the own job role.

    New required courses are due from the day of publication: nobody is overdue overnight.
    """
    published_on = date.fromisoformat(payload["on"])

    def sync(session: Session, employee: Employee) -> None:
        on = max(published_on, employee.hired_on)
        services.sync_curriculum(session, employee, employee.job_role_id, on)
        services.complete_curriculum(session, employee.id)

    with writing() as session:
        ids = session.scalars(
            select(Employee.id)
            .where(Employee.status != EmployeeStatus.LEFT, Employee.job_role_id.is_not(None))
            .order_by(Employee.id)
        ).all()
    return _each(context, ids, sync)


@job("curricula.apply_rule")
def apply_rule(context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Apply an assignment rule to whom it means, and to whom it no longer means."""
    with writing() as session:
        rule = session.get_one(AssignmentRule, payload["rule_id"])
        has = select(Assignment.employee_id).where(Assignment.rule_id == rule.id)
        ids = session.scalars(
            select(Employee.id)
            .where(
                Employee.status != EmployeeStatus.LEFT,
                or_(Employee.id.in_(meant_by(session, rule)), Employee.id.in_(has)),
            )
            .order_by(Employee.id)
        ).all()
    return _each(context, ids, services.sync_rules)


@job("curricula.assign")
def assign(context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Assign a course by hand to more people than one request should."""
    due_on = date.fromisoformat(payload["due_on"]) if payload["due_on"] else None

    def run(session: Session, employee: Employee) -> None:
        actor = viewer_of(session, session.get_one(Employee, payload["actor_id"]))
        course = session.get_one(Course, payload["course_id"])
        services.assign_course(
            session, [employee], actor, course, due_on, required=payload["required"]
        )

    return _each(context, payload["employee_ids"], run)


@job("curricula.recheck_course")
def recheck_course(context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Bring progress in a course up to date after its lessons or conditions changed."""
    course_id = payload["course_id"]

    def check(session: Session, employee: Employee) -> None:
        progress = session.get_one(
            CourseProgress, {"employee_id": employee.id, "course_id": course_id}
        )
        services.count_lessons(session, progress)
        completing.complete_courses(session, employee.id, [course_id])

    with writing() as session:
        is_known = session.scalar(select(func.count()).where(Course.id == course_id))
        ids = session.scalars(
            select(CourseProgress.employee_id)
            .where(CourseProgress.course_id == course_id, CourseProgress.completed_at.is_(None))
            .order_by(CourseProgress.employee_id)
        ).all()
    return _each(context, ids if is_known else [], check)


def _each(
    context: JobContext, ids: Sequence[int], run: Callable[[Session, Employee], None]
) -> Mapping[str, Any]:
    for start in range(0, len(ids), BATCH):
        with writing() as session:
            for employee_id in ids[start : start + BATCH]:
                run(session, session.get_one(Employee, employee_id))
        context.progress(min(start + BATCH, len(ids)), len(ids))
    return {"people": len(ids)}


@job("curricula.plan_refreshers", every_seconds=24 * 3600)
def plan_refreshers(_context: JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Plan the next round of refreshers where it is near; HR looks it through and confirms it."""
    with writing() as session:
        made = refreshers.plan_due_round(session)
        return {"round_id": made.id if made else None}


@job("curricula.assign_refreshers")
def assign_refreshers(context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Assign a confirmed round, newcomers first; what was assigned before stays as it is."""
    with writing() as session:
        waiting = refreshers.open_entries(session, payload["round_id"])
    done = 0
    for start in range(0, len(waiting), BATCH):
        with writing() as session:
            for entry_id in waiting[start : start + BATCH]:
                done += refreshers.assign_entry(session, entry_id)
        context.progress(min(start + BATCH, len(waiting)), len(waiting))
    return {"assigned": done}
