"""Comments, suggestions, and the second pair of eyes."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core.db import db, expect_version, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.permissions import Permission
from training_platform.core.web import render_form, requires, see_other
from training_platform.studio import comparing, queries, rules
from training_platform.studio.forms import AskForm, DecideForm, SuggestionForm
from training_platform.studio.models import StudioComment, StudioDraft
from training_platform.studio.rules import ReviewDecision
from training_platform.studio.services import reviewing as services
from training_platform.studio.services.reviewing import Remark
from training_platform.studio.texts import words
from training_platform.studio.views.blueprint import bp, find_draft


@bp.route("/drafts/<int:draft_id>/comments", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
def comment(draft_id: int) -> ResponseReturnValue:
    """Comment a passage."""
    found = find_draft(draft_id)
    form = SuggestionForm(path=request.args.get("path"))
    if form.validate_on_submit():
        if led := already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led, 303)
        with transaction() as session:
            remark = Remark(
                form.path.data or "",
                form.body.data or "",
                form.passage.data or "",
                form.suggestion.data or None,
            )
            made = services.add_comment(session, found, current_user, remark)
            address = url_for(".draft", draft_id=found.id, _anchor=f"comment-{made.id}")
            remember(session, current_user.id, form.once.data, address)
        return redirect(address, 303)
    return render_form("studio/comment.html", form, draft=found, **words())


@bp.post("/drafts/<int:draft_id>/comments/<int:comment_id>/resolve")
@requires(Permission.STUDIO_USE)
def resolve(draft_id: int, comment_id: int) -> ResponseReturnValue:
    """Note that a comment is done with."""
    found = find_draft(draft_id)
    with transaction() as session:
        services.resolve_comment(session, found, current_user, _comment(found, comment_id))
    return see_other(".draft", draft_id=found.id, _anchor="comments")


@bp.post("/drafts/<int:draft_id>/comments/<int:comment_id>/take")
@requires(Permission.STUDIO_USE)
def take(draft_id: int, comment_id: int) -> ResponseReturnValue:
    """Put a suggestion into the text."""
    found = find_draft(draft_id)
    try:
        with transaction() as session:
            services.take_suggestion(session, found, current_user, _comment(found, comment_id))
    except RuleError as error:
        flash(_(error.text), "warn")
    else:
        flash(_("The suggestion stands in the text now."))
    return see_other(".draft", draft_id=found.id, _anchor="comments")


@bp.route("/drafts/<int:draft_id>/review", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
def ask(draft_id: int) -> ResponseReturnValue:
    """Ask for a second pair of eyes."""
    found = find_draft(draft_id)
    form = AskForm(version=found.version)
    authors = services.authors_of(db.session(), found) | {current_user.id}
    form.offer(queries.reviewer_options(db.session(), authors))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                expect_version(found, form.version.data or 0)
                services.ask_review(
                    session, found, current_user, form.reviewer_id, form.question.data or ""
                )
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("Your colleagues were told."))
            return see_other(".draft", draft_id=found.id)
    return render_form("studio/ask.html", form, draft=found, **words())


@bp.route("/drafts/<int:draft_id>/decide", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
def decide(draft_id: int) -> ResponseReturnValue:
    """Say what came of the second look: what changed stands beside the question."""
    found = find_draft(draft_id)
    review = services.open_review(db.session(), found)
    if review is None or found.state not in rules.MAY_DECIDE:
        raise NotFoundError
    form = DecideForm(version=found.version)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                expect_version(found, form.version.data or 0)
                decision = ReviewDecision(form.decision.data)
                services.decide_review(session, found, current_user, decision, form.note.data or "")
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("Your decision is noted, and the author was told."))
            return see_other(".draft", draft_id=found.id)
    changes = changes_of(found)
    return render_form(
        "studio/decide.html", form, draft=found, review=review, changes=changes, **words()
    )


@bp.post("/drafts/<int:draft_id>/take-back")
@requires(Permission.STUDIO_USE)
def take_back(draft_id: int) -> ResponseReturnValue:
    """Take a draft out of review."""
    found = find_draft(draft_id)
    with transaction() as session:
        services.take_back(session, found, current_user)
    return see_other(".draft", draft_id=found.id)


def changes_of(found: StudioDraft) -> list[comparing.FileChange]:
    """Return what a draft changes, file by file."""
    return comparing.changes(found.base.read_files() if found.base else {}, found.read_files())


def _comment(found: StudioDraft, comment_id: int) -> StudioComment:
    row = db.session.get(StudioComment, comment_id)
    if row is None or row.draft_id != found.id:
        raise NotFoundError
    return row
