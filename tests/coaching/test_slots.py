"""One-to-one slots: offered, taken once, given back in time, called off, noted down."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.factories.coaching import grade, make_coach, make_slot, offer
from tests.factories.people import make_employee
from training_platform.coaching.models import CoachingBooking, CoachingSlot
from training_platform.coaching.rules import SlotState
from training_platform.coaching.services import slots
from training_platform.coaching.services.seats import booking_of
from training_platform.coaching.services.slots import SESSION_TITLE, Outcome, Topic
from training_platform.core import clock
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.notices.models import Notice
from training_platform.people.viewer import viewer_of
from training_platform.records.queries import subjects_with

TOPIC = Topic(SESSION_TITLE)


@pytest.fixture
def trainees(session):
    return [make_employee(session, name=name) for name in ("林知夏", "何予安")]


@pytest.fixture
def coach(session, trainees):
    return make_coach(session, *trainees)


@pytest.fixture
def slot(session, coach):
    return make_slot(session, coach)


def book(session, slot, trainee):
    return slots.book_slot(session, slot, viewer_of(session, trainee), TOPIC)


def told(session, employee):
    return set(session.scalars(select(Notice.kind).where(Notice.employee_id == employee.id)))


def test_a_slot_that_is_taken_cannot_be_taken_again(session, slot, coach, trainees):
    book(session, slot, trainees[0])

    with pytest.raises((RuleError, NotPermittedError)):
        book(session, slot, trainees[1])

    assert slot.state is SlotState.BOOKED
    assert "slot_booked" in told(session, coach)


def test_the_database_keeps_two_bookings_of_one_slot_apart(session, slot, trainees):
    first = book(session, slot, trainees[0])
    second = CoachingBooking(
        slot_id=slot.id,
        trainee_id=trainees[1].id,
        starts_at=first.starts_at,
        ends_at=first.ends_at,
        topic={},
        booked_at=clock.now(),
    )

    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(second)


def test_only_the_coachs_own_trainees_take_a_slot(session, slot):
    with pytest.raises(NotPermittedError):
        book(session, slot, make_employee(session))


def test_nobody_sits_in_two_meetings_at_once(session, slot, coach, trainees):
    viewer = viewer_of(session, coach)
    with pytest.raises(RuleError) as refused:
        slots.publish_slot(session, viewer, offer(48.25))
    assert refused.value.field == "starts_at"
    slots.publish_slot(session, viewer, offer(48.5))

    other = make_slot(session, make_coach(session, trainees[0]), hours=48.4)
    book(session, slot, trainees[0])
    with pytest.raises(RuleError, match="another one-to-one"):
        book(session, other, trainees[0])


@pytest.mark.parametrize(("hours", "minutes"), [(-1, 30), (91 * 24, 30), (48, 31)])
def test_a_slot_lies_ahead_and_has_a_usual_length(session, coach, hours, minutes):
    with pytest.raises(RuleError):
        slots.publish_slot(session, viewer_of(session, coach), offer(hours, minutes))


def test_a_slot_given_back_in_time_is_free_again(session, slot, coach, trainees):
    book(session, slot, trainees[0])
    viewer = viewer_of(session, trainees[0])

    with clock.stopped(slot.starts_at - timedelta(hours=11)), pytest.raises(RuleError):
        slots.give_back(session, slot, viewer)
    slots.give_back(session, slot, viewer)

    assert slot.state is SlotState.OPEN
    assert "slot_given_back" in told(session, coach)
    book(session, slot, trainees[1])


def test_a_coach_calls_off_with_a_reason_and_the_trainee_is_told(session, slot, coach, trainees):
    book(session, slot, trainees[0])
    viewer = viewer_of(session, coach)
    with pytest.raises(RuleError):
        slots.call_off(session, slot, viewer, " ", expected_version=slot.version)

    slots.call_off(session, slot, viewer, "出差", expected_version=slot.version)

    assert slot.state is SlotState.CANCELLED
    assert "slot_called_off" in told(session, trainees[0])
    make_slot(session, coach)  # the time is free again


def test_afterwards_both_note_and_the_meeting_is_on_record(session, slot, coach, trainees):
    book(session, slot, trainees[0])
    viewer, outcome = viewer_of(session, coach), Outcome("练了查重", "再练一次", clock.today())
    with pytest.raises(InvalidTransitionError):
        slots.note_outcome(session, slot, viewer, outcome, expected_version=slot.version)

    with clock.stopped(slot.ends_at):
        slots.note_outcome(session, slot, viewer, outcome, expected_version=slot.version)
        slots.add_own_note(session, slot, viewer_of(session, trainees[0]), "先看手机号")

    assert slot.state is SlotState.DONE
    booking = booking_of(session, slot.id)
    assert (booking.next_step, booking.trainee_note) == ("再练一次", "先看手机号")
    assert subjects_with(session, trainees[0].id, "coaching_held") == {str(slot.id)}
    with pytest.raises(ConflictError):
        slots.note_outcome(session, slot, viewer, outcome, expected_version=1)


def test_a_next_step_has_a_date(session, slot, coach, trainees):
    book(session, slot, trainees[0])

    with clock.stopped(slot.ends_at), pytest.raises(RuleError) as refused:
        slots.note_outcome(
            session,
            slot,
            viewer_of(session, coach),
            Outcome("x", "again"),
            expected_version=slot.version,
        )

    assert refused.value.field == "next_step_on"


def test_the_weakest_check_is_the_topic_that_is_proposed(session, client, slot, trainees):
    grade(session, trainees[0], {"customers": (0, 60)})
    address = f"/coaching/slots/{slot.id}"
    session.commit()
    client.sign_in(trainees[0])
    assert f"{address}/book" in client.page("/coaching/").links()

    form = client.page(f"{address}/book")
    assert form.body.count("checked") == 1
    key = "enter-customers:customers"
    assert f'value="{key}"' in form.body
    assert client.post(f"{address}/book", data={"topic": "nonsense"}).status_code == 422
    assert client.post(f"{address}/book", data={"topic": key}).status_code == 303

    booking = session.scalars(select(CoachingBooking)).one()
    assert (booking.practical_id, booking.trainee_id) == ("enter-customers", trainees[0].id)
    assert "Give the slot back" in client.page(address).text
    session.rollback()
    client.sign_in(trainees[1])
    assert client.get(address).status_code == 404


def test_a_coach_publishes_on_a_page_and_a_second_equal_post_is_harmless(session, client, coach):
    day = (clock.today() + timedelta(days=3)).isoformat()
    session.commit()
    client.sign_in(coach)
    form = {"starts_at": day, "time": "10:00", "minutes": "30", "place": "A3", "once": "one"}

    assert client.post("/coaching/slots/new", data=form | {"place": ""}).status_code == 422
    assert client.post("/coaching/slots/new", data=form).status_code == 303
    assert client.post("/coaching/slots/new", data=form).status_code == 303

    assert len(session.scalars(select(CoachingSlot)).all()) == 1
    assert "A3" in client.page("/coaching/slots").text
