"""Trying out a task's draft: beginning, looking at what it is worth, ending."""

import secrets
from typing import Any

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core import slots
from training_platform.core.db import db, reading, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.i18n import language, translate
from training_platform.core.permissions import Permission
from training_platform.core.web import requires, safe_next, see_other
from training_platform.practicals.handouts import content_of
from training_platform.studio.models import StudioDraft
from training_platform.studio.rehearsal import dock, recorder, services, steps_views  # noqa: F401
from training_platform.studio.rehearsal import jobs as _jobs  # noqa: F401  # registers its job
from training_platform.studio.rehearsal.blueprint import PLACES, bp, find_task, own_rehearsal
from training_platform.studio.rehearsal.reading import read_task
from training_platform.studio.rehearsal.worth import worth_of
from training_platform.studio.texts import words

__all__ = ["PLACES", "bp", "init_app"]

_MOST_SEED = 40


def init_app(app: Flask) -> None:
    """Stand on the pages of a task's draft, and beside the pages of a scratch workspace."""
    slots.fill(app, "studio.draft", _beside)
    slots.fill(app, "studio.task", _beside)
    dock.init_app(app)
    recorder.init_app(app)


@bp.get("")
@requires(Permission.STUDIO_USE)
def show(task_draft_id: int) -> ResponseReturnValue:
    """Show the scratch workspace of the draft, or offer one."""
    draft = find_task(task_draft_id)
    return _page(draft)


@bp.post("")
@requires(Permission.STUDIO_USE)
def begin(task_draft_id: int) -> ResponseReturnValue:
    """Plant the task as it stands in a fresh workspace, and lead there."""
    draft = find_task(task_draft_id)
    read = read_task(draft.slug, draft.read_files())
    if read.task is None:
        return _page(draft), 422
    seed = request.form.get("seed", "").strip()[:_MOST_SEED] or secrets.token_hex(4)
    wish = services.Wish(
        seed,
        read.task.seller,
        language(),
        is_recording="record" in request.form,
        is_noting_looks="looks" in request.form,
    )
    try:
        with reading() as session:
            drawn = services.draw_task(session, read.task, seed)
        with transaction() as session:
            begun = services.begin_rehearsal(
                session, find_task(task_draft_id), current_user, drawn, wish
            )
            workspace_id = begun.workspace_id
    except RuleError as error:
        return _page(find_task(task_draft_id), translate(error.text, **error.values)), 422
    return redirect(f"{url_for('crm.home', workspace_id=workspace_id)}#rehearsal", 303)


@bp.post("/end")
@requires(Permission.STUDIO_USE)
def end(task_draft_id: int) -> ResponseReturnValue:
    """Throw the scratch workspace away."""
    draft = find_task(task_draft_id)
    with transaction() as session:
        if found := services.find_open(session, draft, current_user):
            services.end_rehearsal(session, found, current_user)
            flash(_("The scratch workspace is gone."))
    return see_other(".show", task_draft_id=draft.id)


@bp.post("/answers")
@requires(Permission.STUDIO_USE)
def answer(task_draft_id: int) -> ResponseReturnValue:
    """Keep what was typed into the task's own fields, and go back to where the author was."""
    draft = find_task(task_draft_id)
    head = "answer-"
    given = {
        name.removeprefix(head): text.replace("\r\n", "\n")[:5000]
        for name, text in request.form.items()
        if name.startswith(head)
    }
    with transaction() as session:
        if found := services.find_open(session, draft, current_user):
            services.save_answers(session, found, current_user, given)
    if "worth" in request.form:
        return see_other(".worth", task_draft_id=draft.id)
    address = safe_next(request.form.get("next"))
    is_near = address is not None and address.startswith("/crm/")
    return redirect(
        f"{address}#rehearsal" if is_near else url_for(".show", task_draft_id=draft.id), 303
    )


@bp.get("/worth")
@requires(Permission.STUDIO_USE)
def worth(task_draft_id: int) -> ResponseReturnValue:
    """Say what the work would be worth now, check by check, by the draft as it stands."""
    draft, found = own_rehearsal(task_draft_id)
    if found is None:
        return see_other(".show", task_draft_id=task_draft_id)
    return render_template(
        "studio/rehearsal/worth.html",
        draft=draft,
        rehearsal=found,
        worth=worth_of(found),
        **words(),
    )


@bp.get("/files/<int:handout_number>")
@requires(Permission.STUDIO_USE)
def handout(task_draft_id: int, handout_number: int) -> ResponseReturnValue:
    """Give a file that the task gives."""
    _draft, found = own_rehearsal(task_draft_id)
    given = services.start_of(found)[0].handouts if found else ()
    if handout_number >= len(given):
        raise NotFoundError
    response = Response(content_of(given[handout_number]), mimetype="text/csv")
    name = given[handout_number].name
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _page(draft: StudioDraft, refusal: str = "") -> str:
    return render_template(
        "studio/rehearsal/show.html",
        draft=draft,
        rehearsal=services.find_open(db.session(), draft, current_user),
        mistakes=read_task(draft.slug, draft.read_files()).mistakes,
        refusal=refusal,
        **words(),
    )


def _beside(*, draft: StudioDraft) -> Any:
    """Offer to try a task's draft out."""
    if draft.kind != "practical" or draft.ended_at is not None:
        return ""
    found = services.find_open(db.session(), draft, current_user)
    return render_template("studio/rehearsal/_beside.html", draft=draft, rehearsal=found)
