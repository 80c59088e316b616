"""Who of a team is due: practical exams that failed, first months and next steps that are late."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from training_platform.coaching.models import CoachingBooking, FirstMonth, FirstMonthItem
from training_platform.coaching.rules import FIRST_MONTH_LASTS
from training_platform.core import clock
from training_platform.people.models import Department, Employee
from training_platform.practicals.models import Practical, PracticalAttempt
from training_platform.practicals.rules import AttemptState, Mode

#: So many are named of each kind.
NAMED = 6


def exams_to_retake(session: Session, where: ColumnElement[bool]) -> Sequence[Any]:
    """Return (id, name, task, its title, fails) of exams that were failed and never passed."""
    passed = func.count().filter(PracticalAttempt.is_passed.is_(True))
    return session.execute(
        select(
            Employee.id,
            Employee.name,
            Practical.id.label("practical_id"),
            Practical.title,
            func.count().label("fails"),
        )
        .select_from(PracticalAttempt)
        .join(Practical, Practical.id == PracticalAttempt.practical_id)
        .join(Employee, Employee.id == PracticalAttempt.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .where(
            PracticalAttempt.mode == Mode.EXAM,
            PracticalAttempt.state == AttemptState.FINAL,
            Practical.is_withdrawn.is_(False),
            where,
        )
        .group_by(Employee.id, Practical.id)
        .having(passed == 0)
        .order_by(func.max(PracticalAttempt.submitted_at), Employee.id)
        .limit(NAMED)
    ).all()


def late_first_months(session: Session, where: ColumnElement[bool]) -> Sequence[Any]:
    """Return (id, name, steps that are late) of first months, the oldest first."""
    return session.execute(
        select(Employee.id, Employee.name, func.count().label("late"))
        .select_from(FirstMonthItem)
        .join(FirstMonth, FirstMonth.id == FirstMonthItem.plan_id)
        .join(Employee, Employee.id == FirstMonth.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .where(
            FirstMonthItem.done_at.is_(None),
            FirstMonthItem.due_on < clock.today(),
            FirstMonth.began_on >= clock.today() - FIRST_MONTH_LASTS,
            where,
        )
        .group_by(Employee.id)
        .order_by(func.min(FirstMonthItem.due_on), Employee.id)
        .limit(NAMED)
    ).all()


def next_steps(session: Session, where: ColumnElement[bool]) -> Sequence[Any]:
    """Return (id, name, day) of next steps that were agreed and are still ahead."""
    return session.execute(
        select(Employee.id, Employee.name, CoachingBooking.next_step_on.label("day"))
        .select_from(CoachingBooking)
        .join(Employee, Employee.id == CoachingBooking.trainee_id)
        .join(Department, Department.id == Employee.department_id)
        .where(CoachingBooking.next_step_on >= clock.today(), where)
        .order_by(CoachingBooking.next_step_on, Employee.id)
        .limit(NAMED)
    ).all()
