"""One person's archive: hours by year, competencies against the next job role."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.archives import texts
from training_platform.archives.models import ArchiveEntry, ArchivePull, ArchiveTopic, SavedSearch
from training_platform.archives.queries.rows import clock_time
from training_platform.core.i18n import pick
from training_platform.people.models import (
    Competency,
    CompetencyTarget,
    Department,
    Employee,
    JobRole,
)
from training_platform.records.models import CompetencyLevel, TrainingRecord
from training_platform.records.queries.subjects import IS_VOID
from training_platform.records.texts import OTHER, TEXTS


@dataclass(frozen=True)
class YearHours:
    """The hours of one year, by kind of training; the sum of `parts` is `hours`."""

    year: int
    hours: float
    parts: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Step:
    """A competency that the next job role asks for."""

    name: str
    level: int
    target: int


@dataclass(frozen=True)
class NextRole:
    """The job role after the present one, and what is missing for it."""

    name: str
    steps: tuple[Step, ...]

    @property
    def reached(self) -> int:
        """Return how many of its competencies are reached already."""
        return sum(each.level >= each.target for each in self.steps)


def hours_by_year(session: Session, employee_id: int) -> list[YearHours]:
    """Return the hours that somebody's records tell of and that count, oldest year first."""
    rows = session.execute(
        select(ArchiveEntry.place, ArchiveEntry.minutes, ArchiveTopic.kind)
        .join(ArchiveTopic, ArchiveTopic.id == ArchiveEntry.topic_id)
        .join(TrainingRecord, TrainingRecord.id == ArchiveEntry.record_id)
        .where(ArchiveEntry.employee_id == employee_id, ArchiveEntry.minutes.is_not(None), ~IS_VOID)
    )
    years: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        group = TEXTS.get(row.kind, OTHER).group
        years[clock_time(row.place).year][group] += row.minutes
    return [
        YearHours(
            year,
            sum(groups.values()) / 60,
            tuple((texts.group_name(group), groups[group] / 60) for group in sorted(groups)),
        )
        for year, groups in sorted(years.items())
    ]


def next_role(session: Session, employee: Employee) -> NextRole | None:
    """Return what the job role after the present one asks for; None after the last."""
    own = session.get(JobRole, employee.job_role_id) if employee.job_role_id else None
    after = select(JobRole).where(JobRole.position > (own.position if own else -1))
    following = session.scalars(after.order_by(JobRole.position).limit(1)).first()
    if own is None or following is None:
        return None
    rows = session.execute(
        select(Competency.name, CompetencyTarget.level.label("target"), CompetencyLevel.level)
        .join(CompetencyTarget, CompetencyTarget.competency_id == Competency.id)
        .outerjoin(
            CompetencyLevel,
            (CompetencyLevel.competency_id == Competency.id)
            & (CompetencyLevel.employee_id == employee.id),
        )
        .where(CompetencyTarget.job_role_id == following.id)
        .order_by(Competency.position)
    )
    steps = tuple(Step(pick(row.name), row.level or 0, row.target) for row in rows)
    return NextRole(pick(following.name), steps)


def saved_of(session: Session, owner_id: int) -> list[SavedSearch]:
    """Return the searches that somebody keeps, by name."""
    own = select(SavedSearch).where(SavedSearch.owner_id == owner_id).order_by(SavedSearch.name)
    return list(session.scalars(own))


def select_pulls(owner_id: int | None = None) -> Any:
    """Return the select of pulls with whose they are, newest first: somebody's, or everybody's."""
    statement = (
        select(ArchivePull, Employee.name, Employee.staff_number)
        .join(Employee, Employee.id == ArchivePull.owner_id)
        .order_by(ArchivePull.id.desc())
    )
    return statement if owner_id is None else statement.where(ArchivePull.owner_id == owner_id)


def names(session: Session) -> tuple[dict[int, str], dict[str, str]]:
    """Return the names of departments and job roles, to say what a pull asked for."""
    departments = session.execute(select(Department.id, Department.name))
    roles = session.execute(select(JobRole.id, JobRole.name))
    return {row.id: pick(row.name) for row in departments}, {
        row.id: pick(row.name) for row in roles
    }
