"""Selects for keeping: what is due by which rule, what is held, what the pages show."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, not_, or_, select, update
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.files import StoredFile
from training_platform.people.models import Employee, EmployeeStatus
from training_platform.records.corrections.models import RecordCorrection
from training_platform.records.models import RecordValue, TrainingRecord
from training_platform.records.retention.models import RecordHold, RetentionRule
from training_platform.records.retention.rules import (
    DEFAULTS,
    PROOFS,
    CountsFrom,
    Rule,
    last_day_due,
)
from training_platform.records.texts import TEXTS, kinds_of

SAMPLE = 10


def rules(session: Session) -> Sequence[RetentionRule]:
    """Return the rules, the longest first."""
    found = select(RetentionRule).order_by(RetentionRule.years.desc(), RetentionRule.group)
    return session.scalars(found).all()


def shipped_rules(found: Sequence[RetentionRule]) -> list[tuple[str, Rule]]:
    """Return the shipped rules that the next dry run puts in, the longest first."""
    known = {rule.group for rule in found}
    missing = [(group, rule) for group, rule in DEFAULTS.items() if group not in known]
    return sorted(missing, key=lambda pair: (-pair[1].years, pair[0]))


def active_holds(session: Session) -> Sequence[RecordHold]:
    """Return the holds that stand, the newest first."""
    found = select(RecordHold).where(RecordHold.released_at.is_(None))
    return session.scalars(found.order_by(RecordHold.id.desc())).all()


def is_held(session: Session, employee_id: int) -> bool:
    """Tell whether something of a person's records is held."""
    held = _held(session)
    found = select(TrainingRecord.id).where(TrainingRecord.employee_id == employee_id, held)
    named = select(RecordHold.id).where(
        RecordHold.released_at.is_(None), RecordHold.employee_id == employee_id
    )
    return any(session.scalar(each.limit(1)) is not None for each in (named, found))


def due_ids(session: Session, as_of: date, limit: int) -> list[int]:
    """Return the next records whose values are due and not held, the oldest first."""
    due = or_(false(), *(_due(rule, as_of) for rule in rules(session)))
    found = _with_values().where(due, not_(_held(session)))
    ordered = found.with_only_columns(TrainingRecord.id).order_by(TrainingRecord.id)
    return list(session.scalars(ordered.limit(limit)))


def counts(session: Session, as_of: date) -> dict[str, dict[str, int]]:
    """Return by group how many are due, and how many more would be but for a hold."""
    held = _held(session)
    found: dict[str, dict[str, int]] = {}
    for rule in (each for each in rules(session) if each.group != PROOFS):
        due = _with_values().where(_due(rule, as_of)).with_only_columns(func.count())
        found[rule.group] = {
            "due": session.scalar(due.where(not_(held))) or 0,
            "held": session.scalar(due.where(held)) or 0,
        }
    return found


def sample(session: Session, as_of: date) -> list[dict[str, Any]]:
    """Return some of the records that would go, as a person looks at them."""
    ids = due_ids(session, as_of, SAMPLE)
    found = (
        select(
            TrainingRecord.id,
            TrainingRecord.kind,
            TrainingRecord.subject,
            TrainingRecord.happened_at,
            RecordValue.data,
            Employee.name,
        )
        .join(RecordValue, RecordValue.record_id == TrainingRecord.id)
        .join(Employee, Employee.id == TrainingRecord.employee_id)
        .where(TrainingRecord.id.in_(ids))
        .order_by(TrainingRecord.id)
    )
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "title": row.data.get("title") or row.subject,
            "day": clock.company_day(row.happened_at).isoformat(),
            "name": row.name,
        }
        for row in session.execute(found)
    ]


def leavers() -> Select[Any]:
    """Return the select of people who left and still have their name, the earliest first."""
    columns: tuple[Any, ...] = (
        Employee.id,
        Employee.name,
        Employee.staff_number,
        Employee.left_on,
        Employee.version,
    )
    return (
        select(*columns)
        .where(Employee.status == EmployeeStatus.LEFT, Employee.anonymized_at.is_(None))
        .order_by(Employee.left_on, Employee.id)
    )


def empty_corrections(session: Session, employee_id: int) -> None:
    """Erase what was written about the corrections of somebody's records, and their evidence."""
    evidence = select(RecordCorrection.evidence_file_id).where(
        RecordCorrection.employee_id == employee_id, RecordCorrection.evidence_file_id.is_not(None)
    )
    for each in session.scalars(select(StoredFile).where(StoredFile.id.in_(evidence))):
        each.expires_at = clock.now()  # the tidying job removes the file
    session.execute(
        update(RecordCorrection)
        .where(RecordCorrection.employee_id == employee_id)
        .values(changes="", reason="", evidence="", note="", new_values={}, evidence_file_id=None)
        .execution_options(synchronize_session="fetch")
    )


def _with_values() -> Select[Any]:
    return select(TrainingRecord).join(RecordValue, RecordValue.record_id == TrainingRecord.id)


def _due(rule: RetentionRule, as_of: date) -> ColumnElement[bool]:
    last = last_day_due(as_of, rule.years)
    if rule.group == "other":
        is_kind = TrainingRecord.kind.not_in([str(kind) for kind in TEXTS])
    else:
        is_kind = TrainingRecord.kind.in_(kinds_of(rule.group))
    if rule.counts_from is CountsFrom.HAPPENED:
        return and_(is_kind, TrainingRecord.happened_at < _begin(last + timedelta(days=1)))
    left = exists().where(Employee.id == TrainingRecord.employee_id, Employee.left_on <= last)
    return and_(is_kind, left)


def _held(session: Session) -> ColumnElement[bool]:
    """Return the condition that a hold that stands covers a record."""
    return or_(false(), *(_covers(hold) for hold in active_holds(session)))


def _covers(hold: RecordHold) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = []
    if hold.employee_id is not None:
        parts.append(TrainingRecord.employee_id == hold.employee_id)
    if hold.from_day is not None:
        parts.append(TrainingRecord.happened_at >= _begin(hold.from_day))
    if hold.until_day is not None:
        parts.append(TrainingRecord.happened_at < _begin(hold.until_day + timedelta(days=1)))
    return and_(*parts)


def _begin(day: date) -> datetime:
    """Return the instant at which a day of the company begins."""
    return datetime.combine(day, time(), clock.company_zone())
