"""What is done so that certificates go on: reminding, superseding, renewing, and their policy."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from training_platform.certificates import details, renewals, services
from training_platform.certificates.models import (
    Certificate,
    CertificatePolicy,
    CertificateRenewal,
)
from training_platform.certificates.rules import (
    RenewalReason,
    best_band,
    due_reminder,
    renewed_until,
    superseded_day,
)
from training_platform.content.queries import revision_data
from training_platform.core import audit, clock
from training_platform.core.db import expect_version, fetch
from training_platform.core.errors import RuleError
from training_platform.core.permissions import SYSTEM, Permission, Person, authorize
from training_platform.curricula.models import Course
from training_platform.notices import services as notices
from training_platform.quizzes import services as quizzes
from training_platform.records.queries import values_of
from training_platform.records.rules import Kind

POLICY_ID = 1
GRACE_DAYS, REMINDER_DAYS = 30, (60, 30, 7)
MOST_REMINDERS, MOST_DAYS = 5, 365
_OPEN = select(CertificateRenewal.id, CertificateRenewal.papers).where(
    CertificateRenewal.employee_id == bindparam("employee_id"),
    CertificateRenewal.done_at.is_(None),
)


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def current_policy(session: Session) -> CertificatePolicy:
    """Return the policy; the standing one where nobody has changed it."""
    return session.get(CertificatePolicy, POLICY_ID) or CertificatePolicy(
        id=POLICY_ID, grace_days=GRACE_DAYS, reminder_days=list(REMINDER_DAYS), version=0
    )


def edit_policy(
    session: Session,
    actor: Person,
    grace_days: int,
    reminder_days: Sequence[int],
    expected_version: int,
) -> None:
    """Change how long people have; what runs already keeps its days.

    Raises ConflictError, NotPermittedError, and RuleError for days that are none.
    """
    authorize(actor, None, Permission.CERTIFICATE_REVOKE)
    days = sorted(set(reminder_days), reverse=True)
    if not 1 <= len(days) <= MOST_REMINDERS or not all(1 <= each <= MOST_DAYS for each in days):
        raise RuleError(_("Give one to five numbers of days, each from 1 to 365."), field="days")
    policy = current_policy(session)
    expect_version(policy, expected_version)
    policy.grace_days, policy.reminder_days = grace_days, days
    if not policy.version:
        policy.version = 1
        session.add(policy)
    session.flush()
    audit.record(session, actor, "certificates.edit_policy", policy, grace=grace_days, days=days)


def remind(session: Session, certificate: Certificate, policy: CertificatePolicy) -> None:
    """Open the renewal of a certificate that ends soon, and tell its holder, once a threshold.

    After its end the holder is told once more; the renewal stays open.
    """
    today, last_day = clock.today(), certificate.life.last_day
    if certificate.revoked_at is not None or last_day is None:
        return
    reminder = due_reminder(last_day, today, policy.reminder_days)
    if reminder is None and last_day >= today:
        return
    course = session.get(Course, certificate.subject)
    if course is not None and not course.is_withdrawn and certificate.superseded_from is None:
        _open(session, certificate, course, RenewalReason.EXPIRY, last_day)
    kind = "certificate_expired" if reminder is None else "certificate_expiring"
    notices.notify(
        session,
        certificate.employee_id,
        kind,
        key=f"certificates:{certificate.id}:{last_day.isoformat()}:{reminder or 'over'}",
        href=f"/certificates/{certificate.code}",
        by_mail=True,
        title=certificate.title,
        due=last_day.isoformat(),
    )


def supersede(session: Session, certificate: Certificate, course: Course, grace_days: int) -> None:
    """Let a certificate count no longer than its grace: the course changed in what matters.

    Recorded, told to its holder, and the renewal is opened: the delta quiz that the course names,
    else its own. Doing it again for the same revision changes nothing.
    """
    first_day = superseded_day(clock.today(), grace_days)
    if certificate.superseded_from is None or certificate.superseded_from > first_day:
        certificate.superseded_from = first_day
        session.flush()
    last_day = certificate.life.last_day or first_day
    if _open(session, certificate, course, RenewalReason.REVISION, last_day) is None:
        return
    audit.record(
        session, SYSTEM, "certificates.supersede", certificate, revision=course.significant_revision
    )
    services.record_and_tell(
        session, certificate, Kind.CERTIFICATE_SUPERSEDED, due=last_day.isoformat()
    )


def renew_after(session: Session, employee_id: int, paper_id: str) -> None:
    """Issue what a passed quiz renews: the next cycle of each certificate that waited for it."""
    waiting = fetch(session, _OPEN, {"employee_id": employee_id}).all()
    ids = [row.id for row in waiting if paper_id in row.papers]
    if not ids:  # nearly always
        return
    found = session.scalars(
        select(CertificateRenewal)
        .where(CertificateRenewal.id.in_(ids), CertificateRenewal.done_at.is_(None))
        .order_by(CertificateRenewal.is_delta, CertificateRenewal.id)
        .with_for_update()
    ).all()
    for renewal in found:
        if renewal.done_at is None and renewals.is_renewed(session, renewal):
            _renew(session, renewal)


def close_renewals(session: Session, certificate: Certificate) -> None:
    """End what is open for a certificate: it was renewed or revoked."""
    for each in session.scalars(
        select(CertificateRenewal).where(
            CertificateRenewal.certificate_id == certificate.id,
            CertificateRenewal.done_at.is_(None),
        )
    ):
        each.done_at = clock.now()
    session.flush()


def papers_of(course: Course | Row[Any]) -> list[str]:
    """Return the papers that a course's certificate stands on."""
    found = {each["paper"] for each in course.complete_when if "paper" in each}
    return sorted(found | ({course.paper_id} if course.paper_id else set()))


def _open(
    session: Session, certificate: Certificate, course: Course, reason: RenewalReason, due_on: date
) -> CertificateRenewal | None:
    """Open a renewal, once; None where it stands, or where there is nothing to pass."""
    delta = None
    if reason is RenewalReason.REVISION:
        delta = revision_data(session, course.revision_id).get("delta_paper")
    papers = [delta] if delta else papers_of(course)
    stands = session.scalar(
        select(CertificateRenewal.id).where(
            CertificateRenewal.certificate_id == certificate.id,
            CertificateRenewal.reason == reason,
            CertificateRenewal.significant_revision == course.significant_revision,
        )
    )
    if stands or not papers:
        return None
    renewal = CertificateRenewal(
        certificate_id=certificate.id,
        employee_id=certificate.employee_id,
        reason=reason,
        papers=papers,
        significant_revision=course.significant_revision,
        is_delta=bool(delta),
        opened_at=clock.now(),
        due_on=due_on,
    )
    session.add(renewal)
    session.flush()
    for paper_id in papers:
        source = f"certificates:renewal:{renewal.id}:{paper_id}"
        quizzes.open_anew(session, certificate.employee_id, paper_id, source)
    return renewal


def _renew(session: Session, renewal: CertificateRenewal) -> None:
    old = session.get_one(Certificate, renewal.certificate_id)
    course = session.get_one(Course, old.subject)
    if old.revoked_at is not None:
        return
    passed = [
        values
        for paper_id in renewal.papers
        for values in values_of(session, old.employee_id, Kind.QUIZ_PASSED, paper_id)[-1:]
    ]
    services.issue(
        session,
        old.employee_id,
        old.kind,
        old.subject,
        course.title,
        band=old.band if renewal.is_delta else best_band(passed),
        significant_revision=renewal.significant_revision,
        valid_until=renewed_until(
            old.valid_until, clock.today(), course.refresher_months, is_delta=renewal.is_delta
        ),
        cycle=old.cycle + 1,
        details=details.of_course(session, old.employee_id, course),
    )
    close_renewals(session, old)
