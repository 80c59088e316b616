"""Applying: a new application, its parts, its files, what was entered, sending it."""

from typing import Any

from flask import abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from training_platform.core import files
from training_platform.core.db import db, transaction
from training_platform.core.errors import InvalidTransitionError, NotFoundError, RuleError
from training_platform.core.i18n import format_time
from training_platform.core.permissions import Permission, may
from training_platform.core.uploads import takes_file
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.external_training import queries, services
from training_platform.external_training.forms.applying import (
    PARTS,
    FileForm,
    NewForm,
    ReasonForm,
    part_form,
)
from training_platform.external_training.forms.parts import SubmitForm
from training_platform.external_training.models import ExternalTrainingApplication
from training_platform.external_training.rules import Act, FilePurpose, Kind, State
from training_platform.external_training.services import Start, Upload
from training_platform.external_training.texts import STEP_ROLES
from training_platform.external_training.views.base import (
    acts_on,
    bp,
    done,
    labels,
    may_nominate,
    shown,
)
from training_platform.people.models import Competency


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_USE)
def new() -> ResponseReturnValue:
    """Begin an application: from nothing, a competency gap, a provider or a colleague's report."""
    start = _wanted()
    form = NewForm(data={"title": start.title, "kind": start.kind.value, **_named_person()})
    if not may_nominate():
        del form.employee
    if form.validate_on_submit():
        text = gettext("The draft is there. It is kept while you fill it in.")
        ended = _begun(form, start, text)
        if ended:
            return ended
    return render_form("external_training/new.html", form, start=start, **labels())


def _begun(form: Any, start: Start, text: str) -> ResponseReturnValue | None:
    begun = Start(form.title.data, Kind(form.kind.data), start.provider_id, start.competency_id)
    named = form.employee.data if "employee" in form else ""

    def act(session: Session) -> dict[str, int]:
        owner_id = one_called(session, named, "employee") if named else None
        made = services.begin_application(session, current_user, begun, employee_id=owner_id)
        return {"application_id": made.id}

    if named:
        text = gettext("The nomination is sent. You are told what the answer is.")
        return done(form, act, text, ".show")
    return done(form, act, text, ".edit", part="what")


def one_called(session: Session, text: str, field: str, *, anybody: bool = False) -> int:
    """Return whom a name means; raise RuleError beside the field where it is not one person."""
    found = queries.person_called(session, text, None if anybody else current_user)
    if not found:
        raise RuleError(_("There is nobody of this name or staff number."), field=field)
    if len(found) > 1:
        raise RuleError(_("Several people are called so. Enter the staff number."), field=field)
    return found[0]


def _named_person() -> dict[str, str]:
    return {"employee": request.args.get("employee", "")} if may_nominate() else {}


def _wanted() -> Start:
    """Return what the address asks to begin with; what it names wrongly is left out."""
    session, given = db.session(), request.args
    title, kind, provider_id = given.get("title", "")[:120], Kind.COURSE, None
    if (report := given.get("report", "")).isdigit() and len(report) < 10:
        found = queries.shared_report(session, int(report))
        if found is not None:
            title, kind, provider_id = found.title, found.kind, found.provider_id
    offered = {ident for ident, _name in queries.provider_options(session)}
    if given.get("provider", "") in offered:
        provider_id = int(given["provider"])
    competency = session.get(Competency, given.get("competency", "")[:80])
    return Start(title, kind, provider_id, competency.id if competency else None)


@bp.get("/<int:application_id>")
@requires(Permission.EXTERNAL_TRAINING_READ)
def show(application_id: int) -> ResponseReturnValue:
    """Show an application with all that happened to it, and what comes next."""
    application = load(ExternalTrainingApplication, application_id)
    form = SubmitForm(formdata=None, version=application.version)
    return render_template("external_training/show.html", form=form, **shown(application))


@bp.route("/<int:application_id>/edit/<any(what, cost, why):part>", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_OWN)
def edit(application_id: int, part: str) -> ResponseReturnValue:
    """Ask for one group of things at a time."""
    application = load(ExternalTrainingApplication, application_id)
    form = _part(application, part)
    if form.validate_on_submit():
        if page := _save(application, form, part):
            return page
    elif Act.EDIT not in acts_on(application):
        raise InvalidTransitionError
    return render_form(
        "external_training/edit.html", form, part=part, application=application, **labels()
    )


def _part(application: ExternalTrainingApplication, part: str) -> Any:
    session = db.session()
    gaps = queries.competency_options(session, application.applicant) if part == "why" else []
    providers = queries.provider_options(session) if part == "what" else []
    return part_form(part, application, providers, gaps)


def _save(
    application: ExternalTrainingApplication, form: Any, part: str
) -> ResponseReturnValue | None:
    ident, seen, values = application.id, form.version.data or 0, form.values
    parts = [*PARTS]
    position = parts.index(part)

    def act(session: Session) -> None:
        services.save_draft(session, application, current_user, values, expected_version=seen)

    text = gettext("What you entered is kept.")
    if request.form.get("act") == "stay":
        return done(form, act, text, ".edit", application_id=ident, part=part)
    if request.form.get("act") == "check" or position + 1 == len(parts):
        address = ".check" if request.form.get("act") == "check" else ".papers"
        return done(form, act, text, address, application_id=ident)
    return done(form, act, text, ".edit", application_id=ident, part=parts[position + 1])


@bp.post("/<int:application_id>/edit/<any(what, cost, why):part>/draft")
@requires(Permission.EXTERNAL_TRAINING_OWN)
def draft(application_id: int, part: str) -> ResponseReturnValue:
    """Keep what is typed; answer when, and with which version to go on."""
    application = load(ExternalTrainingApplication, application_id)
    form = _part(application, part)
    if not form.validate():
        return jsonify({"errors": form.errors}), 422
    seen, values = form.version.data or 0, form.values
    try:
        with transaction() as session:
            services.save_draft(session, application, current_user, values, expected_version=seen)
            saved = {"version": application.version, "saved_at": format_time(application.saved_at)}
    except RuleError as error:
        form.refuse(error)
        return jsonify({"errors": form.errors}), 422
    return jsonify(saved)


@bp.route("/<int:application_id>/files", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_OWN)
@takes_file
def papers(application_id: int) -> ResponseReturnValue:
    """Show the files of an application, and take another."""
    application = load(ExternalTrainingApplication, application_id)
    form = FileForm()
    if form.validate_on_submit():
        attachment = form.file.attachment()
        assert attachment is not None  # noqa: S101  # the form asks for it
        purpose = _purpose(application, form.purpose.data)

        def act(session: Session) -> None:
            upload = Upload(attachment.name, attachment.media_type, attachment.data, purpose)
            services.add_file(session, application, current_user, upload)

        text = gettext("The file is added.")
        if page := done(form, act, text, ".papers", application_id=application_id):
            return page
    return render_form("external_training/papers.html", form, **shown(application))


def _purpose(application: ExternalTrainingApplication, text: str | None) -> FilePurpose:
    if application.state in {State.DRAFT, State.RETURNED}:
        return FilePurpose.APPLICATION
    chosen = FilePurpose(text) if text in list(FilePurpose) else FilePurpose.MATERIAL
    return FilePurpose.MATERIAL if chosen is FilePurpose.APPLICATION else chosen


@bp.get("/<int:application_id>/files/<int:document_id>")
@requires(Permission.EXTERNAL_TRAINING_USE)
def paper_file(application_id: int, document_id: int) -> ResponseReturnValue:
    """Hand out a file, as a download: material of the library to everybody."""
    application = db.session.get(ExternalTrainingApplication, application_id)
    kept = queries.file_of(db.session(), application_id, document_id)
    if application is None or kept is None:
        raise NotFoundError
    is_shared = kept.purpose is FilePurpose.MATERIAL and application.state is State.CLOSED
    if not is_shared and not may(current_user, application, Permission.EXTERNAL_TRAINING_READ):
        raise NotFoundError
    return files.respond(kept.file)


@bp.post("/<int:application_id>/files/<int:document_id>/remove")
@requires(Permission.EXTERNAL_TRAINING_OWN)
def remove_paper(application_id: int, document_id: int) -> ResponseReturnValue:
    """Take a file out of a draft."""
    application = load(ExternalTrainingApplication, application_id)
    kept = queries.file_of(db.session(), application_id, document_id)
    if kept is None:
        raise NotFoundError
    with transaction() as session:
        services.remove_file(session, application, current_user, kept)
    return see_other(".papers", application_id=application_id)


@bp.route("/<int:application_id>/check", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_OWN)
def check(application_id: int) -> ResponseReturnValue:
    """Show all answers before they are sent, with conflicts and the budget, and send them."""
    application = load(ExternalTrainingApplication, application_id)
    form = SubmitForm(version=application.version)
    if form.validate_on_submit():
        seen = form.version.data or 0

        def act(session: Session) -> None:
            services.submit_application(session, application, current_user, expected_version=seen)

        text = gettext("Your application is sent. You see here how far it is.")
        if page := done(form, act, text, ".show", application_id=application_id):
            return page
        db.session.rollback()
        application = load(ExternalTrainingApplication, application_id)
    elif Act.SUBMIT not in acts_on(application):
        raise InvalidTransitionError
    missing = services.missing_of(application)
    steps = services.steps_ahead(db.session(), application)
    values = {"missing": missing, "ahead": [STEP_ROLES[each] for each in steps]}
    return render_form("external_training/check.html", form, **values, **shown(application))


@bp.post("/<int:application_id>/copy")
@requires(Permission.EXTERNAL_TRAINING_OWN)
def copy(application_id: int) -> ResponseReturnValue:
    """Begin a draft with what stands in this one."""
    application = load(ExternalTrainingApplication, application_id)
    with transaction() as session:
        made = services.copy_application(session, application, current_user)
        ident = made.id
    return see_other(".edit", application_id=ident, part="what")


#: What is done with a reason on a page of its own: the service, and what is said then.
_ACTS: dict[str, tuple[Act, Any, str]] = {
    "take-back": (
        Act.TAKE_BACK,
        services.take_back,
        _("You can change it now. It is decided anew once you send it again."),
    ),
    "withdraw": (Act.WITHDRAW, services.withdraw, _("The application is withdrawn.")),
    "cancel": (Act.CANCEL, services.cancel, _("The training is called off; its money is free.")),
    "correct": (
        Act.CORRECT,
        services.correct_attendance,
        _("The attendance is open again."),
    ),
    "return-report": (
        Act.RETURN_REPORT,
        services.return_report,
        _("The report went back to its author."),
    ),
}


@bp.route(
    "/<int:application_id>/do/<any('take-back', withdraw, cancel, correct, 'return-report'):what>",
    methods=["GET", "POST"],
)
@requires(Permission.EXTERNAL_TRAINING_READ)
def do(application_id: int, what: str) -> ResponseReturnValue:
    """Ask for the reason, then do what cannot simply be undone."""
    application = load(ExternalTrainingApplication, application_id)
    if what not in _ACTS:
        abort(404)
    act_name, service, said = _ACTS[what]
    form = ReasonForm(version=application.version)
    if form.validate_on_submit():
        reason, seen = form.reason.data or "", form.version.data or 0

        def act(session: Session) -> None:
            service(session, application, current_user, reason, expected_version=seen)

        if page := done(form, act, gettext(said), ".show", application_id=application_id):
            return page
    elif act_name not in acts_on(application):
        raise InvalidTransitionError
    return render_form(
        "external_training/do.html", form, application=application, what=what, **labels()
    )


@bp.route("/<int:application_id>/nomination", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_OWN)
def nomination(application_id: int) -> ResponseReturnValue:
    """Let somebody who was nominated accept or decline."""
    application = load(ExternalTrainingApplication, application_id)
    form = ReasonForm(version=application.version)
    if form.validate_on_submit():
        accepts = request.form.get("act") == "accept"
        reason, seen = form.reason.data or "", form.version.data or 0

        def act(session: Session) -> None:
            services.answer_nomination(
                session,
                application,
                current_user,
                accepts=accepts,
                reason=reason,
                expected_version=seen,
            )

        values = {"application_id": application_id}
        if accepts:
            text = gettext("Accepted. Complete the application, then send it.")
            page = done(form, act, text, ".edit", part="what", **values)
        else:
            page = done(form, act, gettext("Declined. Your head is told."), ".show", **values)
        if page:
            return page
    elif Act.ACCEPT not in acts_on(application):
        raise InvalidTransitionError
    return render_form("external_training/nomination.html", form, **shown(application))
