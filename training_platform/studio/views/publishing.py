"""Publishing a draft, and what was published before: revisions, set back, taken out of use."""

from datetime import UTC, datetime, time

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.content.models import ContentItem, ContentRevision
from training_platform.core.db import db, expect_version, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.i18n import viewer_zone
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.web import render_form, requires, see_other
from training_platform.studio import checking, comparing, queries, significance, together
from training_platform.studio.forms import ConfirmForm, NoteForm, PublishForm
from training_platform.studio.lesson_files import counterpart
from training_platform.studio.models import StudioDraft
from training_platform.studio.services import publishing as services
from training_platform.studio.texts import KINDS, words
from training_platform.studio.views.blueprint import bp, find_draft
from training_platform.studio.views.reviewing import changes_of


@bp.route("/drafts/<int:draft_id>/publish", methods=["GET", "POST"])
@requires(Permission.STUDIO_PUBLISH)
def publish(draft_id: int) -> ResponseReturnValue:
    """Publish a draft, with those it needs; what changes and what follows stand above."""
    found = find_draft(draft_id)
    form = PublishForm(version=found.version)
    needed = together.needed_drafts(db.session(), found)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                expect_version(found, form.version.data or 0)
                at = _at(form)
                if at:
                    services.schedule_draft(session, found, current_user, at, form.note.data or "")
                else:
                    services.publish_drafts(
                        session, [found, *needed], current_user, form.note.data or ""
                    )
        except RuleError as error:
            form.refuse(error)
        else:
            return _published(found, at)
    state = checking.checked(db.session(), [found, *needed])
    return render_form(
        "studio/publish.html",
        form,
        draft=found,
        needed=needed,
        changes=changes_of(found),
        mistakes=sorted({each for one in state.values() for each in one.mistakes}),
        consequence=together.consequence(db.session(), found, state[found.id]),
        clashing=services.clashing(db.session(), found),
        is_missing_review=together.is_missing_review(db.session(), [found, *needed]),
        **words(),
    )


@bp.get("/drafts/<int:draft_id>/catch-up")
@requires(Permission.STUDIO_USE)
def catch_up(draft_id: int) -> ResponseReturnValue:
    """Show what both sides changed since the draft began, and ask which to keep."""
    found = find_draft(draft_id)
    if services.clashing(db.session(), found) is None:
        return see_other(".draft", draft_id=found.id)
    clashing, item = _behind(found)
    theirs, mine = item.read_files(), found.read_files()
    both = [
        (
            path,
            comparing.compared(
                _text(theirs.get(counterpart(path, theirs) or "")), _text(mine.get(path))
            ),
        )
        for path in clashing
    ]
    return render_template("studio/catch_up.html", draft=found, both=both, **words())


@bp.post("/drafts/<int:draft_id>/catch-up")
@requires(Permission.STUDIO_USE)
def take_over(draft_id: int) -> ResponseReturnValue:
    """Let the draft follow what was published."""
    found = find_draft(draft_id)
    if services.clashing(db.session(), found) is None:  # somebody was faster
        return see_other(".draft", draft_id=found.id)
    clashing, _current = _behind(found)
    keep = frozenset(path for path in clashing if request.form.get(f"keep-{path}") != "theirs")
    with transaction() as session:
        version = request.form.get("version", 0, type=int)
        services.catch_up(session, found, current_user, keep, version)
    flash(_("The draft follows what is published now."))
    return see_other(".draft", draft_id=found.id)


@bp.post("/drafts/<int:draft_id>/unschedule")
@requires(Permission.STUDIO_PUBLISH)
def unschedule(draft_id: int) -> ResponseReturnValue:
    """Do not publish a draft by itself."""
    found = find_draft(draft_id)
    with transaction() as session:
        services.unschedule_draft(session, found, current_user)
    return see_other(".draft", draft_id=found.id)


@bp.get("/published/<content_kind>/<path:item_slug>")
@requires(Permission.STUDIO_HISTORY_READ)
def published(content_kind: str, item_slug: str) -> ResponseReturnValue:
    """Show what was published of an item, by whom and why."""
    item = _item(content_kind, item_slug)
    session = db.session()
    return render_template(
        "studio/published.html",
        item=item,
        page=paginate(session, queries.publications_of(content_kind, item_slug)),
        happened=queries.acts_of(session, content_kind, item_slug),
        may_publish=may(current_user, item, Permission.STUDIO_PUBLISH),
        **words(),
    )


@bp.route("/revisions/<int:revision_id>/restore", methods=["GET", "POST"])
@requires(Permission.STUDIO_PUBLISH)
def roll_back(revision_id: int) -> ResponseReturnValue:
    """Publish an earlier revision once more; what would change stands above."""
    revision = db.session.get(ContentRevision, revision_id)
    if revision is None or revision.item.current is None:
        raise NotFoundError
    form, item, current = NoteForm(), revision.item, revision.item.current
    if form.validate_on_submit():
        if led := already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led, 303)
        try:
            with transaction() as session:
                services.roll_back(session, revision, current_user, form.note.data or "")
                address = url_for(".published", content_kind=item.kind, item_slug=item.slug)
                remember(session, current_user.id, form.once.data, address)
        except RuleError as error:
            form.refuse(error)
        else:
            return redirect(address, 303)
    reached = current.significant_revision
    then = significance.kept(item.slug, revision.read_files(), reached)
    changes = comparing.changes(current.read_files(), then)
    return render_form(
        "studio/roll_back.html",
        form,
        revision=revision,
        item=item,
        changes=changes,
        is_before_significant=revision.significant_revision < reached,
        **words(),
    )


@bp.route("/withdraw/<content_kind>/<path:item_slug>", methods=["GET", "POST"])
@requires(Permission.STUDIO_PUBLISH)
def withdraw(content_kind: str, item_slug: str) -> ResponseReturnValue:
    """Take something out of use, with a reason."""
    item, form = _item(content_kind, item_slug), NoteForm()
    if form.validate_on_submit():
        with transaction() as session:
            services.withdraw(session, content_kind, item_slug, current_user, form.note.data or "")
        flash(_("It is out of use. What began with it goes on."))
        return see_other(".published", content_kind=content_kind, item_slug=item_slug)
    used_in = together.used_in(db.session(), content_kind, item_slug)
    return render_form("studio/withdraw.html", form, item=item, used_in=used_in, **words())


@bp.route("/confirm/<content_kind>/<path:item_slug>", methods=["GET", "POST"])
@requires(Permission.STUDIO_PUBLISH)
def confirm(content_kind: str, item_slug: str) -> ResponseReturnValue:
    """Say that something published was looked at, and is still right."""
    item, form = _item(content_kind, item_slug), ConfirmForm()
    if form.validate_on_submit():
        with transaction() as session:
            note = form.note.data or ""
            services.confirm_item(session, content_kind, item_slug, current_user, note)
        flash(_("Noted. It is not due for a look any more."))
        return see_other(".published", content_kind=content_kind, item_slug=item_slug)
    return render_form("studio/confirm.html", form, item=item, **words())


def _behind(found: StudioDraft) -> tuple[list[str], ContentRevision]:
    """Return the files that both sides changed, and what is published now."""
    clashing = services.clashing(db.session(), found)
    item = queries.find_item(db.session(), found.kind, found.slug)
    if clashing is None or item is None or item.current is None:
        raise NotFoundError
    return clashing, item.current


def _published(found: StudioDraft, at: datetime | None) -> ResponseReturnValue:
    if at:
        flash(_("It will be published at the time you chose."))
        return see_other(".draft", draft_id=found.id)
    flash(_("Published. People see it from now on."))
    return see_other(".published", content_kind=found.kind, item_slug=found.slug)


def _at(form: PublishForm) -> datetime | None:
    """Return the instant that somebody chose, in her zone; the start of the day without a time."""
    if not form.day.data:
        return None
    local = datetime.combine(form.day.data, form.time.data or time(), viewer_zone())
    return local.astimezone(UTC)


def _item(kind: str, item_slug: str) -> ContentItem:
    item = queries.find_item(db.session(), kind, item_slug) if kind in KINDS else None
    if item is None or not may(current_user, item, Permission.STUDIO_HISTORY_READ):
        raise NotFoundError
    return item


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode("utf-8", errors="replace")
