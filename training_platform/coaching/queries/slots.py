"""One-to-one slots, for lists."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from training_platform.coaching.models import (
    CoachingBooking,
    CoachingCare,
    CoachingSlot,
    FirstMonth,
)
from training_platform.coaching.rules import SlotState
from training_platform.core import clock
from training_platform.core.db import fetch
from training_platform.people.models import Employee

#: So many are offered at once.
MOST_OFFERED = 20
_stands = (CoachingBooking.slot_id == CoachingSlot.id) & CoachingBooking.cancelled_at.is_(None)


def own_slots(coach_id: int, *, past: bool) -> Select[Any]:
    """Return the select of a coach's slots with who has taken them: what comes, or what was."""
    now = clock.now()
    trainee = aliased(Employee)
    shown: list[Any] = [CoachingSlot, CoachingBooking, trainee.name.label("trainee")]
    statement = (
        select(*shown)
        .select_from(CoachingSlot)
        .outerjoin(CoachingBooking, _stands)
        .outerjoin(trainee, trainee.id == CoachingBooking.trainee_id)
        .where(CoachingSlot.coach_id == coach_id)
    )
    if past:
        return statement.where(CoachingSlot.ends_at < now).order_by(CoachingSlot.starts_at.desc())
    return statement.where(CoachingSlot.ends_at >= now).order_by(CoachingSlot.starts_at)


def offered_slots(session: Session, trainee_id: int) -> Sequence[Any]:
    """Return (slot, coach's name) of what a trainee may take now."""
    shown: list[Any] = [CoachingSlot, Employee.name.label("coach")]
    return session.execute(
        select(*shown)
        .select_from(CoachingSlot)
        .join(Employee, Employee.id == CoachingSlot.coach_id)
        .join(CoachingCare, CoachingCare.coach_id == CoachingSlot.coach_id)
        .where(
            CoachingCare.trainee_id == trainee_id,
            CoachingCare.ended_at.is_(None),
            CoachingSlot.state == SlotState.OPEN,
            CoachingSlot.starts_at > clock.now(),
        )
        .order_by(CoachingSlot.starts_at)
        .limit(MOST_OFFERED)
    ).all()


def meetings_of(trainee_id: int) -> Select[Any]:
    """Return the select of (slot, booking, coach's name) of a trainee, the newest first."""
    shown: list[Any] = [CoachingSlot, CoachingBooking, Employee.name.label("coach")]
    return (
        select(*shown)
        .select_from(CoachingSlot)
        .join(CoachingBooking, _stands)
        .join(Employee, Employee.id == CoachingSlot.coach_id)
        .where(CoachingBooking.trainee_id == trainee_id)
        .order_by(CoachingSlot.starts_at.desc())
    )


def coming_meetings(session: Session, trainee_id: int) -> Sequence[Any]:
    """Return what a trainee has booked and is still ahead, the next first."""
    return session.execute(
        meetings_of(trainee_id)
        .where(CoachingSlot.state == SlotState.BOOKED, CoachingSlot.ends_at >= clock.now())
        .order_by(None)
        .order_by(CoachingSlot.starts_at)
        .limit(MOST_OFFERED)
    ).all()


#: On Today for everybody: built once.
_COMING = (
    select(CoachingBooking.id)
    .join(CoachingSlot, _stands)
    .where(
        CoachingBooking.trainee_id == bindparam("trainee_id"),
        CoachingSlot.state == SlotState.BOOKED,
        CoachingSlot.ends_at >= bindparam("now"),
    )
    .limit(1)
)
_UNDER_WAY = (
    select(FirstMonth.id)
    .where(FirstMonth.employee_id == bindparam("trainee_id"), FirstMonth.finished_at.is_(None))
    .limit(1)
)


def has_anything_today(session: Session, trainee_id: int) -> bool:
    """Tell whether somebody's first month runs or a one-to-one is ahead."""
    values = {"trainee_id": trainee_id}
    return (
        fetch(session, _UNDER_WAY, values).first() is not None
        or fetch(session, _COMING, values | {"now": clock.now()}).first() is not None
    )


def next_steps(session: Session, trainee_id: int) -> Sequence[Any]:
    """Return (slot, booking, coach's name) of meetings whose next step is today or ahead."""
    return session.execute(
        meetings_of(trainee_id)
        .where(CoachingBooking.next_step_on >= clock.today())
        .order_by(None)
        .order_by(CoachingBooking.next_step_on)
        .limit(3)
    ).all()
