"""Training records."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.people import make_employee
from training_platform.core.attachments import Attachment
from training_platform.core.permissions import Right
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.records import services
from training_platform.records.corrections import services as corrections
from training_platform.records.corrections.models import RecordCorrection
from training_platform.records.corrections.rules import Proposal
from training_platform.records.models import TrainingRecord
from training_platform.records.retention import services as retention
from training_platform.records.rules import Effect


def make_record(
    session: Session,
    employee: Employee,
    kind: str = "course_completed",
    subject: str = "customer-data-basics",
    *,
    source: str | None = None,
    **data: Any,
) -> TrainingRecord:
    """Append a record through the service; the source is made from kind and subject."""
    title = {"zh": "客户资料管理基础", "en": "Customer Data Basics"}
    record = services.append(
        session,
        employee.id,
        kind,
        subject,
        source=source or f"test:{employee.id}:{kind}:{subject}",
        **({"title": title} | data),
    )
    assert record is not None, "this source was recorded already"
    return record


def make_correction(
    session: Session, employee: Employee, *, has_file: bool = False, **overrides: Any
) -> RecordCorrection:
    """Return a correction that human resources proposed and nobody has decided."""
    record = make_record(
        session, employee, "quiz_passed", "corrected", source=f"test:corrected:{employee.id}"
    )
    proposer = make_employee(session, rights=(Right.HR,))
    values = {"percent": 86} | overrides
    return corrections.propose_correction(
        session,
        record,
        viewer_of(session, proposer),
        Proposal(Effect.VALUES, "86 %", "Marked wrongly", "Protocol 12", values),
        expected_count=0,
        attachment=Attachment("protocol.txt", "text/plain", b"86 %") if has_file else None,
    )


def make_keeping(session: Session, employee: Employee, hr: Employee) -> dict[str, str]:
    """Hold the records of some old days and plan a purge; return what the addresses name."""
    actor = viewer_of(session, hr)
    hold = retention.place_hold(
        session,
        actor,
        employee_id=employee.id,
        from_day=None,
        until_day=date(2010, 12, 31),
        reason="audit",
    )
    run = retention.plan_purge(session, actor)
    return {
        "hold_id": str(hold.id),
        "run_id": str(run.id),
        "purge_act": "cancel",
        "kind_group": "lessons",
    }


def record_of(session: Session, employee: Employee, kind: str) -> TrainingRecord:
    """Return the newest record of a kind that somebody has."""
    return session.scalars(
        select(TrainingRecord)
        .where(TrainingRecord.employee_id == employee.id, TrainingRecord.kind == kind)
        .order_by(TrainingRecord.position.desc())
        .limit(1)
    ).one()


def propose_turning(
    session: Session,
    record: TrainingRecord,
    person: Employee,
    *,
    effect: Effect = Effect.TURNED,
    **values: Any,
) -> RecordCorrection:
    """Propose that a result was the other one, or that it had these values."""
    return corrections.propose_correction(
        session,
        record,
        viewer_of(session, person),
        Proposal(effect, "As the log says", "Power cut", "Log 4", values),
        expected_count=services.count_corrections(session, record.id),
    )


def approve_correction(session: Session, found: RecordCorrection, person: Employee) -> None:
    """Let a proposed correction stand."""
    corrections.approve_correction(
        session, found, viewer_of(session, person), "", expected_version=found.version
    )


def turn_result(
    session: Session, record: TrainingRecord, two: Sequence[Employee], **values: Any
) -> None:
    """Turn a result by two persons: one proposes it, the other lets it stand."""
    approve_correction(session, propose_turning(session, record, two[0], **values), two[1])
