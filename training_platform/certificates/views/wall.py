"""The wall, one certificate, its file, and revoking it."""

import io
import logging

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.certificates import documents, queries, renewals, services
from training_platform.certificates.forms import RevokeForm
from training_platform.certificates.models import Certificate
from training_platform.certificates.views.base import STATES, TONES, bp, certificate_of, shown
from training_platform.certificates.views.cards import day_of
from training_platform.core.db import db, transaction
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.i18n import LANGUAGES, language
from training_platform.core.pdf import PdfError, PdfUnavailableError
from training_platform.core.permissions import Permission, Right, may
from training_platform.core.tables import paginate
from training_platform.core.web import render_form, requires, see_other

log = logging.getLogger(__name__)


@bp.get("/certificates/")
@requires(Permission.CERTIFICATE_READ)
def own() -> ResponseReturnValue:
    """Show the viewer's certificates on the wall: what counts, what is to be renewed, the rest."""
    session = db.session()
    cards = queries.cards_of(session, current_user.id)
    return render_template(
        "certificates/own.html",
        wall=queries.hang(cards),
        renewals=renewals.open_renewals(session, current_user.id),
        may_see_all=may(current_user, None, Permission.CERTIFICATE_REVOKE),
        may_issue=may(current_user, None, Permission.CERTIFICATE_ISSUE),
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
    """Show one certificate, its cycles, what renews it, and its state on any day asked for."""
    certificate = certificate_of(code)
    session = db.session()
    asked, on = request.args.get("on", ""), day_of(request.args.get("on", ""))
    return render_template(
        "certificates/show.html",
        asked=asked,
        on=on,
        certified=on
        and queries.certified_on(
            session, certificate.subject, on, [certificate.employee_id], kind=certificate.kind
        ).get(certificate.employee_id),
        cycles=queries.cycles_of(session, certificate),
        renewal=renewals.renewal_of(session, certificate),
        states=STATES,
        tones=TONES,
        **shown(certificate),
    )


@bp.get("/certificates/<code>/pdf", defaults={"lang": ""})
@bp.get("/certificates/<code>/<any(zh, en):lang>.pdf", endpoint="pdf_in")
@requires(Permission.CERTIFICATE_READ)
def pdf(code: str, lang: str) -> ResponseReturnValue:
    """Send the PDF file in the wanted language, by default the page's."""
    certificate = certificate_of(code)
    if certificate.revoked_at is not None:
        raise InvalidTransitionError
    lang = lang if lang in LANGUAGES else language()
    values, name = documents.values_of(certificate, lang), documents.file_name(certificate, lang)
    db.session.rollback()  # drawing takes its time: nothing is held meanwhile
    try:
        data = documents.render(values)
    except PdfError as fault:
        log.warning("no PDF of %s: %s", code, fault)
        return _without_pdf(certificate_of(code), fault)
    return send_file(io.BytesIO(data), "application/pdf", as_attachment=True, download_name=name)


@bp.get("/certificates/<code>/print")
@requires(Permission.CERTIFICATE_READ)
def print_view(code: str) -> ResponseReturnValue:
    """Show a certificate as a page to print, for where no PDF can be made."""
    return render_template("certificates/print.html", **shown(certificate_of(code)))


@bp.route("/certificates/<code>/revoke", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_REVOKE)
def revoke(code: str) -> ResponseReturnValue:
    """Ask for the reason, then revoke."""
    certificate = certificate_of(code)
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
    return render_form("certificates/revoke.html", form, **shown(certificate))


def _without_pdf(certificate: Certificate, fault: PdfError) -> ResponseReturnValue:
    """Say what to do where the machine can make no PDF: the command for those who may run it."""
    is_missing = isinstance(fault, PdfUnavailableError)
    command = fault.command if isinstance(fault, PdfUnavailableError) else None
    return (
        render_template(
            "certificates/no_pdf.html",
            command=command if Right.ADMIN in current_user.rights else None,
            is_missing=is_missing,
            **shown(certificate),
        ),
        503,
    )
