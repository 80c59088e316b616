"""The desk: what I write, what waits for me; everything that is published; something new."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import render_form, requires
from training_platform.studio import attention, queries
from training_platform.studio.forms import NewForm
from training_platform.studio.services import drafts as services
from training_platform.studio.texts import KINDS, words
from training_platform.studio.views.blueprint import bp


@bp.get("/")
@requires(Permission.STUDIO_USE)
def desk() -> ResponseReturnValue:
    """Show what somebody writes, what waits for her second look, and what needs one anyway."""
    session, most = db.session(), queries.SHOWN_ON_DESK
    mine = paginate(session, queries.drafts_of(current_user.id), per_page=most)
    due = attention.due_items(clock.today(), clock.now())
    return render_template(
        "studio/desk.html",
        mine=mine,
        lags={row.StudioDraft.id: attention.lagging(row.StudioDraft) for row in mine.rows},
        waiting=session.execute(queries.waiting_for(current_user.id).limit(most)).all(),
        proposed=session.execute(queries.proposed_to(current_user.id).limit(most)).all(),
        due=paginate(session, due, per_page=most),
        hard=attention.hard_questions(session, most),
        **words(),
    )


@bp.get("/due")
@requires(Permission.STUDIO_USE)
def due() -> ResponseReturnValue:
    """List what is due for a look."""
    page = paginate(db.session(), attention.due_items(clock.today(), clock.now()))
    return render_template("studio/due.html", page=page, **words())


@bp.get("/drafts")
@requires(Permission.STUDIO_USE)
def drafts() -> ResponseReturnValue:
    """List all open drafts."""
    kind, text = request.args.get("kind", ""), request.args.get("q", "").strip()
    return render_template(
        "studio/drafts.html",
        page=paginate(db.session(), queries.open_drafts(kind=kind, text=text)),
        kind=kind,
        text=text,
        **words(),
    )


@bp.get("/content")
@requires(Permission.STUDIO_USE)
def content() -> ResponseReturnValue:
    """List everything that was ever published, to be looked for and edited."""
    kind, text = request.args.get("kind", ""), request.args.get("q", "").strip()
    return render_template(
        "studio/content.html",
        page=paginate(db.session(), queries.items(kind, text)),
        kind=kind,
        text=text,
        **words(),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
def new() -> ResponseReturnValue:
    """Begin something new."""
    form = NewForm(kind=request.args.get("kind"), slug=request.args.get("slug"))
    if form.validate_on_submit():
        if led := already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led, 303)
        try:
            with transaction() as session:
                draft = services.create_draft(
                    session, current_user, form.kind.data, form.slug.data or ""
                )
                address = url_for(".draft", draft_id=draft.id)
                remember(session, current_user.id, form.once.data, address)
        except RuleError as error:
            form.refuse(error)
        else:
            return redirect(address, 303)
    return render_form("studio/new.html", form, **words())


@bp.post("/start/<content_kind>/<path:item_slug>")
@requires(Permission.STUDIO_USE)
def start(content_kind: str, item_slug: str) -> ResponseReturnValue:
    """Open the draft of something that is published; begin one if there is none."""
    if content_kind not in KINDS:
        raise NotFoundError
    with transaction() as session:
        draft = services.start_draft(session, current_user, content_kind, item_slug)
        address = url_for(".draft", draft_id=draft.id)
    return redirect(address, 303)
