"""Drawing the document of a proof: after the answer, once."""

from collections.abc import Mapping
from typing import Any

from training_platform.archives.compliance import documents
from training_platform.archives.compliance.models import ComplianceProof
from training_platform.core import files, signing
from training_platform.core.db import reading, writing
from training_platform.core.jobs import JobContext, job


@job("compliance.draw_proof")
def draw_proof(_context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Draw and sign a proof's PDF and keep it; a proof that has one keeps it."""
    with reading() as session:
        proof = session.get_one(ComplianceProof, payload["proof_id"])
        if proof.pdf_id is not None:
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
