"""Pulling records out of the archive: asking, waiting, taking, and who took what."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import select

from training_platform.archives import services, texts
from training_platform.archives.forms import PullForm
from training_platform.archives.models import ArchivePull, PullSchedule
from training_platform.archives.queries import person, rows
from training_platform.archives.rules import Every, Format, PullState, Wanted
from training_platform.archives.views.base import bp
from training_platform.core import audit, clock, files, forms
from training_platform.core.db import db, transaction, writing
from training_platform.core.errors import RuleError
from training_platform.core.i18n import language
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import load, render_form, requires, see_other


@bp.get("/pulls")
@requires(Permission.ARCHIVE_SEARCH)
def pulls() -> ResponseReturnValue:
    """List the viewer's own pulls and what she scheduled."""
    session = db.session()
    own = PullSchedule.owner_id == current_user.id
    schedules = select(PullSchedule).where(own, PullSchedule.is_active).order_by(PullSchedule.id)
    return render_template(
        "archives/pulls.html",
        page=paginate(session, person.select_pulls(current_user.id)),
        schedules=session.scalars(schedules.limit(50)).all(),
        **_words(),
    )


@bp.get("/pulls/all")
@requires(Permission.ARCHIVE_AUDIT)
def all_pulls() -> ResponseReturnValue:
    """Show HR who took what out of the archive, and what for."""
    page = paginate(db.session(), person.select_pulls())
    return render_template("archives/all_pulls.html", page=page, **_words())


@bp.route("/pulls/new", methods=["GET", "POST"])
@requires(Permission.ARCHIVE_SEARCH)
def new_pull() -> ResponseReturnValue:
    """Ask for a file of what the search of the address finds."""
    wanted, form = Wanted.read(request.args), PullForm().offer()
    if request.method == "GET" and request.args.get("format") in set(Format):
        form.format.data = request.args["format"]
    if form.validate_on_submit():
        if led_to := forms.already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led_to, code=303)
        try:
            return redirect(_order(form, wanted), code=303)
        except RuleError as error:
            form.refuse(error)
    session = db.session()
    found = rows.find(session, current_user, wanted)
    return render_form("archives/new_pull.html", form, found=found, wanted=wanted, **_words())


def _order(form: PullForm, wanted: Wanted) -> str:
    order = services.PullOrder(
        wanted, Format(form.format.data), form.purpose.data or "", language()
    )
    with transaction() as session:
        if form.every.data:
            services.schedule_pull(session, current_user, order, Every(form.every.data))
            address = url_for(".pulls")
            flash(gettext("It is scheduled. You get a mail with a link each time."), "success")
        else:
            pull = services.request_pull(session, current_user, order)
            address = url_for(".pull", pull_id=pull.id)
        forms.remember(session, current_user.id, form.once.data, address)
    return address


@bp.get("/pulls/<int:pull_id>")
@requires(Permission.ARCHIVE_PULL)
def pull(pull_id: int) -> ResponseReturnValue:
    """Show how far a pull is, and its file while it is kept."""
    found = load(ArchivePull, pull_id)
    is_kept = found.expires_at is not None and found.expires_at > clock.now()
    state = PullState.EXPIRED if found.state is PullState.READY and not is_kept else found.state
    return render_template("archives/pull.html", pull=found, state=state, **_words())


@bp.get("/pulls/<int:pull_id>/file")
@requires(Permission.ARCHIVE_PULL)
def file(pull_id: int) -> Response:
    """Hand a pull's file to its owner."""
    stored = services.take_file(db.session(), load(ArchivePull, pull_id), current_user)
    response = files.respond(stored)
    with writing() as session:
        taken = session.get_one(ArchivePull, pull_id)
        taken.downloaded_at = taken.downloaded_at or clock.now()
        audit.record(session, current_user, "archives.take_file", taken)
    return response


@bp.post("/schedules/<int:schedule_id>/end")
@requires(Permission.ARCHIVE_PULL)
def end_schedule(schedule_id: int) -> ResponseReturnValue:
    """Make no further pulls by a schedule."""
    schedule = load(PullSchedule, schedule_id)
    with transaction() as session:
        services.end_schedule(session, schedule, current_user)
    flash(gettext("The schedule has ended."), "success")
    return see_other(".pulls")


def _words() -> dict[str, object]:
    departments, roles = person.names(db.session())

    def asked(values: dict[str, str]) -> str:
        return texts.summary_of(Wanted.read(values), departments, roles)

    return {
        "formats": texts.FORMATS,
        "hints": texts.FORMAT_HINTS,
        "states": texts.STATES,
        "tones": texts.TONES,
        "every": texts.EVERY,
        "asked": asked,
    }
