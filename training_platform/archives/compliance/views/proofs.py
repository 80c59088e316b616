"""Proofs of a day: asking for one, and its documents."""

from io import BytesIO

from flask import redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.archives.compliance import documents, queries, services
from training_platform.archives.compliance.exports import MEDIA_TYPES, XLSX
from training_platform.archives.compliance.forms import ProofForm
from training_platform.archives.compliance.models import ComplianceProof
from training_platform.archives.compliance.rules import Worth
from training_platform.archives.compliance.texts import shared_words
from training_platform.archives.compliance.views.base import bp
from training_platform.core import clock, files
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.files import StoredFile
from training_platform.core.forms import already_led_to, remember
from training_platform.core.i18n import pick
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import load, render_form, requires
from training_platform.curricula.models import Course
from training_platform.curricula.queries.team import departments_in_reach
from training_platform.people.queries import job_roles

SHOWN = 200


@bp.get("/archives/compliance/proofs")
@requires(Permission.COMPLIANCE_MANAGE)
def proofs() -> ResponseReturnValue:
    """List the proofs that were made."""
    page = paginate(db.session(), queries.proofs())
    return render_template("archives/compliance/proofs.html", page=page)


@bp.route("/archives/compliance/proofs/new", methods=["GET", "POST"])
@requires(Permission.COMPLIANCE_MANAGE)
def new_proof() -> ResponseReturnValue:
    """Ask for the proof of a day."""
    form = ProofForm(day=clock.today())
    _offer(form, db.session())
    if form.validate_on_submit():
        try:
            with transaction() as session:
                address = _make(session, form)
        except RuleError as error:
            form.refuse(error)
        else:
            return redirect(address, 303)
    return render_form("archives/compliance/new_proof.html", form)


def _make(session: Session, form: ProofForm) -> str:
    if earlier := already_led_to(session, current_user.id, form.once.data):
        return earlier
    made = services.make_proof(session, current_user, form.claim)
    address = f"/archives/compliance/proofs/{made.id}"
    remember(session, current_user.id, form.once.data, address)
    return address


def _offer(form: ProofForm, session: Session) -> None:
    courses = session.execute(select(Course.id, Course.title).order_by(Course.id))
    departments = departments_in_reach(session, current_user)
    form.offer(
        [(row.id, pick(row.title)) for row in courses],
        [(role.id, pick(role.name)) for role in job_roles(session)],
        [(str(id_), pick(name)) for id_, name in departments],
    )


@bp.get("/archives/compliance/proofs/<int:proof_id>")
@requires(Permission.COMPLIANCE_MANAGE)
def proof(proof_id: int) -> ResponseReturnValue:
    """Show a proof: first who did not hold the certificate."""
    found = load(ComplianceProof, proof_id)
    is_missing = request.args.get("show") != "held"
    rows = [row for row in found.rows if (row["worth"] != Worth.VALID.value) is is_missing]
    return render_template(
        "archives/compliance/proof.html",
        proof=found,
        rows=rows[:SHOWN],
        people=queries.ids_by_number(db.session(), [row["number"] for row in rows[:SHOWN]]),
        count=len(rows),
        is_missing=is_missing,
        **shared_words(),
    )


@bp.get("/archives/compliance/proofs/<int:proof_id>/pdf")
@requires(Permission.COMPLIANCE_MANAGE)
def proof_pdf(proof_id: int) -> ResponseReturnValue:
    """Give the document of a proof, once it is drawn."""
    found = load(ComplianceProof, proof_id)
    stored = db.session.get(StoredFile, found.pdf_id) if found.pdf_id else None
    if stored is None:
        raise NotFoundError
    return files.respond(stored)


@bp.get("/archives/compliance/proofs/<int:proof_id>/xlsx")
@requires(Permission.COMPLIANCE_MANAGE)
def proof_xlsx(proof_id: int) -> ResponseReturnValue:
    """Give the rows of a proof as a spreadsheet."""
    found = load(ComplianceProof, proof_id)
    if found.is_erased:
        raise NotFoundError
    return send_file(
        BytesIO(documents.proof_xlsx(found)),
        mimetype=MEDIA_TYPES[XLSX],
        as_attachment=True,
        download_name=documents.proof_name(found, "xlsx"),
    )
