"""One-to-one slots: offering, booking, giving back, calling off, notes."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.coaching.forms import (
    OTHER,
    BookForm,
    CallOffForm,
    OfferForm,
    OutcomeForm,
    OwnNoteForm,
)
from training_platform.coaching.models import CoachingSlot
from training_platform.coaching.queries import slots as queries
from training_platform.coaching.queries import weak
from training_platform.coaching.rules import SlotState, may_give_back
from training_platform.coaching.services import slots as services
from training_platform.coaching.services.seats import booking_of
from training_platform.coaching.services.slots import SESSION_TITLE, Topic
from training_platform.coaching.views.blueprint import bp, seated, words
from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.i18n import pick, translate
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import render_form, requires, see_other


@bp.get("/slots")
@requires(Permission.COACHING_SLOT_MANAGE)
def own_slots() -> ResponseReturnValue:
    """List a coach's slots."""
    past = request.args.get("show") == "past"
    page = paginate(db.session(), queries.own_slots(current_user.id, past=past))
    return render_template("coaching/slots.html", page=page, past=past, **words())


@bp.route("/slots/new", methods=["GET", "POST"])
@requires(Permission.COACHING_SLOT_MANAGE)
def offer() -> ResponseReturnValue:
    """Publish a slot."""
    form = OfferForm()
    if form.validate_on_submit():
        led = already_led_to(db.session(), current_user.id, form.once.data)
        if led:
            return redirect(led, 303)
        try:
            with transaction() as session:
                services.publish_slot(session, current_user, form.offer)
                remember(session, current_user.id, form.once.data, "/coaching/slots")
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The slot is published. Your trainees see it now."), "success")
            return see_other(".own_slots")
    return render_form("coaching/offer.html", form, **words())


@bp.get("/slots/<int:slot_id>")
@requires(Permission.COACHING_SLOT_READ)
def slot(slot_id: int) -> ResponseReturnValue:
    """Show a slot: when, where, with whom, what came of it."""
    found, _seat = seated(slot_id)
    return _show(found, OwnNoteForm())


@bp.route("/slots/<int:slot_id>/book", methods=["GET", "POST"])
@requires(Permission.COACHING_SLOT_READ)
def book(slot_id: int) -> ResponseReturnValue:
    """Take a slot for a topic; the weakest check is chosen beforehand."""
    found, _seat = seated(slot_id)
    if found.coach_id == current_user.id:
        raise NotFoundError
    known = weak.weaknesses_of(db.session(), [current_user.id]).get(current_user.id, [])
    form = BookForm()
    form.offer_topics([(each.key, pick(each.topic)) for each in known])
    if form.validate_on_submit():
        topic = _topic(form, known)
        try:
            with transaction() as session:
                services.book_slot(session, found, current_user, topic)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The one-to-one is booked, and your coach knows."), "success")
            return see_other(".slot", slot_id=slot_id)
    return render_form("coaching/book.html", form, slot=found, coach=found.coach.name, **words())


@bp.post("/slots/<int:slot_id>/give-back")
@requires(Permission.COACHING_SLOT_READ)
def give_back(slot_id: int) -> ResponseReturnValue:
    """Give a booked slot back."""
    found, _seat = seated(slot_id)
    try:
        with transaction() as session:
            services.give_back(session, found, current_user)
    except RuleError as error:
        flash(translate(error.text), "warning")
        return see_other(".slot", slot_id=slot_id)
    flash(_("You gave the slot back, and your coach knows."), "success")
    return see_other(".mine")


@bp.route("/slots/<int:slot_id>/call-off", methods=["GET", "POST"])
@requires(Permission.COACHING_SLOT_MANAGE)
def call_off(slot_id: int) -> ResponseReturnValue:
    """Call a slot off, with the reason."""
    found, _seat = seated(slot_id, Permission.COACHING_SLOT_MANAGE)
    form = CallOffForm(version=found.version)
    if form.validate_on_submit():
        seen, reason = form.version.data or 0, form.reason.data or ""
        try:
            with transaction() as session:
                services.call_off(session, found, current_user, reason, expected_version=seen)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The slot is called off."), "success")
            return see_other(".own_slots")
    return render_form(
        "coaching/call_off.html", form, slot=found, booking=_booking(found), **words()
    )


@bp.route("/slots/<int:slot_id>/notes", methods=["GET", "POST"])
@requires(Permission.COACHING_SLOT_MANAGE)
def notes(slot_id: int) -> ResponseReturnValue:
    """Note down what came of a meeting."""
    found, _seat = seated(slot_id, Permission.COACHING_SLOT_MANAGE)
    booking = _booking(found)
    if booking is None:
        raise NotFoundError
    form = OutcomeForm(
        version=found.version,
        note=booking.coach_note,
        next_step=booking.next_step,
        next_step_on=booking.next_step_on,
    )
    if form.validate_on_submit():
        seen, outcome = form.version.data or 0, form.outcome
        try:
            with transaction() as session:
                services.note_outcome(session, found, current_user, outcome, expected_version=seen)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("Noted. It stands in the training record too."), "success")
            return see_other(".slot", slot_id=slot_id)
    return render_form("coaching/notes.html", form, slot=found, booking=booking, **words())


@bp.post("/slots/<int:slot_id>/own-note")
@requires(Permission.COACHING_SLOT_READ)
def own_note(slot_id: int) -> ResponseReturnValue:
    """Keep what the trainee takes along."""
    found, _seat = seated(slot_id)
    form = OwnNoteForm()
    if not form.validate_on_submit():
        return _show(found, form), 422
    with transaction() as session:
        services.add_own_note(session, found, current_user, form.own_note.data or "")
    flash(_("Your note is saved."), "success")
    return see_other(".slot", slot_id=slot_id)


def _show(found: CoachingSlot, form: OwnNoteForm) -> str:
    booking = _booking(found)
    now = clock.now()
    is_trainee = booking is not None and booking.trainee_id == current_user.id
    if booking is not None and not form.is_submitted():
        form.own_note.data = booking.trainee_note
    return render_template(
        "coaching/slot.html",
        slot=found,
        coach=found.coach.name,
        booking=booking,
        form=form,
        is_coach=found.coach_id == current_user.id,
        is_trainee=is_trainee,
        has_begun=found.starts_at <= now,
        may_give_back=is_trainee
        and found.state is SlotState.BOOKED
        and may_give_back(found.starts_at, now),
        **words(),
    )


def _booking(found: CoachingSlot) -> Any:
    """Return the booking that stands, for those who hold it; what others booked stays theirs."""
    booking = booking_of(db.session(), found.id)
    if booking is None or current_user.id not in {found.coach_id, booking.trainee_id}:
        return None
    return booking


def _topic(form: BookForm, known: list[weak.Weakness]) -> Topic:
    chosen = next((each for each in known if each.key == form.topic.data), None)
    wish = form.wish.data or ""
    if chosen is not None and form.topic.data != OTHER:
        return Topic(chosen.topic, chosen.found.practical_id, wish)
    return Topic(SESSION_TITLE, None, wish)
