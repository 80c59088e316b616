"""What strangers may ask: whether a code or a file is one of ours, and what it proves."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from training_platform.certificates import badges, codes, documents, proofs, queries
from training_platform.certificates.forms import UploadForm
from training_platform.certificates.models import Certificate
from training_platform.certificates.rules import State, state_on
from training_platform.certificates.views.base import bp, shown
from training_platform.core import authority, clock, signing, throttle
from training_platform.core.db import db, writing
from training_platform.core.errors import NotFoundError
from training_platform.core.signing import Proof, Verdict
from training_platform.core.text import mask_name, network_of
from training_platform.core.uploads import takes_file
from training_platform.core.web import public, render_form, see_other

TRIES, MINUTES = 30, 1


@bp.get("/verify/")
@public
def verify_form() -> ResponseReturnValue:
    """Ask anybody for a code or a file."""
    if typed := request.args.get("code", "").strip()[:100]:
        return see_other(".verify", code=codes.parse(typed) or codes.clean(typed) or "-")
    return render_form("certificates/verify_form.html", UploadForm(), plain=True)


@bp.post("/verify/")
@public
@takes_file
def verify_file() -> ResponseReturnValue:
    """Tell anybody what a PDF file proves. The file is read in memory, and nothing of it kept."""
    form = UploadForm()
    if not form.validate_on_submit():
        return render_form("certificates/verify_form.html", form, plain=True)
    _count_try()
    data = form.file.data.stream.read(signing.MOST_BYTES + 1)
    form.file.data.close()
    db.session.rollback()
    proof = signing.examine(data)
    certificate = _certificate_in(proof)
    return render_template(
        "certificates/verify_file.html",
        proof=proof,
        verdict=Verdict,
        plain=True,
        kind=proof.reason.partition(":")[0],
        transcript=proofs.transcript_in(db.session(), proof),
        masked=mask_name(certificate.holder_name) if certificate else "",
        **(shown(certificate) if certificate else {"certificate": None, "state": None}),
    )


@bp.get("/verify/authority.pem")
@public
def authority_file() -> ResponseReturnValue:
    """Send the root certificate, by which any reader of PDF files can check our signatures."""
    headers = {"Content-Disposition": 'attachment; filename="customer-relations-academy.pem"'}
    return Response(
        authority.current().root_pem, mimetype="application/x-pem-file", headers=headers
    )


@bp.get("/verify/<code>/badge.json")
@public
def badge(code: str) -> ResponseReturnValue:
    """Send the Open Badges credential of a certificate that counts today."""
    _count_try()
    certificate = queries.by_code(db.session(), code[:100])
    if certificate is None or state_on(certificate.life, clock.today()) is State.REVOKED:
        raise NotFoundError
    data = badges.as_json(badges.credential(documents.values_of(certificate, "en")))
    headers = {"Content-Disposition": f'inline; filename="badge-{certificate.code[:9]}.json"'}
    return Response(data, mimetype="application/ld+json", headers=headers)


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
    return render_template(
        "certificates/verify.html",
        masked=mask_name(certificate.holder_name),
        plain=True,
        **shown(certificate),
    )


def _certificate_in(proof: Proof) -> Certificate | None:
    """Return the certificate that a genuine file is; None for another document of ours."""
    kind, _colon, code = proof.reason.partition(":")
    if not proof.is_ours or kind != documents.REASON:
        return None
    return queries.by_code(db.session(), code)


def _count_try() -> None:
    """Count this look-up for the network that asks; raise TooManyTriesError beyond the limit.

    In a short transaction of its own: the page itself is a safe request and writes nothing.
    """
    network = network_of(request.remote_addr) or "unknown"
    with writing() as session:
        throttle.check(session, "certificates.verify", network, limit=TRIES, minutes=MINUTES)
        throttle.count(session, "certificates.verify", network)
