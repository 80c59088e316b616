"""The page of a course and all that goes along with it: looked at as one, published as one."""

from collections.abc import Callable, Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import Session

from training_platform.core.db import db, transaction
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.permissions import Permission, may
from training_platform.core.web import render_form, requires
from training_platform.studio import texts
from training_platform.studio.models import StudioDraft
from training_platform.studio.packages import whole
from training_platform.studio.packages.blueprint import bp
from training_platform.studio.packages.forms import WholeForm
from training_platform.studio.packages.rules import Stop
from training_platform.studio.packages.texts import words
from training_platform.studio.rules import DraftState, ReviewDecision
from training_platform.studio.services import publishing
from training_platform.studio.views.reviewing import changes_of

_Drafts = Sequence[StudioDraft]


@bp.route("/courses/<course_id>/together", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
def together(course_id: str) -> ResponseReturnValue:
    """Show all drafts of a course with what stops each, and take one act for all of them."""
    drafts, form = _drafts(course_id), WholeForm()
    if form.validate_on_submit():
        if led_to := already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led_to, 303)
        try:
            return redirect(_act(course_id, form), 303)
        except RuleError as error:
            form.refuse(error)
            drafts = _drafts(course_id)
    form.seen.data = whole.seen_of(drafts)
    parts = whole.look_at(db.session(), drafts, current_user)
    in_review = [each for each in parts if each.draft.state is DraftState.IN_REVIEW]
    return render_form(
        "studio/packages/together.html",
        form,
        course_id=course_id,
        parts=parts,
        changes={each.draft.id: changes_of(each.draft) for each in parts},
        is_asking=any(Stop.NOT_LOOKED_AT in each.stops for each in parts),
        is_deciding=bool(in_review),
        is_mine=any(each.is_mine for each in in_review),
        is_proving=any(Stop.UNPROVED in each.stops for each in parts),
        is_green=bool(parts) and not any(each.stops for each in parts),
        may_publish=may(current_user, None, Permission.STUDIO_PUBLISH),
        **{**texts.words(), **words()},
    )


def _drafts(course: str) -> list[StudioDraft]:
    """Return the drafts as the viewer may read them: all, or it is no page for her."""
    found = whole.find_drafts(db.session(), course)
    return [each for each in found if may(current_user, each, Permission.STUDIO_USE)]


def _act(course: str, form: WholeForm) -> str:
    """Take the act that was pressed, in one transaction; return where to go on."""
    act = _ACTS.get(request.form.get("act", ""))
    if act is None:
        raise InvalidTransitionError
    with transaction() as session:
        drafts = _drafts(course)
        whole.expect_seen(drafts, form.seen.data or "")
        said = act(session, drafts, form.note.data or "")
        address = url_for("studio_packages.together", course_id=course)
        remember(session, current_user.id, form.once.data, address)
    flash(said)
    return address


def _ask(session: Session, drafts: _Drafts, note: str) -> str:
    count = whole.ask_for_look(session, drafts, current_user, note)
    said: str = ngettext(
        "%(num)d draft waits for a second look. Your colleagues were told.",
        "%(num)d drafts wait for a second look. Your colleagues were told once.",
        count,
    )
    return said


def _approve(session: Session, drafts: _Drafts, note: str) -> str:
    whole.decide(session, drafts, current_user, ReviewDecision.APPROVED, note)
    return str(_("Your decision is noted, and the author was told."))


def _return(session: Session, drafts: _Drafts, note: str) -> str:
    whole.decide(session, drafts, current_user, ReviewDecision.RETURNED, note)
    return str(_("Your decision is noted, and the author was told."))


def _prove(session: Session, drafts: _Drafts, note: str) -> str:
    count = whole.prove(session, drafts, current_user)
    said: str = ngettext(
        "%(num)d task is being proved here.", "%(num)d tasks are being proved here.", count
    )
    return said


def _publish(session: Session, drafts: _Drafts, note: str) -> str:
    made = publishing.publish_drafts(session, drafts, current_user, note)
    said: str = ngettext(
        "%(num)d item is published. People see it from now on.",
        "%(num)d items are published. People see them from now on.",
        len(made),
    )
    return said


_ACTS: dict[str, Callable[[Session, _Drafts, str], str]] = {
    "ask": _ask,
    "approve": _approve,
    "return": _return,
    "prove": _prove,
    "publish": _publish,
}
