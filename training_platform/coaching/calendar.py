"""One-to-ones as calendars read them: those of the trainee, and those a coach has booked."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from training_platform.coaching.models import CoachingBooking, CoachingSlot
from training_platform.core import clock
from training_platform.notices.calendar import Entry
from training_platform.people.models import Employee


def slots_of(session: Session, employee_id: int, first: date, last: date) -> Iterable[Entry]:
    """Return the booked one-to-ones of somebody, as trainee or as coach."""
    trainee, coach = aliased(Employee), aliased(Employee)
    rows = session.execute(
        select(
            CoachingBooking.id,
            CoachingBooking.starts_at,
            CoachingBooking.ends_at,
            CoachingBooking.topic,
            CoachingBooking.slot_id,
            CoachingBooking.trainee_id,
            CoachingSlot.place,
            trainee.name.label("trainee"),
            coach.name.label("coach"),
        )
        .join(CoachingSlot, CoachingSlot.id == CoachingBooking.slot_id)
        .join(trainee, trainee.id == CoachingBooking.trainee_id)
        .join(coach, coach.id == CoachingSlot.coach_id)
        .where(
            CoachingBooking.cancelled_at.is_(None),
            CoachingBooking.starts_at >= _midnight(first),
            CoachingBooking.starts_at < _midnight(last + timedelta(days=1)),
            or_(CoachingBooking.trainee_id == employee_id, CoachingSlot.coach_id == employee_id),
        )
        .order_by(CoachingBooking.starts_at, CoachingBooking.id)
    )
    for row in rows:
        other = row.coach if row.trainee_id == employee_id else row.trainee
        yield Entry(
            f"{row.id}",
            {"zh": f"一对一辅导：{other}", "en": f"One-to-one: {other}"},
            row.starts_at,
            row.ends_at,
            place=row.place,
            note=row.topic,
            href=f"/coaching/slots/{row.slot_id}",
            is_private=True,
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.company_zone()).astimezone(UTC)
