"""Selects for corrections: the desk, one's own, what a record says now, what rests on it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, false, or_, select
from sqlalchemy.orm import Session, aliased

from training_platform.core import clock
from training_platform.core.permissions import Person, Right
from training_platform.core.search import contains_all, words
from training_platform.people.models import Department, Employee
from training_platform.records.corrections.models import RecordCorrection
from training_platform.records.corrections.rules import OPEN, CorrectionState, Value
from training_platform.records.models import RecordValue, TrainingRecord
from training_platform.records.queries.subjects import IS_VOID
from training_platform.records.rules import PASSED, Effect, Kind, outcome_of


@dataclass(frozen=True)
class DeskFilter:
    """What the desk is narrowed to; empty texts do not count."""

    state: str = ""
    text: str = ""

    def __bool__(self) -> bool:
        """Tell whether anything is left out."""
        return bool(self.state or self.text)


def desk(viewer: Person, chosen: DeskFilter) -> Select[Any]:
    """Return the select of corrections that somebody works on, the oldest that waits first.

    Heads see those of their departments; nobody finds the own ones here.
    """
    proposer = aliased(Employee)
    statement = (
        select(
            RecordCorrection,
            TrainingRecord.kind,
            TrainingRecord.subject,
            TrainingRecord.happened_at,
            RecordValue.data,
            Employee.name,
            Employee.staff_number,
            Department.name.label("department"),
            proposer.name.label("proposer"),
        )
        .join(TrainingRecord, TrainingRecord.id == RecordCorrection.record_id)
        .outerjoin(RecordValue, RecordValue.record_id == TrainingRecord.id)
        .join(Employee, Employee.id == RecordCorrection.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .outerjoin(proposer, proposer.id == RecordCorrection.proposed_by_id)
        .where(RecordCorrection.employee_id != viewer.id)
    )
    if Right.HR not in viewer.rights:
        own = (Department.path.startswith(path) for path in viewer.headed_paths)
        statement = statement.where(or_(false(), *own))
    if chosen.state in list(CorrectionState):
        wanted = CorrectionState(chosen.state)
        statement = statement.where(RecordCorrection.state == wanted)
    else:
        statement = statement.where(RecordCorrection.state.in_(OPEN))
    if found := words(chosen.text):
        statement = statement.where(contains_all(Employee.search_text, found))
    is_over = chosen.state in list(CorrectionState) and chosen.state not in OPEN
    newest = (RecordCorrection.decided_at.desc(), RecordCorrection.id.desc())
    oldest = (RecordCorrection.opened_at, RecordCorrection.id)
    return statement.order_by(*(newest if is_over else oldest))


def of_person(session: Session, employee_id: int) -> list[RecordCorrection]:
    """Return the last twenty corrections of somebody's records, the newest first."""
    found = (
        select(RecordCorrection)
        .where(RecordCorrection.employee_id == employee_id)
        .order_by(RecordCorrection.id.desc())
        .limit(20)
    )
    return list(session.scalars(found))


def open_correction_of(session: Session, record_id: int) -> RecordCorrection | None:
    """Return the correction of a record that waits."""
    return session.scalars(
        select(RecordCorrection).where(
            RecordCorrection.record_id == record_id, RecordCorrection.state.in_(OPEN)
        )
    ).first()


def values_now(session: Session, record: TrainingRecord) -> dict[str, Any]:
    """Return what a record says by Value, with its corrections."""
    data = dict(record.value.data) if record.value else {}
    values: dict[str, Any] = {
        Value.DAY.value: clock.company_day(record.happened_at).isoformat(),
        Value.PERCENT.value: data.get("percent"),
        Value.MINUTES.value: data.get("minutes"),
    }
    for new in session.scalars(
        select(RecordValue.data)
        .join(TrainingRecord, TrainingRecord.id == RecordValue.record_id)
        .where(TrainingRecord.corrects_id == record.id)
        .order_by(TrainingRecord.position)
    ):
        values |= new.get("new") or {}
    return values


def outcome_now(record: TrainingRecord) -> str | None:
    """Return whether a record says passed or failed; None where it says neither, or was erased."""
    return outcome_of(record.kind, record.value.data) if record.value else None


def certificates_on(session: Session, record: TrainingRecord) -> list[dict[str, Any]]:
    """Return what the certificates say that rest on a record: same person and subject."""
    found = (
        select(RecordValue.data)
        .join(TrainingRecord, TrainingRecord.id == RecordValue.record_id)
        .where(
            TrainingRecord.employee_id == record.employee_id,
            TrainingRecord.kind == Kind.CERTIFICATE_ISSUED.value,
            TrainingRecord.subject == record.subject,
            TrainingRecord.id != record.id,
            ~IS_VOID,
        )
        .order_by(TrainingRecord.position)
    )
    return list(session.scalars(found))


def takes_away(found: RecordCorrection) -> bool:
    """Tell that by a correction something no longer counts: the record, or the pass it was."""
    if found.effect is Effect.TURNED:
        old, _new = found.new_values[Value.OUTCOME.value]
        return bool(old == PASSED)
    return found.effect is Effect.VOID


def is_void(session: Session, record_id: int) -> bool:
    """Tell that a correction declared a record void."""
    void = select(TrainingRecord.id).where(TrainingRecord.id == record_id, IS_VOID)
    return session.scalar(void) is not None
