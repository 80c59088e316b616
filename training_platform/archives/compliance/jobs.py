"""Work of compliance for the queue: the document of a proof, large exports of the matrix."""

from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale

from training_platform.archives.compliance import documents, exports
from training_platform.archives.compliance.models import ComplianceProof
from training_platform.archives.compliance.queries import Wanted
from training_platform.core import files, signing
from training_platform.core.db import reading, writing
from training_platform.core.jobs import JobContext, job


@job("compliance.draw_proof")
def draw_proof(_context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Draw and sign a proof's PDF and keep it; a proof that has one keeps it."""
    with reading() as session:
        proof = session.get_one(ComplianceProof, payload["proof_id"])
        if proof.pdf_id is not None or proof.is_erased:
            return None
        values, name = documents.values_of(proof), documents.proof_name(proof, "pdf")
        reason, made_at = f"proof:{proof.id}", proof.made_at
    data = signing.sign(documents.proof_pdf(values), reason=reason, at=made_at)
    with writing() as session:
        proof = session.get_one(ComplianceProof, payload["proof_id"], with_for_update=True)
        if proof.pdf_id is None:
            stored = files.store(
                session,
                data,
                name=name,
                media_type="application/pdf",
                purpose="compliance_proof",
                owner_id=proof.made_by_id,
            )
            proof.pdf_id = stored.id
    return {"bytes": len(data)}


@job(exports.JOB)
def make_export(context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make the file of a large export, once however often the job comes."""
    order = exports.Order(Wanted(**payload["wanted"]), payload["format"], payload["locale"])
    with force_locale(order.locale):
        made = exports.make(context.job_id, payload["owner_id"], order, context.progress)
    return {"rows": made}
