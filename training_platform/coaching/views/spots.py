"""Spot checks: drawn, gone through item by item, closed, commented, corrected."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.coaching import texts
from training_platform.coaching.forms import (
    CloseForm,
    CommentForm,
    DrawForm,
    FindingForm,
    LiveNoteForm,
)
from training_platform.coaching.models import SpotCheck, SpotItem
from training_platform.coaching.queries import spots as queries
from training_platform.coaching.rules import FULL_SAMPLE, TARGET_ACCURACY, Source, SpotState
from training_platform.coaching.services import spotting as services
from training_platform.coaching.views.blueprint import bp, reached, words
from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, NotPermittedError, RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.web import render_form, requires, see_other

#: The days that are proposed.
PROPOSED_DAYS = 30


@bp.get("/spot-checks")
@requires(Permission.SPOT_CHECK_MAKE)
def spot_checks() -> ResponseReturnValue:
    """List the spot checks that a person made, and those about her people."""
    session, state = db.session(), request.args.get("state", "")
    page = paginate(session, queries.spot_checks(current_user, state))
    rates = queries.accuracies(session, [row.SpotCheck.id for row in page.rows])
    return render_template(
        "coaching/spot_checks.html", page=page, state=state, rates=rates, **_words()
    )


@bp.route("/people/<int:employee_id>/spot-checks/new", methods=["GET", "POST"])
@requires(Permission.SPOT_CHECK_MAKE)
def draw(employee_id: int) -> ResponseReturnValue:
    """Draw a sample of what a trainee entered."""
    reach = reached(employee_id, Permission.SPOT_CHECK_MAKE)
    today = clock.today()
    form = DrawForm(from_on=today - timedelta(days=PROPOSED_DAYS), until_on=today)
    if form.validate_on_submit():
        if led := already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led, 303)
        try:
            with transaction() as session:
                check = services.draw_check(session, reach, current_user, form.wanted)
                address = url_for(".spot_check", spot_check_id=check.id)
                remember(session, current_user.id, form.once.data, address)
        except RuleError as error:
            form.refuse(error)
        else:
            return redirect(address, 303)
    return render_form("coaching/draw.html", form, reach=reach, **_words())


@bp.get("/spot-checks/<int:spot_check_id>")
@requires(Permission.COACHING_READ)
def spot_check(spot_check_id: int) -> ResponseReturnValue:
    """Show a spot check with its figures and findings."""
    return _show(_readable(spot_check_id))


@bp.post("/spot-checks/<int:spot_check_id>/notes")
@requires(Permission.SPOT_CHECK_FIND)
def add_note(spot_check_id: int) -> ResponseReturnValue:
    """Add something that was seen in the live CRM."""
    check, form = _own(spot_check_id), LiveNoteForm()
    if form.validate_on_submit() and form.seen_on.data:
        try:
            with transaction() as session:
                item = services.add_note(
                    session, check, current_user, form.title.data or "", form.seen_on.data
                )
                position = item.position
        except RuleError as error:
            form.refuse(error)
        else:
            return see_other(".item", spot_check_id=spot_check_id, position=position)
    return _show(check, note_form=form), 422


@bp.route("/spot-checks/<int:spot_check_id>/items/<int:position>", methods=["GET", "POST"])
@requires(Permission.SPOT_CHECK_FIND)
def item(spot_check_id: int, position: int) -> ResponseReturnValue:
    """Look at one item and record what was found; after closing, correct it."""
    check = _own(spot_check_id)
    found = _item(check, position)
    last = found.last
    form = FindingForm(
        **{name: getattr(last, name) for name in ("finding", "field", "comment")} if last else {}
    )
    if last is not None and not form.is_submitted():
        form.finding.data = last.finding.value
    form.offer_fields(texts.fields_of(found))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.record_finding(session, check, found, current_user, form.verdict)
        except RuleError as error:
            form.refuse(error)
        else:
            return _onward(check, position)
    return render_form(
        "coaching/item.html", form, check=check, shown=texts.shown(found), **_words()
    )


@bp.post("/spot-checks/<int:spot_check_id>/close")
@requires(Permission.SPOT_CHECK_FIND)
def close(spot_check_id: int) -> ResponseReturnValue:
    """Close a spot check."""
    check, form = _own(spot_check_id), CloseForm()
    if form.validate_on_submit():
        seen, summary = form.version.data or 0, form.summary.data or ""
        try:
            with transaction() as session:
                services.close_check(session, check, current_user, summary, expected_version=seen)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The spot check is closed. The trainee sees it now."), "success")
            return see_other(".spot_check", spot_check_id=spot_check_id)
    return _show(check, close_form=form), 422


@bp.post("/spot-checks/<int:spot_check_id>/comment")
@requires(Permission.COACHING_READ)
def comment(spot_check_id: int) -> ResponseReturnValue:
    """Let the trainee say something about it."""
    check, form = _readable(spot_check_id), CommentForm()
    if check.trainee_id != current_user.id:
        raise NotPermittedError
    if form.validate_on_submit():
        with transaction() as session:
            services.comment_check(session, check, current_user, form.comment.data or "")
        flash(_("Your comment is saved, and whoever checked knows."), "success")
        return see_other(".spot_check", spot_check_id=spot_check_id)
    return _show(check, comment_form=form), 422


def _readable(spot_check_id: int) -> SpotCheck:
    """Return a check that the person may read: her own, or a closed one about her people."""
    check = db.session.get(SpotCheck, spot_check_id)
    if check is None:
        raise NotFoundError
    if check.checker_id != current_user.id:
        if check.state is not SpotState.CLOSED:
            raise NotFoundError
        reached(check.trainee_id)
    return check


def _own(spot_check_id: int) -> SpotCheck:
    """Return a check that the person made; another's may be readable, but not hers to fill."""
    check = _readable(spot_check_id)
    if not may(current_user, check, Permission.SPOT_CHECK_FIND):
        raise NotPermittedError
    return check


def _item(check: SpotCheck, position: int) -> SpotItem:
    found = next((each for each in check.items if each.position == position), None)
    if found is None:
        raise NotFoundError
    return found


def _onward(check: SpotCheck, position: int) -> ResponseReturnValue:
    """Go on with the next item that nobody has looked at, or back to the check."""
    later = sorted(check.items, key=lambda each: (each.position <= position, each.position))
    waiting = next((each for each in later if each.last is None), None)
    if check.state is SpotState.CLOSED or waiting is None:
        return see_other(".spot_check", spot_check_id=check.id)
    return see_other(".item", spot_check_id=check.id, position=waiting.position)


def _show(
    check: SpotCheck,
    *,
    note_form: LiveNoteForm | None = None,
    close_form: CloseForm | None = None,
    comment_form: CommentForm | None = None,
) -> str:
    figures = services.accuracy_of(check.items)
    is_own = check.checker_id == current_user.id
    is_open = check.state is SpotState.OPEN
    return render_template(
        "coaching/spot_check.html",
        check=check,
        figures=figures,
        shown=[texts.shown(each) for each in check.items],
        field_name=texts.field_name,
        repeats=check.source is Source.SANDBOX and services.repeats(check),
        is_own=is_own,
        is_trainee=check.trainee_id == current_user.id,
        is_open=is_own and is_open,
        note_form=note_form or LiveNoteForm(seen_on=check.until_on),
        close_form=close_form or CloseForm(version=check.version),
        comment_form=comment_form or CommentForm(comment=check.comment),
        form=note_form or close_form or comment_form,
        **_words(),
    )


def _words() -> dict[str, Any]:
    return words() | {"target": TARGET_ACCURACY, "full_sample": FULL_SAMPLE}
