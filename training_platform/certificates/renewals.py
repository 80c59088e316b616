"""Selects over renewals: what is to be passed again, and what of it is done. No writes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from training_platform.certificates.models import Certificate, CertificatePolicy, CertificateRenewal
from training_platform.certificates.rules import RenewalReason
from training_platform.core import clock
from training_platform.people.models import Employee, EmployeeStatus
from training_platform.quizzes.models import Paper
from training_platform.records.models import TrainingRecord
from training_platform.records.queries.subjects import IS_VOID
from training_platform.records.rules import Kind

#: After its end the holder is told once; what ended longer ago is left alone.
TELL_AFTER_END = timedelta(days=30)


@dataclass(frozen=True)
class OpenRenewal:
    """What somebody is to pass again, until when, and what of it is done."""

    certificate_id: int
    code: str
    title: Mapping[str, str]
    reason: RenewalReason
    is_delta: bool
    due_on: date
    papers: Sequence[tuple[str, Mapping[str, str], bool]]
    #: course or curriculum, and which one.
    kind: str
    subject: str

    @property
    def next_paper(self) -> str | None:
        """Return the first paper that is still to be passed."""
        return next((paper_id for paper_id, _title, done in self.papers if not done), None)


def open_renewals(session: Session, employee_id: int) -> list[OpenRenewal]:
    """Return what somebody is to renew, the nearest end first."""
    rows = session.execute(
        select(
            CertificateRenewal,
            Certificate.code,
            Certificate.title,
            Certificate.kind,
            Certificate.subject,
        )
        .join(Certificate, Certificate.id == CertificateRenewal.certificate_id)
        .where(CertificateRenewal.employee_id == employee_id, CertificateRenewal.done_at.is_(None))
        .order_by(CertificateRenewal.due_on, CertificateRenewal.id)
    ).all()
    wanted = {paper_id for row in rows for paper_id in row[0].papers}
    titles = {
        row.id: row.title
        for row in session.execute(select(Paper.id, Paper.title).where(Paper.id.in_(wanted)))
    }
    passed = passed_since(session, employee_id, wanted)
    return [
        OpenRenewal(
            renewal.certificate_id,
            code,
            title,
            renewal.reason,
            renewal.is_delta,
            renewal.due_on,
            [
                (each, titles.get(each, {}), _is_passed(passed, each, renewal.opened_at))
                for each in renewal.papers
            ],
            kind,
            subject,
        )
        for renewal, code, title, kind, subject in rows
    ]


def renewal_of(session: Session, certificate: Certificate) -> OpenRenewal | None:
    """Return what renews a certificate, if that is open."""
    found = open_renewals(session, certificate.employee_id)
    return next((each for each in found if each.certificate_id == certificate.id), None)


def passed_since(
    session: Session, employee_id: int, papers: Collection[str]
) -> Mapping[str, datetime]:
    """Return when somebody last passed each of these papers, as the records say."""
    if not papers:
        return {}
    rows = session.execute(
        select(TrainingRecord.subject, func.max(TrainingRecord.happened_at).label("at"))
        .where(
            TrainingRecord.employee_id == employee_id,
            TrainingRecord.kind == Kind.QUIZ_PASSED.value,
            TrainingRecord.subject.in_(sorted(papers)),
            ~IS_VOID,
        )
        .group_by(TrainingRecord.subject)
    )
    return {row.subject: row.at for row in rows}


def is_renewed(session: Session, renewal: CertificateRenewal) -> bool:
    """Tell whether everything that a renewal asks for was passed since it was opened."""
    passed = passed_since(session, renewal.employee_id, renewal.papers)
    return all(_is_passed(passed, each, renewal.opened_at) for each in renewal.papers)


def _is_passed(passed: Mapping[str, datetime], paper_id: str, since: datetime) -> bool:
    return paper_id in passed and passed[paper_id] >= since


def ending_soon(session: Session, policy: CertificatePolicy) -> Sequence[int]:
    """Return the certificates whose holders may have to be reminded today, or told of the end."""
    until = clock.today() + timedelta(days=max(policy.reminder_days))
    ending = Certificate.valid_until.between(clock.today() - TELL_AFTER_END, until)
    return session.scalars(newest("course", "curriculum").where(ending)).all()


def newest(*kinds: str) -> Select[int]:
    """Return the select of certificates of some kinds that no later cycle has followed."""
    later = aliased(Certificate)
    return (
        select(Certificate.id)
        .join(Employee, Employee.id == Certificate.employee_id)
        .where(
            Certificate.kind.in_(kinds),
            Certificate.revoked_at.is_(None),
            Employee.status != EmployeeStatus.LEFT,
            ~select(later.id)
            .where(
                later.employee_id == Certificate.employee_id,
                later.kind == Certificate.kind,
                later.subject == Certificate.subject,
                later.cycle > Certificate.cycle,
            )
            .exists(),
        )
        .order_by(Certificate.id)
    )
