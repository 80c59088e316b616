"""A result that was the other one: the wrong record made void, the right one put in its place.

Nothing is overwritten: the chain keeps the record, the correction that makes it void, and after it
the record that counts. Whoever follows records (courses, certificates, cases) follows that one.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from training_platform.core.errors import RuleError
from training_platform.core.permissions import Person
from training_platform.records import services
from training_platform.records.corrections.rules import Value
from training_platform.records.models import TrainingRecord
from training_platform.records.queries.subjects import corrected_values, instant_of
from training_platform.records.rules import Effect, other_kind


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def turn_result(
    session: Session,
    record: TrainingRecord,
    actor: Person,
    *,
    approver: Person | None,
    values: Mapping[str, tuple[Any, Any]],
    expected_count: int,
    reason: str,
    changes: str,
    evidence: str,
    evidence_file: int | None = None,
) -> TrainingRecord:
    """Make a pass of a fail, or a fail of a pass; return the correction.

    values hold the outcome as (old, new), and the day, percent and minutes that change besides.
    Raises what services.correct_record raises, and RuleError where nobody knows any more what the
    record said.
    """
    if record.value is None:
        raise RuleError(_("What this record said was erased; its result cannot be turned."))
    said = dict(record.value.data) | corrected_values(session, [record.id]).get(record.id, {})
    correction = services.correct_record(
        session,
        record,
        actor,
        effect=Effect.VOID,
        reason=reason,
        changes=changes,
        evidence=evidence,
        expected_count=expected_count,
        approver=approver,
        values=values,
        evidence_file=evidence_file,
    )
    said |= {name: pair[1] for name, pair in values.items()}
    happened_at = instant_of(record.happened_at, said)
    said.pop(Value.DAY.value, None)
    services.append_id(
        session,
        record.employee_id,
        other_kind(record.kind),
        record.subject,
        source=f"{record.source}:correction:{expected_count + 1}",
        happened_at=happened_at,
        **(said | {"replaces": record.id}),
    )
    return correction
