"""Selects for the pages of imports; no writes."""

from typing import Any

from sqlalchemy import Select, select

from training_platform.people.models import Employee
from training_platform.records.corrections.models import RecordCorrection
from training_platform.records.corrections.rules import CorrectionState
from training_platform.records.history.models import HistoryImport
from training_platform.records.models import RecordValue, TrainingRecord
from training_platform.records.queries.subjects import IS_VOID
from training_platform.records.rules import Kind


def imports() -> Select[Any]:
    """Return the select of all imports with who sent them, the newest first."""
    columns: tuple[Any, ...] = (
        HistoryImport.id,
        HistoryImport.file_name,
        HistoryImport.state,
        HistoryImport.row_count,
        HistoryImport.written_count,
        HistoryImport.created_at,
        Employee.name.label("by"),
    )
    return (
        select(*columns)
        .join(Employee, Employee.id == HistoryImport.created_by_id)
        .order_by(HistoryImport.id.desc())
    )


def records_of(import_id: int) -> Select[Any]:
    """Return the select of the records that an import wrote, in the order of its rows."""
    columns: tuple[Any, ...] = (
        TrainingRecord.id,
        TrainingRecord.employee_id,
        TrainingRecord.subject,
        TrainingRecord.happened_at,
        RecordValue.data,
        IS_VOID.label("is_void"),
        Employee.name,
        Employee.staff_number,
    )
    return (
        _of(select(*columns), import_id)
        .outerjoin(RecordValue, RecordValue.record_id == TrainingRecord.id)
        .join(Employee, Employee.id == TrainingRecord.employee_id)
        .order_by(TrainingRecord.id)
    )


def still_counting(import_id: int) -> Select[Any]:
    """Return the select of the records of an import that no correction declared void."""
    return records_of(import_id).where(~IS_VOID)


def built_on(import_id: int) -> Select[Any]:
    """Return the select of what people asked for or decided about an import's records.

    These corrections stay as they are when the import is taken back; the page names them.
    """
    columns: tuple[Any, ...] = (
        RecordCorrection.id,
        RecordCorrection.state,
        RecordCorrection.opened_at,
        Employee.name,
        Employee.staff_number,
    )
    return (
        _of(select(*columns), import_id)
        .join(RecordCorrection, RecordCorrection.record_id == TrainingRecord.id)
        .join(Employee, Employee.id == RecordCorrection.employee_id)
        .order_by(RecordCorrection.id)
    )


def set_right(import_id: int) -> Select[Any]:
    """Return the select of the corrections of an import's records that two persons let stand."""
    return built_on(import_id).where(
        RecordCorrection.state == CorrectionState.APPLIED,
        RecordCorrection.decided_by_id.is_not(None),
    )


def _of(statement: Select[Any], import_id: int) -> Select[Any]:
    return statement.select_from(TrainingRecord).where(
        TrainingRecord.kind == Kind.TRAINING_IMPORTED.value,
        TrainingRecord.source.startswith(f"history:{import_id}:", autoescape=True),
    )
