"""Who holds a slot, to whom it is offered, and who is busy when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.coaching.models import CoachingBooking, CoachingCare, CoachingSlot
from training_platform.coaching.rules import SlotState


@dataclass(frozen=True)
class Seat:
    """A slot as permissions see it: whose it is, who has taken it, to whom it is offered."""

    coach_id: int
    people: frozenset[int]


def seat_of(session: Session, slot: CoachingSlot) -> Seat:
    """Return who may know of a slot: coach, who took it, and the coach's trainees while it is open.

    Whoever is in the coach's care only sees slots that are still to be had.
    """
    people = {slot.coach_id}
    if slot.state is SlotState.OPEN:
        people |= set(
            session.scalars(
                select(CoachingCare.trainee_id).where(
                    CoachingCare.coach_id == slot.coach_id, CoachingCare.ended_at.is_(None)
                )
            )
        )
    booking = select(CoachingBooking.trainee_id).where(CoachingBooking.slot_id == slot.id)
    people |= set(session.scalars(booking))
    return Seat(slot.coach_id, frozenset(people))


def booking_of(session: Session, slot_id: int) -> CoachingBooking | None:
    """Return the booking that stands."""
    return session.scalars(
        select(CoachingBooking).where(
            CoachingBooking.slot_id == slot_id, CoachingBooking.cancelled_at.is_(None)
        )
    ).one_or_none()


def is_busy(session: Session, person_id: int, starts_at: datetime, ends_at: datetime) -> bool:
    """Tell whether somebody has promised that time, as a coach or as a trainee."""
    own = (
        select(CoachingSlot.id)
        .where(
            CoachingSlot.coach_id == person_id,
            CoachingSlot.state != SlotState.CANCELLED,
            CoachingSlot.starts_at < ends_at,
            CoachingSlot.ends_at > starts_at,
        )
        .limit(1)
    )
    booked = (
        select(CoachingBooking.id)
        .where(
            CoachingBooking.trainee_id == person_id,
            CoachingBooking.cancelled_at.is_(None),
            CoachingBooking.starts_at < ends_at,
            CoachingBooking.ends_at > starts_at,
        )
        .limit(1)
    )
    return session.scalar(own) is not None or session.scalar(booked) is not None
