"""Pages of certificates: the own wall, one certificate and its PDF, verifying, revoking."""

import io
import logging
from typing import Any

from flask import Blueprint, Flask, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from training_platform.certificates import codes, documents, jobs, queries, services  # noqa: F401  # jobs: its handlers
from training_platform.certificates.forms import RevokeForm
from training_platform.certificates.models import Certificate
from training_platform.certificates.rules import State, state_of
from training_platform.core import clock, slots, throttle
from training_platform.core.db import db, transaction, writing
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.i18n import LANGUAGES, language
from training_platform.core.navigation import Place
from training_platform.core.pdf import PdfError, PdfUnavailableError
from training_platform.core.permissions import Permission, Right, may
from training_platform.core.tables import paginate
from training_platform.core.text import mask_name, network_of
from training_platform.core.web import check, external_url, public, render_form, requires, see_other
from training_platform.people.models import Employee

log = logging.getLogger(__name__)
bp = Blueprint("certificates", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        "certificates",
        _l("Certificates"),
        "certificate",
        "certificates.own",
        Permission.SIGNED_IN,
        58,
        blueprints=("certificates",),
    ),
)
STATES = {State.VALID: _l("valid"), State.EXPIRED: _l("expired"), State.REVOKED: _l("revoked")}
TONES = {State.VALID: "ok", State.EXPIRED: "warn", State.REVOKED: "bad"}
BANDS = {"pass": _l("Pass"), "distinction": _l("Distinction")}
TRIES, MINUTES = 30, 1


@bp.get("/certificates/")
@requires(Permission.CERTIFICATE_READ)
def own() -> ResponseReturnValue:
    """Show the viewer's certificates on the wall."""
    cards = queries.cards_of(db.session(), current_user.id)
    return render_template(
        "certificates/own.html",
        cards=cards,
        may_see_all=may(current_user, None, Permission.CERTIFICATE_REVOKE),
    )


@bp.get("/certificates/all")
@requires(Permission.CERTIFICATE_REVOKE)
def everybody() -> ResponseReturnValue:
    """Show all certificates, searchable."""
    query, state = request.args.get("q", ""), request.args.get("state", "")
    chosen = queries.select_all(query, state)
    page = paginate(db.session(), chosen, convert=queries.card_of)
    return render_template("certificates/all.html", page=page, query=query, state=state)


@bp.get("/certificates/<code>")
@requires(Permission.CERTIFICATE_READ)
def show(code: str) -> ResponseReturnValue:
    """Show one certificate."""
    certificate = _certificate(code)
    return render_template("certificates/show.html", **_shown(certificate))


@bp.get("/certificates/<code>/pdf", defaults={"lang": ""})
@bp.get("/certificates/<code>/<any(zh, en):lang>.pdf", endpoint="pdf_in")
@requires(Permission.CERTIFICATE_READ)
def pdf(code: str, lang: str) -> ResponseReturnValue:
    """Send the PDF file in the wanted language, by default the page's."""
    certificate = _certificate(code)
    if certificate.revoked_at is not None:
        raise InvalidTransitionError
    lang = lang if lang in LANGUAGES else language()
    values, name = documents.values_of(certificate, lang), documents.file_name(certificate, lang)
    db.session.rollback()  # drawing takes its time: nothing is held meanwhile
    try:
        data = documents.render(values)
    except PdfError as fault:
        log.warning("no PDF of %s: %s", code, fault)
        return _without_pdf(_certificate(code), fault)
    return send_file(io.BytesIO(data), "application/pdf", as_attachment=True, download_name=name)


@bp.get("/certificates/<code>/print")
@requires(Permission.CERTIFICATE_READ)
def print_view(code: str) -> ResponseReturnValue:
    """Show a certificate as a page to print, for where no PDF can be made."""
    return render_template("certificates/print.html", **_shown(_certificate(code)))


@bp.route("/certificates/<code>/revoke", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_REVOKE)
def revoke(code: str) -> ResponseReturnValue:
    """Ask for the reason, then revoke."""
    certificate = _certificate(code)
    form = RevokeForm(version=certificate.version)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.revoke(
                    session,
                    certificate,
                    current_user,
                    form.reason.data or "",
                    form.version.data or 0,
                )
        except RuleError as error:
            form.refuse(error)
        else:
            return see_other(".show", code=code)
    if certificate.revoked_at is not None:
        raise InvalidTransitionError
    return render_form("certificates/revoke.html", form, **_shown(certificate))


@bp.get("/verify/")
@public
def verify_form() -> ResponseReturnValue:
    """Ask anybody for a code."""
    if typed := request.args.get("code", "").strip()[:100]:
        return see_other(".verify", code=codes.parse(typed) or codes.clean(typed) or "-")
    return render_template("certificates/verify_form.html", plain=True)


@bp.get("/verify/<code>")
@public
def verify(code: str) -> ResponseReturnValue:
    """Tell anybody whether a certificate is genuine, without telling whose it is."""
    _count_try()
    certificate = queries.by_code(db.session(), code[:100])
    if certificate is None:
        is_whole = codes.parse(code[:100]) is not None
        page = render_template(
            "certificates/unknown.html", typed=code[:100], is_whole=is_whole, plain=True
        )
        return page, 404
    shown = _shown(certificate)
    return render_template(
        "certificates/verify.html", masked=mask_name(certificate.holder_name), plain=True, **shown
    )


def init_app(app: Flask) -> None:
    """Fill the slots of the person's, the course's and the result's page."""
    slots.fill(app, "records.person", _cards_of_person)
    slots.fill(app, "curricula.course", _cards_of_course)
    slots.fill(app, "quizzes.result", _cards_of_result)


def _cards_of_person(employee: Employee, **_context: object) -> str:
    cards = queries.cards_of(db.session(), employee.id)
    return render_template("certificates/_person.html", cards=cards, states=STATES)


def _cards_of_course(course_id: str, **_context: object) -> str:
    cards = queries.cards_for_course(db.session(), current_user.id, course_id)
    return render_template("certificates/_course.html", cards=cards[:1]) if cards else ""


def _cards_of_result(attempt: Any, **_context: object) -> str:
    """Draw the certificate that a passed attempt led to, on its owner's page."""
    if attempt.employee_id != current_user.id or not attempt.is_passed:
        return ""
    course = queries.course_of_paper(db.session(), attempt.paper_id)
    return _cards_of_course(course) if course else ""


def _certificate(code: str) -> Certificate:
    certificate = queries.by_code(db.session(), code[:100])
    return check(certificate, Permission.CERTIFICATE_READ)


def _shown(certificate: Certificate) -> dict[str, object]:
    state = state_of(certificate.valid_until, certificate.revoked_at, clock.today())
    return {
        "certificate": certificate,
        "state": state,
        "state_text": STATES[state],
        "tone": TONES[state],
        "band": BANDS.get(certificate.band, certificate.band),
        "address": external_url("certificates.verify", code=certificate.code),
        "may_revoke": certificate.revoked_at is None
        and current_user.is_authenticated
        and may(current_user, certificate, Permission.CERTIFICATE_REVOKE),
    }


def _without_pdf(certificate: Certificate, fault: PdfError) -> ResponseReturnValue:
    """Say what to do where the machine can make no PDF: the command for those who may run it."""
    is_missing = isinstance(fault, PdfUnavailableError)
    command = fault.command if isinstance(fault, PdfUnavailableError) else None
    return (
        render_template(
            "certificates/no_pdf.html",
            command=command if Right.ADMIN in current_user.rights else None,
            is_missing=is_missing,
            **_shown(certificate),
        ),
        503,
    )


def _count_try() -> None:
    """Count this look-up for the network that asks; raise TooManyTriesError beyond the limit.

    In a short transaction of its own: the page itself is a safe request and writes nothing.
    """
    network = network_of(request.remote_addr) or "unknown"
    with writing() as session:
        throttle.check(session, "certificates.verify", network, limit=TRIES, minutes=MINUTES)
        throttle.count(session, "certificates.verify", network)
