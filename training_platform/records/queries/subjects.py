"""What counts: the subjects of records that no correction declared void."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from training_platform.core import clock
from training_platform.core.db import fetch
from training_platform.records.corrections.rules import Value
from training_platform.records.models import RecordValue, TrainingRecord
from training_platform.records.rules import Effect, Kind

_voiding = aliased(TrainingRecord)
#: The condition that a correction declared this record void.
IS_VOID = (
    select(_voiding.id)
    .where(
        _voiding.corrects_id == TrainingRecord.id,
        _voiding.kind == Kind.CORRECTION.value,
        _voiding.subject == Effect.VOID.value,
    )
    .exists()
)
_correcting = aliased(TrainingRecord)
#: The condition that a correction says something about this record.
IS_CORRECTED = select(_correcting.id).where(_correcting.corrects_id == TrainingRecord.id).exists()
_SUBJECTS = select(TrainingRecord.subject).where(
    TrainingRecord.employee_id == bindparam("employee_id"),
    TrainingRecord.kind == bindparam("kind"),
    ~IS_VOID,
)
_VALUES = (
    select(TrainingRecord.id, RecordValue.data, IS_CORRECTED.label("is_corrected"))
    .join(TrainingRecord, TrainingRecord.id == RecordValue.record_id)
    .where(
        TrainingRecord.employee_id == bindparam("employee_id"),
        TrainingRecord.kind == bindparam("kind"),
        TrainingRecord.subject == bindparam("subject"),
        ~IS_VOID,
    )
    .order_by(TrainingRecord.position)
)
_CORRECTIONS = (
    select(TrainingRecord.corrects_id, RecordValue.data)
    .join(RecordValue, RecordValue.record_id == TrainingRecord.id)
    .where(TrainingRecord.corrects_id.in_(bindparam("ids", expanding=True)))
    .order_by(TrainingRecord.position)
)


def subjects_with(session: Session, employee_id: int, kind: str) -> set[str]:
    """Return the subjects for which somebody has a record of this kind that still counts.

    A record that a correction declared void does not count.
    """
    found = fetch(session, _SUBJECTS, {"employee_id": employee_id, "kind": str(kind)})
    return set(found.scalars())


def values_of(session: Session, employee_id: int, kind: str, subject: str) -> list[dict[str, Any]]:
    """Return what somebody's records of one kind and subject say, those that still count.

    Of what was corrected the right values are told: the newest correction of each.
    """
    values = {"employee_id": employee_id, "kind": str(kind), "subject": subject}
    rows = fetch(session, _VALUES, values).all()
    corrected = [row.id for row in rows if row.is_corrected]
    right = corrected_values(session, corrected) if corrected else {}
    return [row.data | right.get(row.id, {}) for row in rows]


def corrected_values(session: Session, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return the values that corrections set in these records, by record; the newest hold."""
    found: dict[int, dict[str, Any]] = {}
    for row in fetch(session, _CORRECTIONS, {"ids": list(ids)}):
        found.setdefault(row.corrects_id, {}).update(row.data.get("new") or {})
    return found


def day_of(happened_at: datetime, right: Mapping[str, Any]) -> date:
    """Return the company's day on which something happened, by the values that were set right."""
    if found := right.get(Value.DAY):
        return date.fromisoformat(found)
    return clock.company_day(happened_at)


def instant_of(happened_at: datetime, right: Mapping[str, Any]) -> datetime:
    """Return when something happened: on the right day, at the hour that was recorded."""
    day, local = day_of(happened_at, right), happened_at.astimezone(clock.company_zone())
    return happened_at if day == local.date() else datetime.combine(day, local.timetz())
