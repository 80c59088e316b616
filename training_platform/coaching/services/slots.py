"""One-to-one slots: published, booked, given back, called off, noted down."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_platform.coaching import rules
from training_platform.coaching.models import CoachingBooking, CoachingSlot
from training_platform.coaching.rules import SlotState
from training_platform.coaching.services.seats import Seat, booking_of, is_busy, seat_of
from training_platform.core import audit, clock
from training_platform.core.db import expect_version, lock
from training_platform.core.errors import InvalidTransitionError, NotPermittedError, RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.notices import services as notices
from training_platform.people.models import Employee
from training_platform.records import services as records


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


TAKEN = _("Somebody else has just taken this slot. Choose another one.")
SESSION_TITLE = {"zh": "一对一辅导", "en": "One-to-one coaching"}


@dataclass(frozen=True)
class Offer:
    """What a coach publishes."""

    starts_at: datetime
    minutes: int
    place: str
    is_online: bool = False
    note: str = ""


@dataclass(frozen=True)
class Topic:
    """What a trainee wants to work on: a weak check by its name, own words, or both."""

    title: dict[str, Any]
    practical_id: str | None = None
    wish: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of a meeting."""

    note: str
    next_step: str = ""
    next_step_on: date | None = None


def publish_slot(session: Session, coach: Person, offer: Offer) -> CoachingSlot:
    """Offer some minutes to one's trainees.

    Raises RuleError for a time that is over, too far ahead, or already promised.
    """
    authorize(coach, None, Permission.COACHING_SLOT_MANAGE)
    coach_id = coach.id or 0
    _check(offer)
    lock(session, Employee, coach_id)
    ends_at = offer.starts_at + timedelta(minutes=offer.minutes)
    if is_busy(session, coach_id, offer.starts_at, ends_at):
        raise RuleError(_("You have another one-to-one at that time."), field="starts_at")
    slot = CoachingSlot(
        coach_id=coach_id,
        starts_at=offer.starts_at,
        ends_at=ends_at,
        place=offer.place.strip(),
        is_online=offer.is_online,
        note=offer.note.strip(),
        state=SlotState.OPEN,
        created_at=clock.now(),
    )
    session.add(slot)
    session.flush()
    audit.record(session, coach, "coaching.publish_slot", slot)
    return slot


def book_slot(
    session: Session, slot: CoachingSlot, trainee: Person, topic: Topic
) -> CoachingBooking:
    """Take a slot. The coach is told.

    Raises RuleError where somebody else was quicker, where it has begun, or where the trainee has
    another one-to-one at that time; NotPermittedError for whoever it is not offered to.
    """
    authorize(trainee, seat_of(session, slot), Permission.COACHING_SLOT_READ)
    if trainee.id == slot.coach_id:
        raise NotPermittedError
    lock(session, Employee, trainee.id)  # two slots at the same time, two tabs
    slot = lock(session, CoachingSlot, slot.id)
    if slot.state is not SlotState.OPEN:
        raise RuleError(TAKEN)
    if slot.starts_at <= clock.now():
        raise RuleError(_("This slot has begun already."))
    if is_busy(session, trainee.id or 0, slot.starts_at, slot.ends_at):
        raise RuleError(_("You have another one-to-one at that time."))
    booking = _add_booking(session, slot, trainee.id or 0, topic)
    slot.state = SlotState.BOOKED
    session.flush()
    audit.record(session, trainee, "coaching.book_slot", slot)
    _tell(session, slot.coach_id, "slot_booked", slot, booking)
    return booking


def give_back(session: Session, slot: CoachingSlot, trainee: Person) -> None:
    """Give a slot back in good time; it can be taken again.

    Raises NotPermittedError for another's booking, RuleError when it is too late.
    """
    booking = booking_of(session, slot.id)
    if booking is None or booking.trainee_id != trainee.id:
        raise NotPermittedError
    if slot.state is not SlotState.BOOKED:
        raise InvalidTransitionError
    if not rules.may_give_back(slot.starts_at, clock.now()):
        raise RuleError(_("It is too late to give it back here. Please call your coach."))
    _cancel(booking, trainee)
    slot.state = SlotState.OPEN
    session.flush()
    audit.record(session, trainee, "coaching.give_back_slot", slot)
    _tell(session, slot.coach_id, "slot_given_back", slot, booking)


def call_off(
    session: Session, slot: CoachingSlot, coach: Person, reason: str, *, expected_version: int
) -> None:
    """Call a slot off with a reason; whoever has taken it is told, by mail too.

    Raises ConflictError, InvalidTransitionError for one that is over, RuleError without a reason.
    """
    authorize(coach, Seat(slot.coach_id, frozenset()), Permission.COACHING_SLOT_MANAGE)
    expect_version(slot, expected_version)
    if slot.state not in {SlotState.OPEN, SlotState.BOOKED}:
        raise InvalidTransitionError
    text = reason.strip()
    if not text:
        raise RuleError(_("Say why, so that the trainee knows."), field="reason")
    booking = booking_of(session, slot.id)
    slot.state, slot.cancel_reason = SlotState.CANCELLED, text
    if booking is not None:
        _cancel(booking, coach)
        _tell(session, booking.trainee_id, "slot_called_off", slot, booking, reason=text)
    session.flush()
    audit.record(session, coach, "coaching.call_off_slot", slot)


def note_outcome(
    session: Session,
    slot: CoachingSlot,
    coach: Person,
    outcome: Outcome,
    *,
    expected_version: int,
) -> None:
    """Note down what was worked on and the next step; the meeting enters the training record.

    Raises ConflictError, InvalidTransitionError before it began, RuleError without a note, or with
    a next step that has no date.
    """
    authorize(coach, Seat(slot.coach_id, frozenset()), Permission.COACHING_SLOT_MANAGE)
    expect_version(slot, expected_version)
    booking = booking_of(session, slot.id)
    if booking is None or slot.starts_at > clock.now():
        raise InvalidTransitionError
    if not outcome.note.strip():
        raise RuleError(_("Note down what you worked on."), field="note")
    if outcome.next_step.strip() and outcome.next_step_on is None:
        raise RuleError(_("Give the next step a date."), field="next_step_on")
    booking.coach_note, booking.next_step = outcome.note.strip(), outcome.next_step.strip()
    booking.next_step_on = outcome.next_step_on if booking.next_step else None
    slot.state = SlotState.DONE
    slot.version += 1  # even where only the booking changes
    session.flush()
    audit.record(session, coach, "coaching.note_outcome", slot)
    _record(session, slot, booking)


def add_own_note(session: Session, slot: CoachingSlot, trainee: Person, note: str) -> None:
    """Keep what the trainee takes along; raise NotPermittedError for another's meeting."""
    booking = booking_of(session, slot.id)
    if booking is None or booking.trainee_id != trainee.id:
        raise NotPermittedError
    if slot.starts_at > clock.now():
        raise InvalidTransitionError
    booking.trainee_note = note.strip()
    session.flush()


def _check(offer: Offer) -> None:
    now = clock.now()
    if offer.starts_at <= now:
        raise RuleError(_("Choose a time that is still ahead."), field="starts_at")
    if offer.starts_at > now + rules.LONGEST_AHEAD:
        raise RuleError(_("Slots are published at most 90 days ahead."), field="starts_at")
    if offer.minutes not in rules.SLOT_MINUTES:
        raise RuleError(_("Choose how long it takes."), field="minutes")
    if not offer.place.strip():
        raise RuleError(_("Say where you meet, or the address of the meeting."), field="place")


def _add_booking(
    session: Session, slot: CoachingSlot, trainee_id: int, topic: Topic
) -> CoachingBooking:
    booking = CoachingBooking(
        slot_id=slot.id,
        trainee_id=trainee_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        topic=topic.title,
        practical_id=topic.practical_id,
        wish=topic.wish.strip(),
        booked_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(booking)
    except IntegrityError as fault:  # uq_coaching_booking_slot
        raise RuleError(TAKEN) from fault
    return booking


def _cancel(booking: CoachingBooking, actor: Person) -> None:
    booking.cancelled_at, booking.cancelled_by_id = clock.now(), actor.id


def _tell(
    session: Session,
    employee_id: int,
    kind: str,
    slot: CoachingSlot,
    booking: CoachingBooking,
    **values: Any,
) -> None:
    other = booking.trainee_id if employee_id == slot.coach_id else slot.coach_id
    when = slot.starts_at.astimezone(clock.company_zone())
    notices.notify(
        session,
        employee_id,
        kind,
        key=f"coaching:booking:{booking.id}:{kind}",
        href=f"/coaching/slots/{slot.id}",
        by_mail=kind == "slot_called_off",
        name=session.get_one(Employee, other).name,
        when=when.strftime("%Y-%m-%d %H:%M"),
        title=booking.topic,
        **values,
    )


def _record(session: Session, slot: CoachingSlot, booking: CoachingBooking) -> None:
    records.append(
        session,
        booking.trainee_id,
        "coaching_held",
        str(slot.id),
        source=f"coaching:booking:{booking.id}",
        happened_at=slot.starts_at,
        title=booking.topic,
        minutes=int((slot.ends_at - slot.starts_at).total_seconds()) // 60,
        href=f"/coaching/slots/{slot.id}",
    )
    notices.notify(
        session,
        booking.trainee_id,
        "coaching_noted",
        key=f"coaching:booking:{booking.id}:noted",
        href=f"/coaching/slots/{slot.id}",
        title=booking.topic,
        next_step=booking.next_step,
    )
