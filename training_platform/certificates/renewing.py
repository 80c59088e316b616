"""What is done so that certificates go on: reminding, superseding, renewing, and their policy."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from training_platform.certificates import details, renewals, required, services
from training_platform.certificates.models import (
    Certificate,
    CertificatePolicy,
    CertificateRenewal,
)
from training_platform.certificates.rules import (
    Band,
    RenewalReason,
    best_band,
    due_reminder,
    refreshed_until,
    renewed_until,
    superseded_day,
)
from training_platform.content.queries import revision_data
from training_platform.core import audit, clock
from training_platform.core.db import expect_version, fetch
from training_platform.core.errors import RuleError
from training_platform.core.permissions import SYSTEM, Permission, Person, authorize
from training_platform.curricula.models import Course, Curriculum, Lesson, LessonProgress
from training_platform.curricula.services import begin_retraining, end_retraining
from training_platform.notices import services as notices
from training_platform.people.models import Employee
from training_platform.quizzes import services as quizzes
from training_platform.records.queries import values_of
from training_platform.records.rules import Kind

POLICY_ID = 1
GRACE_DAYS, REMINDER_DAYS = 30, (60, 30, 7)
MOST_REMINDERS, MOST_DAYS = 5, 365
COURSE, CURRICULUM = "course", "curriculum"
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
    if certificate.kind == CURRICULUM:
        if _open_for_curriculum(session, certificate, last_day):
            return  # everything was proven anew meanwhile: the next cycle stands
    else:
        course = session.get(Course, certificate.subject)
        if course is not None and not course.is_withdrawn and certificate.superseded_from is None:
            _open_for_course(session, certificate, course, RenewalReason.EXPIRY, last_day)
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
    else its own, else its lessons. Doing it again for the same revision changes nothing.
    """
    first_day = superseded_day(clock.today(), grace_days)
    if certificate.superseded_from is None or certificate.superseded_from > first_day:
        certificate.superseded_from = first_day
        session.flush()
    last_day = certificate.life.last_day or first_day
    if not _open_for_course(session, certificate, course, RenewalReason.REVISION, last_day):
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


def renew_after_lesson(session: Session, employee_id: int, lesson_id: str) -> None:
    """Issue what going through a course again renews, where no quiz asks for anything."""
    waiting = fetch(session, _OPEN, {"employee_id": employee_id}).all()
    ids = [row.id for row in waiting if not row.papers]
    if not ids:  # nearly always
        return
    course_id = session.scalar(select(Lesson.course_id).where(Lesson.id == lesson_id))
    found = session.scalars(
        select(CertificateRenewal)
        .join(Certificate, Certificate.id == CertificateRenewal.certificate_id)
        .where(
            CertificateRenewal.id.in_(ids),
            CertificateRenewal.done_at.is_(None),
            Certificate.kind == COURSE,
            Certificate.subject == course_id,
        )
        .order_by(CertificateRenewal.id)
        .with_for_update(of=CertificateRenewal)
    ).all()
    if not found or _lessons_left(session, employee_id, course_id or ""):
        return
    end_retraining(session, employee_id, [course_id or ""])
    for renewal in found:
        if renewal.done_at is None:
            _renew(session, renewal)


def renew_refreshed(session: Session, employee_id: int, course_id: str, passed_on: date) -> None:
    """Issue the next cycle of the certificate that a passed refresher refreshes, once.

    Nothing follows where none is held, where it was revoked, does not end, or was issued on that
    day or later, and where the course asks for more than the one quiz that was passed.
    """
    old = session.scalars(
        select(Certificate)
        .where(
            Certificate.employee_id == employee_id,
            Certificate.kind == COURSE,
            Certificate.subject == course_id,
        )
        .order_by(Certificate.cycle.desc())
        .limit(1)
    ).first()
    if old is None or old.revoked_at is not None or old.life.last_day is None:
        return
    course = session.get_one(Course, course_id)
    papers = papers_of(course)
    if old.issued_on >= passed_on or len(papers) != 1:
        return
    until = refreshed_until(old.valid_until, clock.today(), course.refresher_months)
    _issue_next_of_course(session, old, course, papers, until)


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


def _open_for_course(
    session: Session, certificate: Certificate, course: Course, reason: RenewalReason, due_on: date
) -> bool:
    """Open a renewal, once; tell whether it is new. Without a quiz the lessons are open anew."""
    delta = None
    if reason is RenewalReason.REVISION:
        delta = revision_data(session, course.revision_id).get("delta_paper")
    renewal = CertificateRenewal(
        reason=reason,
        papers=[delta] if delta else papers_of(course),
        significant_revision=course.significant_revision,
        is_delta=bool(delta),
        due_on=due_on,
    )
    if not _open(session, certificate, renewal):
        return False
    if not renewal.papers:
        begin_retraining(session, certificate.employee_id, course.id)
    return True


def _open_for_curriculum(session: Session, certificate: Certificate, due_on: date) -> bool:
    """Open the renewal of a curriculum's certificate; tell whether it was renewed at once.

    Asked for are the quizzes of the required courses that were not proven anew since it was
    issued. Whoever has another job role by now is asked for nothing: it ends.
    """
    employee = session.get_one(Employee, certificate.employee_id)
    if employee.job_role_id != certificate.subject:
        return False
    courses = required.courses(session, certificate.subject)
    renewed = required.renewed_since(session, certificate)
    papers = {each for row in courses if row.id not in renewed for each in papers_of(row)}
    if not papers and not renewed:
        return False
    renewal = CertificateRenewal(
        reason=RenewalReason.EXPIRY,
        papers=sorted(papers),
        significant_revision=certificate.significant_revision,
        is_delta=False,
        due_on=due_on,
    )
    if _open(session, certificate, renewal) and not papers:
        _renew(session, renewal)
        return True
    return False


def _open(session: Session, certificate: Certificate, renewal: CertificateRenewal) -> bool:
    """Keep a renewal unless it stands, and let its papers count anew."""
    stands = session.scalar(
        select(CertificateRenewal.id).where(
            CertificateRenewal.certificate_id == certificate.id,
            CertificateRenewal.reason == renewal.reason,
            CertificateRenewal.significant_revision == renewal.significant_revision,
        )
    )
    if stands:
        return False
    renewal.certificate_id, renewal.employee_id = certificate.id, certificate.employee_id
    renewal.opened_at = clock.now()
    session.add(renewal)
    session.flush()
    for paper_id in renewal.papers:
        source = f"certificates:renewal:{renewal.id}:{paper_id}"
        quizzes.open_anew(session, certificate.employee_id, paper_id, source)
    return True


def _lessons_left(session: Session, employee_id: int, course_id: str) -> bool:
    """Tell whether a lesson of a course is open for somebody."""
    is_finished = (
        select(LessonProgress.lesson_id)
        .where(
            LessonProgress.lesson_id == Lesson.id,
            LessonProgress.employee_id == employee_id,
            LessonProgress.finished_at.is_not(None),
        )
        .exists()
    )
    left = select(Lesson.id).where(
        Lesson.course_id == course_id, Lesson.is_withdrawn.is_(False), ~is_finished
    )
    return session.scalar(left.limit(1)) is not None


def _renew(session: Session, renewal: CertificateRenewal) -> None:
    old = session.get_one(Certificate, renewal.certificate_id)
    if old.revoked_at is not None:
        return
    if old.kind == CURRICULUM:
        _issue_next_of_curriculum(session, old)
        return
    course = session.get_one(Course, old.subject)
    until = renewed_until(
        old.valid_until, clock.today(), course.refresher_months, is_delta=renewal.is_delta
    )
    _issue_next_of_course(session, old, course, renewal.papers, until, renewal=renewal)


def _issue_next_of_course(
    session: Session,
    old: Certificate,
    course: Course,
    papers: Sequence[str],
    valid_until: date | None,
    *,
    renewal: CertificateRenewal | None = None,
) -> None:
    passed = [
        values
        for paper_id in papers
        for values in values_of(session, old.employee_id, Kind.QUIZ_PASSED, paper_id)[-1:]
    ]
    keeps_band = not papers or (renewal is not None and renewal.is_delta)
    services.issue(
        session,
        old.employee_id,
        old.kind,
        old.subject,
        course.title,
        band=old.band if keeps_band else best_band(passed),
        significant_revision=(renewal or course).significant_revision,
        valid_until=valid_until,
        cycle=old.cycle + 1,
        details=details.of_course(session, old.employee_id, course),
    )
    close_renewals(session, old)


def _issue_next_of_curriculum(session: Session, old: Certificate) -> None:
    months = required.months(session, old.subject)
    courses = required.courses(session, old.subject)
    services.issue(
        session,
        old.employee_id,
        old.kind,
        old.subject,
        session.get_one(Curriculum, old.subject).title,
        band=Band.PASS,
        significant_revision=old.significant_revision,
        valid_until=renewed_until(old.valid_until, clock.today(), months, is_delta=False),
        cycle=old.cycle + 1,
        details=details.of_curriculum(session, old.employee_id, courses),
    )
    close_renewals(session, old)
