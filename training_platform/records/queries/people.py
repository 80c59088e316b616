"""The people whose records somebody may read, what they did, and what they can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from training_platform.core.i18n import pick
from training_platform.people.models import (
    Competency,
    CompetencyTarget,
    Employee,
    JobRole,
)
from training_platform.records.models import CompetencyLevel, RecordHead, TrainingRecord
from training_platform.records.queries.subjects import IS_VOID
from training_platform.records.rules import Kind


@dataclass(frozen=True)
class Standing:
    """A competency of one person: shown against target."""

    code: str
    name: str
    level: int
    target: int | None
    behavior: str
    shown_at: datetime | None


@dataclass(frozen=True)
class Activity:
    """What the list of people says about one of them."""

    courses: int = 0
    last_at: datetime | None = None


def standings(session: Session, employee: Employee) -> list[Standing]:
    """Return the competencies that a job role asks for or that somebody showed."""
    target = (CompetencyTarget.competency_id == Competency.id) & (
        CompetencyTarget.job_role_id == (employee.job_role_id or "")
    )
    shown = (CompetencyLevel.competency_id == Competency.id) & (
        CompetencyLevel.employee_id == employee.id
    )
    found = session.execute(
        select(
            Competency.code,
            Competency.name,
            Competency.levels,
            CompetencyTarget.level.label("target"),
            CompetencyLevel.level,
            CompetencyLevel.shown_at,
        )
        .outerjoin(CompetencyTarget, target)
        .outerjoin(CompetencyLevel, shown)
        .where(CompetencyTarget.level.is_not(None) | CompetencyLevel.level.is_not(None))
        .order_by(Competency.position)
    )
    return [
        Standing(
            code=row.code,
            name=pick(row.name),
            level=row.level or 0,
            target=row.target,
            behavior=_behavior(row.levels, row.level),
            shown_at=row.shown_at,
        )
        for row in found
    ]


def _behavior(levels: list[Any], level: int | None) -> str:
    return pick(levels[level - 1]) if level and level <= len(levels) else ""


def job_roles(session: Session) -> list[tuple[str, str]]:
    """Return the job roles that the filter offers."""
    found = session.execute(select(JobRole.id, JobRole.name).order_by(JobRole.position))
    return [(row.id, pick(row.name)) for row in found]


def activity_of(session: Session, employee_ids: Sequence[int]) -> dict[int, Activity]:
    """Return what some people have completed and when something was last recorded of them."""
    if not employee_ids:
        return {}
    courses = (
        select(
            TrainingRecord.employee_id,
            func.count(TrainingRecord.subject.distinct()).label("courses"),
        )
        .where(
            TrainingRecord.employee_id.in_(employee_ids),
            TrainingRecord.kind == Kind.COURSE_COMPLETED.value,
            ~IS_VOID,
        )
        .group_by(TrainingRecord.employee_id)
        .subquery()
    )
    last = aliased(TrainingRecord)
    found = session.execute(
        select(
            RecordHead.employee_id,
            func.coalesce(courses.c.courses, 0).label("courses"),
            last.happened_at,
        )
        .join(
            last,
            (last.employee_id == RecordHead.employee_id) & (last.position == RecordHead.length),
        )
        .outerjoin(courses, courses.c.employee_id == RecordHead.employee_id)
        .where(RecordHead.employee_id.in_(employee_ids))
    )
    return {row.employee_id: Activity(row.courses, row.happened_at) for row in found}
