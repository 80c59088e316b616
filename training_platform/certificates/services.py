"""What is done to certificates: issuing, revoking."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from training_platform.certificates import codes
from training_platform.certificates.models import Certificate
from training_platform.core import audit, clock
from training_platform.core.db import expect_version, fetch
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.permissions import SYSTEM, Permission, Person, authorize
from training_platform.core.text import pinyin
from training_platform.notices import services as notices
from training_platform.people.models import Employee
from training_platform.records import services as records
from training_platform.records.rules import Kind


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


_HOLDER = select(Employee.name, Employee.name_latin).where(Employee.id == bindparam("employee_id"))
_CYCLES = (
    select(Certificate.id, Certificate.cycle, Certificate.valid_until, Certificate.revoked_at)
    .where(
        Certificate.employee_id == bindparam("employee_id"),
        Certificate.kind == bindparam("kind"),
        Certificate.subject == bindparam("subject"),
    )
    .order_by(Certificate.cycle.desc())
)


def issue(
    session: Session,
    employee_id: int,
    kind: str,
    subject: str,
    title: Mapping[str, str],
    *,
    band: str,
    significant_revision: int,
    valid_until: date | None,
    cycle: int = 1,
    details: Mapping[str, Any] | None = None,
) -> Certificate | None:
    """Issue a certificate, once per person, kind, subject and cycle; None if it stands already.

    Recorded, told by notice and mail. details are what else the document says: level,
    competencies ({zh, en}), minutes, company, signatures.
    """
    records.lock_chain(session, employee_id)  # two at once: one waits, then finds it issued
    if _stands(session, employee_id, kind, subject, cycle):
        return None
    employee = fetch(session, _HOLDER, {"employee_id": employee_id}).one()
    certificate = Certificate(
        code=codes.new_code(),
        employee_id=employee_id,
        kind=kind,
        subject=subject,
        cycle=cycle,
        title=dict(title),
        holder_name=employee.name,
        holder_name_latin=employee.name_latin or pinyin(employee.name),
        band=str(band),
        significant_revision=significant_revision,
        issued_on=clock.today(),
        valid_until=valid_until,
        issued_at=clock.now(),
        details=dict(details or {}),
    )
    session.add(certificate)
    session.flush()
    audit.record(session, SYSTEM, "certificates.issue", certificate)
    record_and_tell(session, certificate, Kind.CERTIFICATE_ISSUED, outcome=str(band))
    return certificate


def revoke(
    session: Session,
    certificate: Certificate,
    actor: Person,
    reason: str,
    expected_version: int,
) -> None:
    """Revoke a certificate for good: recorded, told to its holder by notice and mail.

    Raises ConflictError, RuleError without a reason, InvalidTransitionError where it is revoked
    already, and NotPermittedError.
    """
    authorize(actor, certificate, Permission.CERTIFICATE_REVOKE)
    expect_version(certificate, expected_version)
    if certificate.revoked_at is not None:
        raise InvalidTransitionError
    if not reason.strip():
        raise RuleError(_("Write why the certificate is revoked."), field="reason")
    certificate.revoked_at = clock.now()
    certificate.revoked_by_id = actor.id
    certificate.revoke_reason = reason
    session.flush()  # a lost race ends here, before anything is told
    audit.record(session, actor, "certificates.revoke", certificate)
    record_and_tell(session, certificate, Kind.CERTIFICATE_REVOKED, reason=reason)


def next_cycle(session: Session, employee_id: int, kind: str, subject: str) -> int:
    """Return the cycle that a certificate issued today belongs to.

    A further one begins only when the last has expired; a revoked one is not replaced by itself.
    """
    last = fetch(
        session, _CYCLES, {"employee_id": employee_id, "kind": kind, "subject": subject}
    ).first()
    if last is None:
        return 1
    is_over = last.valid_until is not None and clock.today() > last.valid_until
    return int(last.cycle + 1 if is_over and last.revoked_at is None else last.cycle)


def count_of(session: Session, employee_id: int) -> int:
    """Return how many certificates somebody holds that are not revoked."""
    found = select(func.count()).where(
        Certificate.employee_id == employee_id, Certificate.revoked_at.is_(None)
    )
    return session.scalar(found) or 0


def _stands(session: Session, employee_id: int, kind: str, subject: str, cycle: int) -> bool:
    found = fetch(session, _CYCLES, {"employee_id": employee_id, "kind": kind, "subject": subject})
    return any(each.cycle == cycle for each in found.all())


def record_and_tell(session: Session, certificate: Certificate, kind: Kind, **values: Any) -> None:
    """Record what happened to a certificate and tell its holder by notice and mail, once a kind."""
    _record(session, certificate, kind, **values)
    _notify(session, certificate, kind, **values)


def _record(session: Session, certificate: Certificate, kind: Kind, **values: Any) -> None:
    until = certificate.valid_until
    records.append_id(
        session,
        certificate.employee_id,
        kind,
        certificate.subject,
        source=f"certificates:{kind}:{certificate.id}",
        title=certificate.title,
        code=certificate.code,
        valid_until=until.isoformat() if until else None,
        href=f"/certificates/{certificate.code}",
        **values,
    )


def _notify(session: Session, certificate: Certificate, kind: Kind, **values: Any) -> None:
    notices.notify(
        session,
        certificate.employee_id,
        str(kind),
        key=f"certificates:{kind}:{certificate.id}",
        href=f"/certificates/{certificate.code}",
        by_mail=True,
        title=certificate.title,
        code=certificate.code,
        **values,
    )
