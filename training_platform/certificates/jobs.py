"""Work of the certificates for the queue: tidying up, reminding, superseding, batches."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.certificates import batches, documents, reactions, renewals, renewing
from training_platform.certificates.models import Certificate, CertificateBatch
from training_platform.core import clock, jobs, pdf
from training_platform.core.db import reading, writing
from training_platform.curricula.events import CourseCompleted
from training_platform.curricula.models import Course

log = logging.getLogger(__name__)

BATCH = 50
#: After so many certificates of a batch its page hears how far it is.
TELL_EVERY = 5


@jobs.job("certificates.forget_files", every_seconds=6 * 3600)
def forget_files(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remove PDF files that were kept for more than a day."""
    return {"removed": documents.forget_old()}


@jobs.job("certificates.remind", every_seconds=24 * 3600)
def remind(context: jobs.JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remind holders before their certificates end, and open the renewals."""
    with writing() as session:
        ids = renewals.ending_soon(session, renewing.current_policy(session))

    def run(session: Session, certificate: Certificate) -> None:
        renewing.remind(session, certificate, renewing.current_policy(session))

    return _each(context, ids, run)


@jobs.job("certificates.supersede")
def supersede(context: jobs.JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Supersede the certificates of a course that stand for an older significant revision."""
    with writing() as session:
        course = session.get(Course, payload["course_id"])
        # A later revision has its own job; an older one, delivered late, has nothing to say.
        is_current = (
            course is not None and course.significant_revision == payload["significant_revision"]
        )
        ids = session.scalars(
            renewals.newest("course").where(
                Certificate.subject == payload["course_id"],
                Certificate.significant_revision < payload["significant_revision"],
                Certificate.valid_until.is_(None) | (Certificate.valid_until >= clock.today()),
            )
        ).all()

    def run(session: Session, certificate: Certificate) -> None:
        grace_days = renewing.current_policy(session).grace_days
        course = session.get_one(Course, certificate.subject)
        renewing.supersede(session, certificate, course, grace_days)

    return _each(context, ids if is_current else [], run)


@jobs.job(batches.ISSUE_PART)
def issue_part(context: jobs.JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Issue and draw the certificates of a part of a batch, each once, however often it runs."""
    with writing() as session:
        batch = session.get_one(CertificateBatch, payload["batch_id"])
        course_id, ids = batch.course_id, list(batches.part_of(batch, payload["part"]))
    undrawn = 0
    for done, employee_id in enumerate(ids, start=1):
        with writing() as session:
            if batches.may_issue_to(session, course_id, employee_id):
                reactions.issue_for_course(session, CourseCompleted(employee_id, course_id))
        undrawn += not _draw(employee_id, course_id)
        if done % TELL_EVERY == 0 or done == len(ids):
            context.progress(done, len(ids))
    return {"people": len(ids), "undrawn": undrawn}


def _draw(employee_id: int, course_id: str) -> bool:
    """Draw and sign the file ahead of its first download; tell whether it could be made."""
    with reading() as session:
        certificate = session.scalars(
            select(Certificate).where(
                Certificate.employee_id == employee_id,
                Certificate.kind == "course",
                Certificate.subject == course_id,
                Certificate.revoked_at.is_(None),
            )
        ).first()
        if certificate is None:
            return True
        lang = certificate.employee.locale or current_app.config["DEFAULT_LOCALE"]
        values = documents.values_of(certificate, lang)
    try:
        documents.render(values)
    except pdf.PdfError as fault:
        log.warning("no PDF of %s: %s", values["code"], fault)
        return False
    return True


def _each(
    context: jobs.JobContext, ids: Sequence[int], run: Callable[[Session, Certificate], None]
) -> Mapping[str, Any]:
    for start in range(0, len(ids), BATCH):
        with writing() as session:
            for ident in ids[start : start + BATCH]:
                run(session, session.get_one(Certificate, ident))
        context.progress(min(start + BATCH, len(ids)), len(ids))
    return {"certificates": len(ids)}
