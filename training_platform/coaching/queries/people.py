"""Trainees and coaches, for lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from training_platform.coaching.models import (
    CoachingBooking,
    CoachingCare,
    CoachingSlot,
    FirstMonth,
    FirstMonthItem,
)
from training_platform.coaching.reach import in_care_of, within_reach
from training_platform.coaching.rules import FIRST_MONTH_LASTS, SlotState
from training_platform.coaching.services.care import COACHES
from training_platform.core import clock
from training_platform.core.permissions import Person
from training_platform.core.search import contains_all, words
from training_platform.people.models import (
    AccessGrant,
    Department,
    Employee,
    EmployeeStatus,
    JobRole,
)


@dataclass(frozen=True)
class Steps:
    """How far somebody's first month is."""

    done: int
    whole: int
    late: int


def trainees(person: Person, text: str, *, every: bool = False) -> Select[Any]:
    """Return the select of who is in the person's care, or of all whom she may read."""
    return (
        select(
            Employee.id,
            Employee.name,
            Employee.staff_number,
            Department.name.label("department"),
            JobRole.name.label("job_role"),
        )
        .join(Department, Department.id == Employee.department_id)
        .outerjoin(JobRole, JobRole.id == Employee.job_role_id)
        .where(
            within_reach(person) if every else in_care_of(person.id),
            Employee.status == EmployeeStatus.ACTIVE,
            *named(text),
        )
        .order_by(Employee.staff_number)
    )


def candidates(person: Person, text: str) -> Select[Any]:
    """Return the select of whom a coach may take on: active people, none of them hers yet."""
    return (
        select(
            Employee.id,
            Employee.name,
            Employee.staff_number,
            Department.name.label("department"),
        )
        .join(Department, Department.id == Employee.department_id)
        .where(
            Employee.status == EmployeeStatus.ACTIVE,
            Employee.id != person.id,
            ~in_care_of(person.id),
            *named(text),
        )
        .order_by(Employee.hired_on.desc(), Employee.staff_number)
    )


def named(text: str) -> list[ColumnElement[bool]]:
    """Return the condition that somebody's name or number holds what was typed."""
    found = words(text)
    return [contains_all(Employee.search_text, found)] if found else []


def coaches_of(session: Session, employee_id: int) -> Sequence[Any]:
    """Return (id, name, since) of a trainee's coaches."""
    return session.execute(
        select(Employee.id, Employee.name, CoachingCare.began_at)
        .join(CoachingCare, CoachingCare.coach_id == Employee.id)
        .where(CoachingCare.trainee_id == employee_id, CoachingCare.ended_at.is_(None))
        .order_by(CoachingCare.id)
    ).all()


def all_coaches(session: Session) -> list[tuple[int, str]]:
    """Return everybody who may coach, to choose from."""
    rows = session.execute(
        select(Employee.id, Employee.name, Employee.staff_number)
        .join(AccessGrant, AccessGrant.employee_id == Employee.id)
        .where(AccessGrant.right.in_(COACHES), Employee.status == EmployeeStatus.ACTIVE)
        .distinct()
        .order_by(Employee.staff_number)
        .limit(200)
    )
    return [(row.id, f"{row.name} ({row.staff_number})") for row in rows]


def first_months(session: Session, employee_ids: Sequence[int]) -> dict[int, Steps]:
    """Return how far the first months of these people are, those that go on."""
    done = func.sum(case((FirstMonthItem.done_at.is_not(None), 1), else_=0))
    late = func.sum(
        case(
            (FirstMonthItem.done_at.is_(None) & (FirstMonthItem.due_on < clock.today()), 1),
            else_=0,
        )
    )
    rows = session.execute(
        select(FirstMonth.employee_id, done, func.count(), late)
        .join(FirstMonthItem, FirstMonthItem.plan_id == FirstMonth.id)
        .where(
            FirstMonth.employee_id.in_(employee_ids),
            FirstMonth.finished_at.is_(None),
            FirstMonth.began_on >= clock.today() - FIRST_MONTH_LASTS,
        )
        .group_by(FirstMonth.employee_id)
    )
    return {row[0]: Steps(row[1], row[2], row[3]) for row in rows}


def next_meetings(session: Session, coach_id: int, ids: Sequence[int]) -> dict[int, datetime]:
    """Return when each trainee meets the coach next."""
    rows = session.execute(
        select(CoachingBooking.trainee_id, func.min(CoachingBooking.starts_at))
        .join(CoachingSlot, CoachingSlot.id == CoachingBooking.slot_id)
        .where(
            CoachingSlot.coach_id == coach_id,
            CoachingSlot.state == SlotState.BOOKED,
            CoachingBooking.trainee_id.in_(ids),
            CoachingBooking.cancelled_at.is_(None),
            CoachingBooking.starts_at >= clock.now(),
        )
        .group_by(CoachingBooking.trainee_id)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class Newcomer:
    """Somebody in her first month, as a team page lists her."""

    employee_id: int
    name: str
    began_on: date
    steps: Steps
