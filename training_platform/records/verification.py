"""Checking what the chains promise: every link, value, head. Fast enough to run each day."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.records import chain, sealing
from training_platform.records.models import (
    DailyHead,
    RecordErasure,
    RecordHead,
    RecordValue,
    TrainingRecord,
)

BATCH = 5_000
_LINKS = (
    select(
        TrainingRecord.id,
        TrainingRecord.employee_id,
        TrainingRecord.position,
        TrainingRecord.kind,
        TrainingRecord.subject,
        TrainingRecord.happened_at,
        TrainingRecord.recorded_at,
        TrainingRecord.source,
        TrainingRecord.corrects_id,
        TrainingRecord.value_digest,
        TrainingRecord.previous_hash,
        TrainingRecord.hash,
        RecordValue.salt,
        RecordValue.data,
        RecordErasure.cause,
    )
    .outerjoin(RecordValue, RecordValue.record_id == TrainingRecord.id)
    .outerjoin(RecordErasure, RecordErasure.record_id == TrainingRecord.id)
    .order_by(TrainingRecord.employee_id, TrainingRecord.position)
    .execution_options(yield_per=BATCH)
)
_HEADS = select(RecordHead.employee_id, RecordHead.length, RecordHead.hash)


@dataclass
class Report:
    """What was looked at, and the first thing that is broken, if any."""

    records: int = 0
    chains: int = 0
    heads: int = 0
    fault: str | None = None
    remarks: list[str] = field(default_factory=list)


def verify(session: Session, outside: Sequence[Path] = ()) -> Report:
    """Check all chains, values, heads and the seals of the audit log; stop at the first fault.

    outside are files of daily heads that were kept elsewhere: what was cut off or written anew
    since then is found even if all that lies here was mended. Run it in a transaction that sees
    one state (REPEATABLE READ on PostgreSQL).
    """
    report = Report()
    faults = _faults(session, report, outside)
    report.fault = next(faults, None)
    faults.close()  # the streamed rows, too
    return report


def use_one_snapshot(session: Session) -> None:
    """Begin a transaction that sees one state, however long it reads."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _faults(
    session: Session, report: Report, outside: Sequence[Path]
) -> Generator[str, None, None]:
    heads = list(session.scalars(select(DailyHead).order_by(DailyHead.day)))
    yield from _broken_heads(heads, report)
    yield from _lost_heads(heads)
    marks: dict[int, tuple[int, str]] = {}
    if heads:
        covered = sealing.read_heads(heads[-1])
        if covered is None:
            report.remarks.append(f"the file of the daily head {heads[-1].day} is gone")
        elif chain.merkle_root(covered) != heads[-1].root:
            yield f"the file of the daily head {heads[-1].day} does not match its root"
        else:
            marks = {employee: (length, hash_) for employee, length, hash_ in covered}
    for path in outside:
        content = sealing.read_file(path)
        if content is None or not sealing.is_signed_file(content):
            yield f"{path.name} is no daily head that carries our signature"
        else:
            yield from _differing(content, heads)
            yield from _ends_missed(session, content)
    yield from _broken_chains(session, marks, report)
    if heads and report.records < heads[-1].record_count:
        yield (
            f"the daily head {heads[-1].day} covers {heads[-1].record_count} records, "
            f"only {report.records} are there"
        )
    if fault := audit.verify(session):
        yield fault


def _broken_heads(heads: list[DailyHead], report: Report) -> Iterator[str]:
    if heads and not sealing.has_key():
        yield f"instance/{sealing.KEY_NAME} is missing: the daily heads cannot be checked"
    before: DailyHead | None = None
    for head in heads:
        report.heads += 1
        if not sealing.is_signed(head):
            yield f"the daily head {head.day} does not carry our signature"
        expected = sealing.digest(before) if before else chain.GENESIS
        if head.previous not in {None, expected}:
            yield f"the daily head {head.day} does not follow the one before it: one is gone"
        before = head


def _lost_heads(heads: list[DailyHead]) -> Iterator[str]:
    """Find heads whose file is here but whose row is not."""
    known = {head.day for head in heads}
    for day in sealing.kept_days():
        content = None if day in known else sealing.read_file(sealing.head_path(day))
        if content and sealing.is_signed_file(content) and not _is_ahead(content):
            yield f"the daily head {day} is gone, its file is still here"


def _is_ahead(content: Mapping[str, Any]) -> bool:
    """Tell that a file was written just now: its row is committed after it."""
    made = datetime.fromisoformat(str(content["made_at"]))
    return clock.now() - made < timedelta(minutes=10)


def _differing(content: Mapping[str, Any], heads: list[DailyHead]) -> Iterator[str]:
    day = content["day"]
    here = next((head for head in heads if head.day == day), None)
    if here is None:
        yield f"the daily head {day} that was kept outside is gone here"
    elif here.root != content["root"]:
        yield f"the daily head {day} is another than the one that was kept outside"


def _ends_missed(session: Session, content: Mapping[str, Any]) -> Iterator[str]:
    """Compare the ends of chains that somebody kept outside with the records that are there."""
    for start in range(0, len(content["heads"]), 500):
        part = {each[0]: (each[1], each[2]) for each in content["heads"][start : start + 500]}
        pairs = [
            (TrainingRecord.employee_id == employee) & (TrainingRecord.position == end[0])
            for employee, end in part.items()
        ]
        found = select(TrainingRecord.employee_id, TrainingRecord.hash).where(or_(*pairs))
        stands = {row.employee_id: row.hash for row in session.execute(found)}
        for employee, (length, hash_) in part.items():
            if length and stands.get(employee) != hash_:
                yield (
                    f"position {length} of the chain of employee {employee} is not the record "
                    f"that the daily head {content['day']} signed, which was kept outside"
                )


def _broken_chains(
    session: Session, marks: dict[int, tuple[int, str]], report: Report
) -> Generator[str, None, None]:
    ends = {row.employee_id: (row.length, row.hash) for row in session.execute(_HEADS)}
    position, previous = 0, chain.GENESIS
    employee_id: int | None = None
    with session.execute(_LINKS) as rows:
        for row in rows:
            if row.employee_id != employee_id:
                if employee_id is not None:
                    yield from _broken_end(employee_id, (position, previous), ends, marks)
                position, previous, employee_id = 0, chain.GENESIS, row.employee_id
                report.chains += 1
            position += 1
            if fault := _broken_link(row, position, previous):
                yield f"record {row.id} (employee {employee_id}, position {row.position}) {fault}"
            mark = marks.get(row.employee_id)
            if mark and mark[0] == position and mark[1] != row.hash:
                yield (
                    f"record {row.id} (employee {employee_id}, position {row.position}) "
                    "is not the one that the last daily head signed"
                )
            previous = row.hash
            report.records += 1
    if employee_id is not None:
        yield from _broken_end(employee_id, (position, previous), ends, marks)
    for lost, (length, _hash) in sorted((ends | marks).items()):  # what is left had no record
        if length:
            yield f"all {length} records of employee {lost} are gone"


def _broken_end(
    employee_id: int,
    end: tuple[int, str],
    ends: dict[int, tuple[int, str]],
    marks: dict[int, tuple[int, str]],
) -> Iterator[str]:
    """Compare the end of a chain with its head row and with the last daily head."""
    expected = ends.pop(employee_id, None)
    signed_length, _signed_hash = marks.pop(employee_id, (0, ""))
    last = f"the chain of employee {employee_id} ends at position {end[0]}"
    if end[0] < signed_length:
        yield f"{last}, the last daily head signed {signed_length}"
    if expected is None:
        yield f"{last}, but has no head"
    elif expected != end:
        yield f"{last}, its head says {expected[0]}"


def _broken_link(row: Any, position: int, previous: str) -> str | None:
    if row.position != position:
        return f"stands where position {position} is expected"
    if row.previous_hash != previous:
        return "does not follow the one before it"
    expected = chain.link_hash(
        employee_id=row.employee_id,
        position=row.position,
        kind=row.kind,
        subject=row.subject,
        happened_at=row.happened_at,
        recorded_at=row.recorded_at,
        source=row.source,
        corrects_id=row.corrects_id,
        value_digest=row.value_digest,
        previous_hash=row.previous_hash,
    )
    if row.hash != expected:
        return "does not match its hash"
    if row.salt is None:
        return None if row.cause else "lost its values, and no erasure is recorded"
    if chain.value_digest(row.salt, row.data) != row.value_digest:
        return "does not match its values"
    return None
