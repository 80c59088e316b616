"""What is done to training records: appending, correcting, erasing values, raising competencies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.db import UtcDateTime, fetch
from training_platform.core.errors import ConflictError, NotPermittedError, RuleError
from training_platform.core.events import emit
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.people.models import Employee
from training_platform.records import chain
from training_platform.records.corrections.rules import needs_second_person
from training_platform.records.events import RecordAdded, ValuesErased
from training_platform.records.models import (
    CompetencyLevel,
    RecordErasure,
    RecordHead,
    RecordValue,
    TrainingRecord,
)
from training_platform.records.rules import Effect, Kind


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


CHUNK = 500
# Appending is part of every act that counts: its statements are built once and know no entities.
_HEAD = (
    select(RecordHead.length, RecordHead.hash)
    .where(RecordHead.employee_id == bindparam("employee_id"))
    .with_for_update()
)
_BY_SOURCE = select(TrainingRecord.id).where(TrainingRecord.source == bindparam("source"))
_INSERT = insert(TrainingRecord).returning(TrainingRecord.id)
_INSERT_VALUE = insert(RecordValue)
_MOVE_HEAD = (
    update(RecordHead)
    .where(RecordHead.employee_id == bindparam("of"))
    .values(length=bindparam("new_length"), hash=bindparam("new_hash"))
)
_BEGIN_CHAIN = {
    name: make(RecordHead).on_conflict_do_nothing()
    for name, make in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_BEGIN_LEVEL = {
    name: make(CompetencyLevel).on_conflict_do_nothing().returning(CompetencyLevel.employee_id)
    for name, make in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


@dataclass(frozen=True)
class NewRecord:
    """One record of a bulk load."""

    employee_id: int
    kind: str
    subject: str
    source: str
    happened_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    corrects_id: int | None = None


def append(
    session: Session,
    employee_id: int,
    kind: str,
    subject: str,
    *,
    source: str,
    happened_at: datetime | None = None,
    corrects_id: int | None = None,
    **data: Any,
) -> TrainingRecord | None:
    """Append a record to a person's chain and announce it.

    Once per source: returns None if a record of this source already stands. Data are plain values
    of JSON. Writers of one chain wait for each other at its head.
    """
    ident = append_id(
        session,
        employee_id,
        kind,
        subject,
        source=source,
        happened_at=happened_at,
        corrects_id=corrects_id,
        **data,
    )
    return None if ident is None else session.get_one(TrainingRecord, ident)


def append_id(
    session: Session,
    employee_id: int,
    kind: str,
    subject: str,
    *,
    source: str,
    happened_at: datetime | None = None,
    corrects_id: int | None = None,
    **data: Any,
) -> int | None:
    """Do what append() does, but return the record's id only: no entity is made."""
    head = lock_chain(session, employee_id)
    if fetch(session, _BY_SOURCE, {"source": source}).first():
        return None
    now = clock.now()
    row = NewRecord(employee_id, kind, subject, source, happened_at or now, data)
    fields = _next_fields(head, row, recorded_at=now, corrects_id=corrects_id)
    fetch(
        session,
        _MOVE_HEAD,
        {"of": employee_id, "new_length": head.length, "new_hash": head.hash},
    )
    ident: int = fetch(session, _INSERT, fields["record"]).scalar_one()
    fetch(session, _INSERT_VALUE, fields["value"] | {"record_id": ident})
    emit(session, RecordAdded(ident, employee_id, kind, subject))
    return ident


def append_many(
    session: Session, rows: Iterable[NewRecord], *, recorded_at: datetime | None = None
) -> int:
    """Append many records at once, for loads; return how many were new.

    The same chain and the same promise per source as append(), but nothing is announced. Without
    recorded_at each counts as recorded when it happened.
    """
    waiting = list(rows)
    added = 0
    heads = {
        employee_id: _locked_entity(session, employee_id)
        for employee_id in sorted({row.employee_id for row in waiting})  # one order: no deadlock
    }
    for start in range(0, len(waiting), CHUNK):
        part = {row.source: row for row in waiting[start : start + CHUNK]}
        stand = select(TrainingRecord.source).where(TrainingRecord.source.in_(part))
        for source in session.scalars(stand):
            del part[source]
        if not part:
            continue
        made = [
            _next_fields(
                heads[row.employee_id],
                row,
                recorded_at=recorded_at or row.happened_at,
                corrects_id=row.corrects_id,
            )
            for row in part.values()
        ]
        ids = session.scalars(
            insert(TrainingRecord).returning(TrainingRecord.id, sort_by_parameter_order=True),
            [each["record"] for each in made],
        ).all()
        values = [each["value"] | {"record_id": id_} for id_, each in zip(ids, made, strict=True)]
        session.execute(insert(RecordValue), values)
        added += len(made)
    session.flush()
    return added


def correct_record(
    session: Session,
    record: TrainingRecord,
    actor: Person,
    *,
    effect: Effect,
    reason: str,
    changes: str,
    evidence: str,
    expected_count: int,
    approver: Person | None = None,
    values: Mapping[str, tuple[Any, Any]] | None = None,
    evidence_file: int | None = None,
) -> TrainingRecord:
    """Append a correction that names what it corrects; the record itself stays as it was.

    values are (old, new) by corrections.rules.Value. Where one is given, or the record is void
    from now on, the approver is a second person: NotPermittedError without, and for what is one's
    own. expected_count is the number of corrections that the person saw: ConflictError if there
    are more now. Raises RuleError for a correction of a correction. Values of a void record are
    those of the record that stands in its place: see turning.
    """
    employee = session.get_one(Employee, record.employee_id)
    authorize(actor, employee, Permission.RECORD_CORRECT)
    if needs_second_person(effect, values or {}):
        if approver is None or approver.id == actor.id:
            raise NotPermittedError
        authorize(approver, employee, Permission.RECORD_CORRECTION_DECIDE)
    if record.kind == Kind.CORRECTION:
        raise RuleError(_("Correct the record itself, not its correction."))
    if count_corrections(session, record.id) != expected_count:
        raise ConflictError(record)
    pairs = {
        "old": {name: pair[0] for name, pair in (values or {}).items()},
        "new": {name: pair[1] for name, pair in (values or {}).items()},
    }
    details: dict[str, Any] = {
        **(pairs if effect is Effect.VALUES else {"turned": pairs if values else None}),
        "second": _name_of(session, approver) if approver else "",
        "evidence_file": evidence_file,
    }
    correction = append(
        session,
        record.employee_id,
        Kind.CORRECTION,
        effect,
        source=f"correction:{record.id}:{expected_count + 1}",
        corrects_id=record.id,
        reason=reason,
        changes=changes,
        evidence=evidence,
        by=_name_of(session, actor),
        **{name: value for name, value in details.items() if value},
    )
    if correction is None:
        raise ConflictError(record)
    audit.record(
        session,
        actor,
        "records.correct",
        record,
        effect=effect,
        values=sorted(values or {}),
        second=approver.id if approver else None,
    )
    return correction


def _locked_entity(session: Session, employee_id: int) -> RecordHead:
    """Do what lock_chain() does, for a load that moves the end many times."""
    session.flush()
    head = session.get(RecordHead, employee_id, with_for_update=True, populate_existing=True)
    if head is not None:
        return head
    _begin_chain(session, employee_id)
    return session.get_one(RecordHead, employee_id, with_for_update=True, populate_existing=True)


@dataclass
class Head:
    """The end of a chain, as it was locked."""

    employee_id: int
    length: int
    hash: str


def lock_chain(session: Session, employee_id: int) -> Head:
    """Fetch the end of a chain and keep others from appending to it; the first call makes it.

    Whoever does something once a person (issuing a certificate) may lock by it too.
    """
    key = {"employee_id": employee_id}
    found = fetch(session, _HEAD, key).first()
    if found is None:
        _begin_chain(session, employee_id)
        found = fetch(session, _HEAD, key).one()
    return Head(employee_id, found.length, found.hash)


def _begin_chain(session: Session, employee_id: int) -> None:
    """Make the end of a chain, unless another was faster."""
    first = {"employee_id": employee_id, "length": 0, "hash": chain.GENESIS}
    fetch(session, _BEGIN_CHAIN[session.get_bind().dialect.name], first)


def _name_of(session: Session, actor: Person) -> str:
    employee = session.get(Employee, actor.id) if actor.id else None
    return employee.name if employee else ""


def count_corrections(session: Session, record_id: int) -> int:
    """Return how many corrections name a record."""
    found = select(func.count()).where(TrainingRecord.corrects_id == record_id)
    return session.scalar(found) or 0


def erase_values(
    session: Session, employee_id: int, actor: Person, *, cause: str = "anonymized"
) -> int:
    """Erase what a person's records say; the chain stays and still verifies. Return how many."""
    employee = session.get_one(Employee, employee_id)
    authorize(actor, employee, Permission.RECORD_ERASE)
    lock_chain(session, employee_id)
    own = select(TrainingRecord.id).where(TrainingRecord.employee_id == employee_id)
    count = erase(session, RecordValue.record_id.in_(own), cause)
    audit.record(session, actor, "records.erase_values", employee, count=count)
    emit(session, ValuesErased(employee_id))
    return count


def erase(session: Session, which: ColumnElement[bool], cause: str) -> int:
    """Erase the values that a condition on RecordValue names, and note by what cause.

    The callers have decided who may. Without the note a lost value is a fault of the chain.
    """
    noted = select(
        RecordValue.record_id, literal(cause), literal(clock.now(), UtcDateTime())
    ).where(which)
    columns = ["record_id", "cause", "erased_at"]
    session.execute(insert(RecordErasure).from_select(columns, noted))
    gone = session.execute(delete(RecordValue).where(which))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def raise_competency(
    session: Session, employee_id: int, competency_id: str, level: int, evidence: str
) -> bool:
    """Note that somebody showed a level; levels only rise. Return whether this one did."""
    now = clock.now()
    key = {"employee_id": employee_id, "competency_id": competency_id}
    values = {"level": level, "evidence": evidence, "shown_at": now}
    insertion = _BEGIN_LEVEL[session.get_bind().dialect.name]
    # The row itself says that it is new: PostgreSQL's driver does not count insertions.
    if fetch(session, insertion, key | values).first() is not None:
        return True
    shown = session.get_one(CompetencyLevel, key, with_for_update=True, populate_existing=True)
    if shown.level >= level:
        return False
    shown.level, shown.evidence, shown.shown_at = level, evidence, now
    session.flush()
    return True


def _next_fields(
    head: RecordHead | Head,
    row: NewRecord,
    *,
    recorded_at: datetime,
    corrects_id: int | None = None,
) -> dict[str, dict[str, Any]]:
    """Return the columns of the next link and of its values, and move the head on."""
    salt = chain.new_salt()
    fields: dict[str, Any] = {
        "employee_id": head.employee_id,
        "position": head.length + 1,
        "kind": str(row.kind),
        "subject": str(row.subject),
        "happened_at": row.happened_at,
        "recorded_at": recorded_at,
        "source": row.source,
        "corrects_id": corrects_id,
        "value_digest": chain.value_digest(salt, row.data),
        "previous_hash": head.hash,
    }
    fields["hash"] = chain.link_hash(**fields)
    head.length, head.hash = fields["position"], fields["hash"]
    return {"record": fields, "value": {"salt": salt, "data": dict(row.data)}}
