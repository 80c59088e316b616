"""Afterwards: attendance, the report, the sharing session, the follow-up."""

from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.errors import InvalidTransitionError, NotPermittedError
from training_platform.core.i18n import format_time
from training_platform.core.permissions import Permission
from training_platform.core.uploads import takes_file
from training_platform.core.web import load, render_form, requires
from training_platform.external_training import queries, services, texts
from training_platform.external_training.forms.after import (
    AttendForm,
    FollowUpForm,
    ListenersForm,
    ReportForm,
    SharingForm,
)
from training_platform.external_training.forms.parts import SubmitForm
from training_platform.external_training.models import ExternalTrainingApplication
from training_platform.external_training.rules import Act, FilePurpose
from training_platform.external_training.services import Upload
from training_platform.external_training.views.base import acts_on, bp, done, shown


@bp.route("/<int:application_id>/attend", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_OWN)
@takes_file
def attend(application_id: int) -> ResponseReturnValue:
    """Take the proof and the real costs of a training that was attended."""
    application = load(ExternalTrainingApplication, application_id)
    names = ("fee_amount", "travel_amount", "lodging_amount")
    values: dict[str, Any] = {name: getattr(application, name) for name in names}
    form = AttendForm(
        data={**values, "hours": application.minutes / 60}, version=application.version
    )
    if form.validate_on_submit():
        seen, was, paper = form.version.data or 0, form.attendance, form.file.attachment()
        purpose = FilePurpose(form.purpose.data or FilePurpose.PROOF.value)

        def act(session: Session) -> None:
            if paper is not None:
                upload = Upload(paper.name, paper.media_type, paper.data, purpose)
                services.add_file(session, application, current_user, upload)
            services.attend(session, application, current_user, was, expected_version=seen)

        text = gettext("Thank you. Your head or HR looks at the proof; you may begin the report.")
        if page := done(form, act, text, ".show", application_id=application_id):
            return page
    elif Act.ATTEND not in acts_on(application):
        raise InvalidTransitionError
    return render_form("external_training/attend.html", form, **shown(application))


@bp.route("/<int:application_id>/confirm", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_CHECK)
def confirm(application_id: int) -> ResponseReturnValue:
    """Let the head or HR look at proof and costs, and confirm them."""
    application = load(ExternalTrainingApplication, application_id)
    form = SubmitForm(version=application.version)
    if form.validate_on_submit():
        seen = form.version.data or 0

        def act(session: Session) -> None:
            services.confirm_attendance(session, application, current_user, expected_version=seen)

        text = gettext("Confirmed. The hours stand in the training record.")
        if page := done(form, act, text, ".show", application_id=application_id):
            return page
        db.session.rollback()
        application = load(ExternalTrainingApplication, application_id)
    elif Act.CONFIRM not in acts_on(application):
        raise InvalidTransitionError
    return render_form("external_training/confirm.html", form, **shown(application))


def _report_form(application: ExternalTrainingApplication) -> ReportForm:
    kept = services.report_of(db.session(), application)
    values: dict[str, Any] = {"version": kept.version if kept else 0}
    if kept is not None:
        values |= {name: getattr(kept, name) for name, _title, _hint in texts.REPORT_PARTS}
        for name in ("course_rating", "provider_rating"):
            values[name] = str(getattr(kept, name) or "")
    return ReportForm(data=values)


@bp.route("/<int:application_id>/report", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_READ)
def report(application_id: int) -> ResponseReturnValue:
    """Let the author write and hand in the report; show it to those who read the application."""
    application = load(ExternalTrainingApplication, application_id)
    form = _report_form(application)
    may_write = Act.WRITE_REPORT in acts_on(application)
    if form.validate_on_submit():
        if application.applicant_id != current_user.id:
            raise NotPermittedError
        if page := _take_report(application, form):
            return page
    return render_form(
        "external_training/report.html",
        form,
        parts=texts.REPORT_PARTS,
        may_write=may_write,
        close_form=SubmitForm(formdata=None, version=application.version),
        **shown(application),
    )


def _take_report(
    application: ExternalTrainingApplication, form: ReportForm
) -> ResponseReturnValue | None:
    seen, written, ident = form.version.data or 0, form.report, application.id
    is_draft = request.form.get("act") == "draft"
    service = services.save_report if is_draft else services.hand_in_report

    def act(session: Session) -> None:
        service(session, application, current_user, written, expected_version=seen)

    if is_draft:
        return done(form, act, gettext("The draft is kept."), ".report", application_id=ident)
    return done(form, act, gettext("Your report is handed in."), ".show", application_id=ident)


@bp.post("/<int:application_id>/report/draft")
@requires(Permission.EXTERNAL_TRAINING_OWN)
def report_draft(application_id: int) -> ResponseReturnValue:
    """Keep the report while it is written; answer when, and with which version to go on."""
    application = load(ExternalTrainingApplication, application_id)
    form = _report_form(application)
    if not form.validate():
        return jsonify({"errors": form.errors}), 422
    seen = form.version.data or 0
    with transaction() as session:
        kept = services.save_report(
            session, application, current_user, form.report, expected_version=seen
        )
        saved = {"version": kept.version, "saved_at": format_time(kept.saved_at)}
    return jsonify(saved)


@bp.post("/<int:application_id>/report/accept")
@requires(Permission.EXTERNAL_TRAINING_CHECK)
def accept_report(application_id: int) -> ResponseReturnValue:
    """Accept a report: it can be read in the library then."""
    application = load(ExternalTrainingApplication, application_id)
    form = SubmitForm()
    if form.validate_on_submit():
        seen = form.version.data or 0

        def act(session: Session) -> None:
            services.close(session, application, current_user, expected_version=seen)

        text = gettext("The report is accepted. Colleagues can read it in the library.")
        if page := done(form, act, text, ".show", application_id=application_id):
            return page
    raise InvalidTransitionError


@bp.route("/<int:application_id>/sharing", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_READ)
def sharing(application_id: int) -> ResponseReturnValue:
    """Plan the sharing session, and note who was there."""
    application = load(ExternalTrainingApplication, application_id)
    planned = services.sharing_of(db.session(), application)
    form = SharingForm(**_planned(planned), version=application.version)
    listeners = ListenersForm(version=application.version)
    listeners.listeners.choices = queries.team_options(db.session(), application)
    is_held = request.form.get("act") == "held"
    chosen: Any = listeners if is_held else form
    is_sent = request.method == "POST" and chosen.validate()
    if is_sent and (page := _share(application, chosen, is_held=is_held)):
        return page
    return render_form(
        "external_training/sharing.html",
        chosen,
        plan_form=form,
        listeners_form=listeners,
        has_begun=planned is not None and planned.begins_at <= clock.now(),
        **shown(application),
    )


def _planned(planned: Any) -> dict[str, Any]:
    if planned is None:
        return {}
    begins_at = planned.begins_at.astimezone(clock.company_zone()).replace(tzinfo=None)
    return {"data": {"begins_at": begins_at, "minutes": planned.minutes, "place": planned.place}}


def _share(
    application: ExternalTrainingApplication, form: Any, *, is_held: bool
) -> ResponseReturnValue | None:
    seen, ident = form.version.data or 0, application.id
    people = [int(each) for each in form.listeners.data or ()] if is_held else []

    def act(session: Session) -> None:
        if is_held:
            services.hold_sharing(session, application, current_user, people, expected_version=seen)
        else:
            services.plan_sharing(
                session, application, current_user, form.plan, expected_version=seen
            )

    held = gettext("Noted. It stands in the record of everybody who was there.")
    text = held if is_held else gettext("The session is planned, and the team is invited.")
    return done(form, act, text, ".sharing", application_id=ident)


@bp.route("/<int:application_id>/follow-up", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_OWN)
def follow_up(application_id: int) -> ResponseReturnValue:
    """Ask some weeks later what became of it."""
    application = load(ExternalTrainingApplication, application_id)
    form = FollowUpForm()
    if form.validate_on_submit():
        text = form.text.data or ""

        def act(session: Session) -> None:
            services.follow_up(session, application, current_user, text)

        said = gettext("Thank you. It stands beside your report.")
        if page := done(form, act, said, ".report", application_id=application_id):
            return page
    elif Act.FOLLOW_UP not in acts_on(application):
        raise InvalidTransitionError
    return render_form("external_training/follow_up.html", form, **shown(application))
