"""Pages of exams: the list, an exam before it begins, a sitting from first part to result."""

from flask import Blueprint, Flask, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from training_platform.assessment.extra_time import extra_percent
from training_platform.assessment.texts import rung_text
from training_platform.content.queries import revision_data
from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.i18n import translate
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.web import check, load, render_form, requires, see_other
from training_platform.crm.dataset import files
from training_platform.exams import cards, changes, due, jobs, queries, services  # noqa: F401  # jobs
from training_platform.exams.forms import TakePassForm
from training_platform.exams.models import Exam, ExamSitting
from training_platform.exams.presentation import address_of, lines_of, sources_of
from training_platform.exams.rules import SittingState
from training_platform.people.models import Employee
from training_platform.practicals.world import baseline

bp = Blueprint("exams", __name__, url_prefix="/exams")

PLACES: tuple[Place, ...] = (
    Place(
        key="exams",
        text=_l("Combined exams"),
        icon="trophy",
        endpoint="exams.index",
        permission=Permission.EXAM_READ,
        position=57,
        blueprints=("exams",),
    ),
)


def init_app(app: Flask) -> None:
    """Wire exams into the pages of others."""
    cards.init_app(app)
    due.register(app)


@bp.get("/")
@requires(Permission.EXAM_READ)
def index() -> ResponseReturnValue:
    """List the exams with where the person stands, those of the own job role first."""
    text = request.args.get("q", "")
    session = db.session()
    job_role = session.get_one(Employee, current_user.id).job_role_id
    page = paginate(session, queries.exams(text, job_role))
    return render_template(
        "exams/index.html",
        page=page,
        own=[each for each in page.rows if job_role in each.job_roles],
        others=[each for each in page.rows if job_role not in each.job_roles],
        standings=queries.standings(session, current_user.id, page.rows),
        text=text,
    )


@bp.get("/<exam_id>")
@requires(Permission.EXAM_READ)
def exam(exam_id: str) -> ResponseReturnValue:
    """Say what an exam consists of, its rules, what follows a fail, and offer the next sitting."""
    return _show(load(Exam, exam_id))


@bp.post("/<exam_id>/start")
@requires(Permission.EXAM_READ)
def start(exam_id: str) -> ResponseReturnValue:
    """Sit down to an exam, or go on with the open sitting."""
    found = load(Exam, exam_id)
    try:
        with transaction() as session:
            token = services.start_sitting(session, found, current_user).token
    except RuleError as error:
        refusal = translate(error.text, **error.values)
        return _show(load(Exam, exam_id), refusal), 422
    return see_other(".sitting", token=token)


@bp.get("/<exam_id>/sittings")
@requires(Permission.EXAM_OVERSEE)
def sittings(exam_id: str) -> ResponseReturnValue:
    """List the sittings of an exam that are over, for trainers and HR."""
    found = db.session.get(Exam, exam_id)
    if found is None:
        raise NotFoundError
    text = request.args.get("q", "")
    page = paginate(db.session(), queries.sittings_at(exam_id, text))
    return render_template("exams/sittings.html", exam=found, page=page, text=text)


@bp.get("/sittings/<token>")
@requires(Permission.EXAM_SITTING_READ)
def sitting(token: str) -> ResponseReturnValue:
    """Show a sitting: its parts, the time left, what is next; once it is over, its result."""
    found = queries.sitting_by_token(db.session(), token)
    return _sitting(check(found, ExamSitting.read_permission))


@bp.post("/sittings/<token>/next")
@requires(Permission.EXAM_SITTING_TAKE)
def go_on(token: str) -> ResponseReturnValue:
    """Go on with the running part, or open the next one."""
    header = files.read_header()
    baseline(header.dataset, header.version)  # read before the lock is taken: it takes its time
    found = _own(token)
    try:
        with transaction() as session:
            part = services.open_next_part(session, found, current_user)
            address = address_of(session, part) if part is not None else None
    except RuleError as error:
        return _sitting(_own(token), translate(error.text, **error.values)), 422
    if address is None:
        flash(_("All parts are closed."))
        return see_other(".sitting", token=token)
    return redirect(address, 303)


@bp.route("/sittings/<token>/pass", methods=["GET", "POST"])
@requires(Permission.EXAM_CORRECT)
def take_pass(token: str) -> ResponseReturnValue:
    """Take away a pass that corrected parts no longer give; a reason is asked first."""
    found = check(queries.sitting_by_token(db.session(), token), ExamSitting.read_permission)
    if not may(current_user, found, Permission.EXAM_CORRECT):
        raise NotFoundError
    held = changes.held_pass(db.session(), found)
    if held is None:
        return see_other(".sitting", token=token)
    form = TakePassForm(change=held.id)
    if form.validate_on_submit():
        reason, seen = form.reason.data or "", form.seen
        try:
            with transaction() as session:
                services.take_pass(session, found, current_user, reason, change_id=seen)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The pass is taken away, and the person is told."), "success")
            return see_other(".sitting", token=token)
    return render_form(
        "exams/take_pass.html",
        form,
        sitting=found,
        exam=db.session.get_one(Exam, found.exam_id),
        held=held,
        name=db.session.get_one(Employee, found.employee_id).name,
    )


def _own(token: str) -> ExamSitting:
    """Return the person's own sitting; another's is as unknown as one that does not exist."""
    found = queries.sitting_by_token(db.session(), token)
    if found is None or not may(current_user, found, Permission.EXAM_SITTING_TAKE):
        raise NotFoundError
    return found


def _show(found: Exam, refusal: str = "") -> str:
    session = db.session()
    standing = queries.standing_of(session, current_user.id, found)
    return render_template(
        "exams/exam.html",
        exam=found,
        sources=sources_of(session, found),
        standing=standing,
        step=standing.step,
        rungs=[rung_text(rung) for rung in standing.rungs],
        extra_percent=extra_percent(session, current_user.id),
        refusal=refusal,
    )


def _sitting(found: ExamSitting, refusal: str = "") -> str:
    session = db.session()
    is_own = found.employee_id == current_user.id
    exam_ = session.get_one(Exam, found.exam_id)
    now = clock.now()
    lines = lines_of(session, found, now)
    is_over = found.state is not SittingState.IN_PROGRESS
    return render_template(
        "exams/sitting.html",
        sitting=found,
        exam=exam_,
        lines=lines,
        following=next((each for each in lines if each.is_next), None),
        running=next((each for each in lines if each.is_running), None),
        is_over=is_over,
        is_late=now > found.deadline_at,
        is_own=is_own,
        name=None if is_own else session.get_one(Employee, found.employee_id).name,
        standing=queries.standing_of(session, found.employee_id, exam_) if is_own else None,
        pinned=revision_data(session, found.revision_id),
        changes=changes.changes_of(session, found.id),
        held=changes.held_pass(session, found),
        may_take=may(current_user, found, Permission.EXAM_CORRECT),
        now=now,
        refusal=refusal,
    )
