"""The end of a practice: its report, the mentor's decision, sharing, the PDF."""

import io
import logging
from typing import Any

from flask import current_app, jsonify, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from training_platform.core.db import db, transaction
from training_platform.core.errors import InvalidTransitionError, NotFoundError
from training_platform.core.i18n import format_time
from training_platform.core.pdf import MissingGlyphError, PdfError, PdfUnavailableError
from training_platform.core.permissions import Permission, Right, may
from training_platform.core.web import load, render_form, requires
from training_platform.mentoring import documents, queries, services, texts
from training_platform.mentoring.forms.closing import (
    ConsentForm,
    ReportForm,
    ShareForm,
    assessed,
    sign_off_form,
)
from training_platform.mentoring.forms.parts import ReasonForm
from training_platform.mentoring.models import Practice
from training_platform.mentoring.rules import Act, State
from training_platform.mentoring.views.base import acts_on, bp, done, shown

log = logging.getLogger(__name__)


@bp.route("/<int:practice_id>/report", methods=["GET", "POST"])
@requires(Permission.MENTORING_READ)
def report(practice_id: int) -> ResponseReturnValue:
    """Let the trainee write and hand in the closing report; show it to the others."""
    practice = load(Practice, practice_id)
    form = _report_form(practice)
    if form.validate_on_submit() and (page := _take_report(practice, form)):
        return page
    return _report_page(practice, form)


def _report_page(practice: Practice, form: ReportForm, **forms: Any) -> ResponseReturnValue:
    version = practice.version
    share_forms = {
        "share_form": ShareForm(formdata=None, version=version),
        "consent_form": ConsentForm(formdata=None, version=version),
    }
    return render_form(
        "mentoring/report.html",
        form,
        parts=texts.PARTS,
        may_write=Act.WRITE_REPORT in acts_on(practice),
        returned=queries.last_return(db.session(), practice.id),
        **share_forms | forms,
        **shown(practice),
    )


def _report_form(practice: Practice, **more: Any) -> ReportForm:
    kept = practice.report
    values = {name: getattr(kept, name) for name, _t, _h in texts.PARTS} if kept else {}
    return ReportForm(data={"version": kept.version if kept else 0, **values}, **more)


def _take_report(practice: Practice, form: ReportForm) -> ResponseReturnValue | None:
    practice_id, seen, parts = practice.id, form.version.data or 0, form.texts
    is_draft = request.form.get("act") == "draft"
    act = services.save_report if is_draft else services.hand_in_report
    text = gettext("The draft is kept.") if is_draft else gettext("Your report is handed in.")

    def save(session: Session) -> None:
        act(session, practice, current_user, parts, expected_version=seen)

    return done(form, save, text, ".report", practice_id=practice_id)


@bp.post("/<int:practice_id>/report/draft")
@requires(Permission.MENTORING_TRAIN)
def draft(practice_id: int) -> ResponseReturnValue:
    """Keep the report while it is written; answer when, and with which version to go on."""
    practice = load(Practice, practice_id)
    form = _report_form(practice)
    if not form.validate():
        return jsonify({"errors": form.errors}), 422
    seen = form.version.data or 0
    with transaction() as session:
        kept = services.save_report(
            session, practice, current_user, form.texts, expected_version=seen
        )
        saved = {"version": kept.version, "saved_at": format_time(kept.saved_at)}
    return jsonify(saved)


@bp.get("/<int:practice_id>/report/<any(zh, en):lang>.pdf")
@requires(Permission.MENTORING_USE)
def report_pdf(practice_id: int, lang: str) -> ResponseReturnValue:
    """Send the report that is signed off as a PDF file, in the wanted language."""
    practice = db.session.get(Practice, practice_id)
    if practice is None or not _may_read_report(practice):
        raise NotFoundError
    if practice.state is not State.SIGNED_OFF:
        raise InvalidTransitionError
    values = documents.values_of(practice, queries.minutes_of(db.session(), practice_id), lang)
    db.session.rollback()  # drawing takes its time: nothing is held meanwhile
    try:
        data = documents.render(values)
    except PdfError as fault:
        log.warning("no PDF of practice %s: %s", practice_id, fault)
        return _without_pdf(practice_id, values["title"], fault)
    name = documents.file_name(values)
    return send_file(io.BytesIO(data), "application/pdf", as_attachment=True, download_name=name)


def _may_read_report(practice: Practice) -> bool:
    """Tell whether the viewer belongs to the practice, or it is shared with her."""
    if may(current_user, practice, Permission.MENTORING_READ):
        return True
    path = current_user.department_path
    return queries.shared_report(db.session(), practice.id, path) is not None


def _without_pdf(practice_id: int, title: str, fault: PdfError) -> ResponseReturnValue:
    command = fault.command if isinstance(fault, PdfUnavailableError) else None
    page = render_template(
        "mentoring/no_pdf.html",
        title=title,
        command=command if Right.ADMIN in current_user.rights else None,
        characters=fault.characters if isinstance(fault, MissingGlyphError) else None,
    )
    return page, 503


@bp.route("/<int:practice_id>/sign-off", methods=["GET", "POST"])
@requires(Permission.MENTORING_GUIDE)
def sign_off(practice_id: int) -> ResponseReturnValue:
    """Let the mentor assess each goal and sign off."""
    practice = load(Practice, practice_id)
    form = sign_off_form(practice)
    if form.validate_on_submit():
        goals, remark, seen = assessed(form), form.remark.data or "", form.version.data or 0

        def act(session: Session) -> None:
            services.sign_off(session, practice, current_user, goals, remark, expected_version=seen)

        text = gettext("Signed off. It stands in the training record.")
        if page := done(form, act, text, ".report", practice_id=practice_id):
            return page
    elif Act.SIGN_OFF not in acts_on(practice):
        raise InvalidTransitionError
    return render_form("mentoring/sign_off.html", form, parts=texts.PARTS, **shown(practice))


@bp.route("/<int:practice_id>/return", methods=["GET", "POST"])
@requires(Permission.MENTORING_GUIDE)
def give_back(practice_id: int) -> ResponseReturnValue:
    """Let the mentor return the report, with what is missing."""
    practice = load(Practice, practice_id)
    form = ReasonForm(version=practice.version)
    if form.validate_on_submit():
        reason, seen = form.reason.data or "", form.version.data or 0

        def act(session: Session) -> None:
            services.return_report(session, practice, current_user, reason, expected_version=seen)

        text = gettext("The report went back to the trainee.")
        if page := done(form, act, text, ".show", practice_id=practice_id):
            return page
    elif Act.RETURN not in acts_on(practice):
        raise InvalidTransitionError
    return render_form("mentoring/return.html", form, practice=practice)


@bp.post("/<int:practice_id>/share")
@requires(Permission.MENTORING_TRAIN)
def share(practice_id: int) -> ResponseReturnValue:
    """Let the trainee offer her report to others."""
    practice = load(Practice, practice_id)
    form = ShareForm()
    if form.validate_on_submit():
        with_everybody, seen = form.audience.data == "everybody", form.version.data or 0

        def act(session: Session) -> None:
            services.offer_sharing(
                session,
                practice,
                current_user,
                with_everybody=with_everybody,
                expected_version=seen,
            )

        text = gettext("Your mentor is asked. Others can read it once she agrees.")
        if page := done(form, act, text, ".report", practice_id=practice_id):
            return page
    return _again(practice, share_form=form)


def _again(practice: Practice, **forms: Any) -> ResponseReturnValue:
    """Show the report's page again, with what was wrong beside its field."""
    page = current_app.make_response(
        _report_page(practice, _report_form(practice, formdata=None), **forms)
    )
    page.status_code = 422
    return page


@bp.post("/<int:practice_id>/share/<any(allow, refuse, end):sharing_act>")
@requires(Permission.MENTORING_MANAGE)
def decide_sharing(practice_id: int, sharing_act: str) -> ResponseReturnValue:
    """Let the mentor agree or not, and either take the report back."""
    practice = load(Practice, practice_id)
    form = ConsentForm()
    if form.validate_on_submit():
        reason, seen = form.reason.data or "", form.version.data or 0

        def act(session: Session) -> None:
            if sharing_act == "refuse":
                services.refuse_sharing(
                    session, practice, current_user, reason, expected_version=seen
                )
            else:
                change = services.allow_sharing if sharing_act == "allow" else services.end_sharing
                change(session, practice, current_user, expected_version=seen)

        text = gettext("Done. The other is told.")
        if page := done(form, act, text, ".report", practice_id=practice_id):
            return page
    return _again(practice, consent_form=form)
