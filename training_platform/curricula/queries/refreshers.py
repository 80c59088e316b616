"""Selects for the pages of refreshers; no writes."""

from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from training_platform.core.search import contains_all, words
from training_platform.curricula.models import Course, CurriculumItem
from training_platform.curricula.refresher_models import RefresherEntry, RefresherRound
from training_platform.people.models import Department, Employee, JobRole


def rounds() -> Select[Any]:
    """Return the select of all rounds, the latest first, with how many take part."""
    takes_part = case((RefresherEntry.is_excluded.is_(False), 1), else_=0)
    return (
        select(
            RefresherRound.id,
            RefresherRound.starts_on,
            RefresherRound.state,
            RefresherRound.decided_at,
            func.coalesce(func.sum(takes_part), 0).label("entries"),
            func.count(RefresherEntry.assigned_at).label("assigned"),
        )
        .outerjoin(RefresherEntry, RefresherEntry.round_id == RefresherRound.id)
        .group_by(RefresherRound.id)
        .order_by(RefresherRound.starts_on.desc())
    )


def entries(round_id: int, query: str, show: str) -> Select[Any]:
    """Return the select of a round's entries, newcomers first; show: newcomers, excluded."""
    statement = (
        select(
            RefresherEntry.id,
            RefresherEntry.is_newcomer,
            RefresherEntry.is_excluded,
            RefresherEntry.due_on,
            RefresherEntry.reason,
            RefresherEntry.assigned_at,
            Employee.name,
            Employee.staff_number,
            Department.name.label("department"),
            Course.title,
        )
        .join(Employee, Employee.id == RefresherEntry.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .join(Course, Course.id == RefresherEntry.course_id)
        .where(RefresherEntry.round_id == round_id)
        .order_by(RefresherEntry.is_newcomer.desc(), Employee.name_latin, RefresherEntry.id)
    )
    if found := words(query):
        statement = statement.where(contains_all(Employee.search_text, found))
    if show == "newcomers":
        statement = statement.where(RefresherEntry.is_newcomer.is_(True))
    elif show == "excluded":
        statement = statement.where(RefresherEntry.is_excluded.is_(True))
    return statement


def figures(session: Session, round_id: int) -> Any:
    """Return how many entries a round has, of newcomers, left out, and assigned."""
    is_in = RefresherEntry.is_excluded.is_(False)
    return session.execute(
        select(
            func.count().filter(is_in).label("entries"),
            func.count().filter(is_in, RefresherEntry.is_newcomer.is_(True)).label("newcomers"),
            func.count().filter(RefresherEntry.is_excluded.is_(True)).label("excluded"),
            func.count(RefresherEntry.assigned_at).label("assigned"),
        ).where(RefresherEntry.round_id == round_id)
    ).one()


def refreshable(session: Session) -> list[Any]:
    """Return the required courses with a quiz, of each job role: what a round may ask for."""
    return list(
        session.execute(
            select(JobRole.id, JobRole.name, Course.id.label("course_id"), Course.title)
            .join(CurriculumItem, CurriculumItem.job_role_id == JobRole.id)
            .join(Course, Course.id == CurriculumItem.course_id)
            .where(
                CurriculumItem.is_required.is_(True),
                Course.paper_id.is_not(None),
                Course.is_withdrawn.is_(False),
            )
            .order_by(JobRole.position, CurriculumItem.position)
        )
    )
