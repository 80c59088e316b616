"""Who is told about corrections: the person, human resources, whoever decides."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core.permissions import Right
from training_platform.notices import services as notices
from training_platform.people.models import AccessGrant, Department, Employee, EmployeeStatus
from training_platform.records.corrections import queries
from training_platform.records.corrections.models import RecordCorrection


def tell_of_request(session: Session, found: RecordCorrection) -> None:
    """Tell human resources that somebody asks for a correction."""
    _tell(session, _hr(session), found, "correction_requested", "requested")


def tell_of_proposal(session: Session, found: RecordCorrection) -> None:
    """Tell those who may be the second person that a correction waits for one."""
    deciders = {*_hr(session), *_heads(session, found.employee)} - {found.proposed_by_id}
    _tell(session, sorted(each for each in deciders if each), found, "correction_waits", "waits")


def tell_of_correction(session: Session, found: RecordCorrection) -> None:
    """Tell the person what was corrected, and human resources which certificate rests on it."""
    notices.notify(
        session,
        found.employee_id,
        "record_corrected",
        key=f"records:correction:{found.id}:applied",
        href=_page(found),
        by_mail=True,
        **_values(found),
    )
    if not queries.takes_away(found):
        return
    for data in queries.certificates_on(session, found.record):
        notices.notify_holders(
            session,
            Right.HR,
            "certificate_rests_on_void",
            key=f"records:correction:{found.id}:certificate:{data.get('code', '')}",
            href=str(data.get("href") or _page(found)),
            certificate=data.get("title") or "",
            **_values(found),
        )


def tell_of_refusal(session: Session, found: RecordCorrection) -> None:
    """Tell who asked for it, or proposed it, that a correction was refused, and why."""
    readers = {found.opened_by_id, found.proposed_by_id or found.opened_by_id}
    readers -= {found.decided_by_id}
    for reader in sorted(each for each in readers if each):
        notices.notify(
            session,
            reader,
            "correction_refused",
            key=f"records:correction:{found.id}:refused:{reader}",
            href=_page(found),
            by_mail=True,
            **_values(found),
            reason=found.note,
        )


def _tell(
    session: Session, readers: list[int], found: RecordCorrection, kind: str, step: str
) -> None:
    for reader in readers:
        if reader == found.employee_id:
            continue
        notices.notify(
            session,
            reader,
            kind,
            key=f"records:correction:{found.id}:{step}:{reader}",
            href=_page(found),
            **_values(found),
        )


def _hr(session: Session) -> list[int]:
    return _holders(session, AccessGrant.right == Right.HR)


def _heads(session: Session, employee: Employee) -> list[int]:
    path = session.get_one(Department, employee.department_id).path
    above = [int(part) for part in path.strip("/").split("/") if part]
    is_head = (AccessGrant.right == Right.DEPARTMENT_HEAD) & AccessGrant.department_id.in_(above)
    return _holders(session, is_head)


def _holders(session: Session, condition: Any) -> list[int]:
    found = (
        select(Employee.id)
        .join(AccessGrant, AccessGrant.employee_id == Employee.id)
        .where(condition, Employee.status == EmployeeStatus.ACTIVE)
        .distinct()
        .order_by(Employee.id)
    )
    return list(session.scalars(found))


def _page(found: RecordCorrection) -> str:
    return f"/records/corrections/{found.id}"


def _values(found: RecordCorrection) -> dict[str, Any]:
    value = found.record.value
    title = (value.data.get("title") if value else None) or found.record.subject
    return {"title": title, "name": found.employee.name}
