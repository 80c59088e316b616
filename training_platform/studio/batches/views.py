"""Sending a file with thousands of questions, and seeing it through as one batch."""

from collections.abc import Callable, Mapping
from contextlib import closing

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import jobs as core_jobs
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.i18n import language
from training_platform.core.kinds import LANGUAGES
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.uploads import MEGABYTE, takes_file
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.studio import archives
from training_platform.studio.batches import (
    forgetting,  # noqa: F401  # registers the job
    jobs,  # noqa: F401  # registers the job
    queries,
    rules,
    services,
)
from training_platform.studio.batches.forms import ActForm, BatchForm
from training_platform.studio.batches.looking import look_at
from training_platform.studio.batches.models import QuestionBatch, QuestionBatchRow
from training_platform.studio.batches.texts import BATCHES, ROWS, TONES
from training_platform.studio.formats.results import Refusal
from training_platform.studio.questions.texts import KINDS
from training_platform.studio.services.publishing import needs_review
from training_platform.studio.transfer.texts import format_name

bp = Blueprint("studio_batches", __name__, url_prefix="/studio/batches")
#: None of its own: the studio's place leads here.
PLACES: tuple[Place, ...] = ()

Act = Callable[[Session, QuestionBatch, str], None]
_ACTS: Mapping[str, Act] = {
    "ask": lambda session, batch, _note: services.ask_review(session, batch, current_user),
    "back": lambda session, batch, _note: services.take_back(session, batch, current_user),
    "approve": lambda session, batch, note: services.decide_review(
        session, batch, current_user, is_approved=True, note=note
    ),
    "return": lambda session, batch, note: services.decide_review(
        session, batch, current_user, is_approved=False, note=note
    ),
    "publish": lambda session, batch, note: services.publish_batch(
        session, batch, current_user, note
    ),
    "undo": lambda session, batch, note: services.undo_batch(session, batch, current_user, note),
}


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
@takes_file
def index() -> ResponseReturnValue:
    """List the batches, and take a file for a new one."""
    form = BatchForm()
    if form.validate_on_submit():
        if led_to := already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led_to, 303)
        try:
            return redirect(_send(form), 303)
        except RuleError as error:
            form.refuse(error)
    page = paginate(db.session(), queries.batches())
    return render_form("studio/batches/index.html", form, page=page, states=BATCHES)


@bp.get("/<int:question_batch_id>")
@requires(Permission.STUDIO_USE)
def show(question_batch_id: int) -> ResponseReturnValue:
    """Show a batch: what is done with it now, and its questions page by page."""
    batch = load(QuestionBatch, question_batch_id)
    return _drawn(batch, ActForm(version=batch.version))


@bp.post("/<int:question_batch_id>")
@requires(Permission.STUDIO_USE)
def act(question_batch_id: int) -> ResponseReturnValue:
    """Do what the pressed button says with the whole batch."""
    batch, form = load(QuestionBatch, question_batch_id), ActForm()
    chosen = _ACTS.get(request.form.get("act", ""))
    if chosen is not None and form.validate_on_submit():
        try:
            with transaction() as session:
                services.expect_seen(batch, form.version.data or 0)
                chosen(session, batch, (form.note.data or "").strip())
            return see_other(".show", question_batch_id=question_batch_id)
        except RuleError as error:
            form.refuse(error)
    return _drawn(load(QuestionBatch, question_batch_id), form)


@bp.post("/<int:question_batch_id>/rows")
@requires(Permission.STUDIO_USE)
def choose(question_batch_id: int) -> ResponseReturnValue:
    """Take the ticked questions of one page and leave out its others; or take all, or none."""
    batch = load(QuestionBatch, question_batch_id)
    if mended := request.form.get("mend", type=int):
        return _mend(batch, mended)
    shown, ticked = (request.form.getlist(name, type=int) for name in ("shown", "row"))
    every = request.form.get("every", "")
    with transaction() as session:
        if every:
            services.choose_all(session, batch, current_user, is_chosen=every == "good")
        else:
            services.choose_rows(session, batch, current_user, shown, ticked)
    show_only, page = (request.form.get(name) for name in ("show", "page"))
    address = url_for(
        ".show", question_batch_id=question_batch_id, show=show_only or None, page=page or None
    )
    return redirect(address, 303)


def _mend(batch: QuestionBatch, row_id: int) -> ResponseReturnValue:
    with transaction() as session:
        row = session.get(QuestionBatchRow, row_id)
        if row is None or row.batch_id != batch.id:
            raise NotFoundError
        why = _reason(row) if row.code else ""
        draft = services.mend_row(session, row, current_user)
    flash(
        why or _("This is what could be read. What is missing is marked beside its field."), "warn"
    )
    return redirect(url_for("studio_questions.edit", question_draft_id=draft.id), 303)


def _send(form: BatchForm) -> str:
    sent = form.file.data
    with closing(sent):
        raw = archives.taken(sent, form.most_megabytes * MEGABYTE)
    with transaction() as session:
        batch = services.send_batch(
            session,
            current_user,
            services.Sent(
                sent.filename or "",
                raw,
                form.topic.data or "",
                form.language.data,
                bool(form.is_whole.data),
                form.format.data or "",
                form.encoding.data or "",
            ),
        )
        address = url_for(".show", question_batch_id=batch.id)
        remember(session, current_user.id, form.once.data, address)
    return address


def _drawn(batch: QuestionBatch, form: ActForm) -> ResponseReturnValue:
    session = db.session()
    state = request.args.get("show") or ("chosen" if batch.state in rules.IN_LOOK else "all")
    asked = request.args.get("in", "")
    shown_in = asked if asked in LANGUAGES else language()
    page = paginate(session, queries.rows(batch.id, state), per_page=50)
    needed = needs_review(session, "question")
    return render_form(
        "studio/batches/show.html",
        form,
        batch=batch,
        job=_job(session, batch),
        counts=queries.counts(session, batch.id),
        chosen=queries.chosen_count(session, batch.id),
        page=page,
        looks={each.id: look_at(each.slug, each.value, each.id, shown_in) for each in page.rows},
        shown_in=shown_in,
        show=state,
        drafts=queries.drafts(session, [each.slug for each in page.rows]),
        may_mend=rules.MAY_MEND,
        removed_on=batch.changed_at + rules.KEPT if batch.state in rules.MAY_FORGET else None,
        kept_days=rules.KEPT.days,
        is_busy=batch.state in rules.BUSY,
        may_publish=rules.may_publish(batch.state, needs_review=needed),
        needs_review=needed,
        is_mine=batch.created_by_id == current_user.id,
        reason=_reason,
        format_name=format_name(batch.format),
        states=BATCHES,
        row_states=ROWS,
        tones=TONES,
        kinds=dict(KINDS),
    )


def _job(session: Session, batch: QuestionBatch) -> core_jobs.Job | None:
    mine = core_jobs.Job.key.like(f"{batch.id}:%")
    found = select(core_jobs.Job).where(core_jobs.Job.name == services.JOB, mine)
    return session.scalars(found.order_by(core_jobs.Job.id.desc()).limit(1)).one_or_none()


def _reason(row: QuestionBatchRow) -> str:
    return Refusal(row.place, row.code, row.text, row.values).reason
