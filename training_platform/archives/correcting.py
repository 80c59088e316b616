"""Corrected values in the search: hours, results and days are those that two persons found right.

The record itself stays as it was written, and its correction is found beside it.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from training_platform.archives.models import ArchiveEntry, ArchiveNote
from training_platform.archives.rules import place_of
from training_platform.records.models import RecordValue, TrainingRecord
from training_platform.records.queries.subjects import corrected_values, instant_of
from training_platform.records.rules import Kind


def corrected_since(session: Session, after: int, limit: int) -> list[int]:
    """Return the next records that corrections are of, in their order."""
    statement = (
        select(TrainingRecord.corrects_id)
        .where(TrainingRecord.kind == Kind.CORRECTION, TrainingRecord.corrects_id > after)
        .distinct()
        .order_by(TrainingRecord.corrects_id)
    )
    return [ident for ident in session.scalars(statement.limit(limit)) if ident is not None]


def corrected_by(session: Session, corrections: Collection[int]) -> list[int]:
    """Return the records that some corrections are of."""
    statement = select(TrainingRecord.corrects_id).where(TrainingRecord.id.in_(corrections))
    return [ident for ident in session.scalars(statement) if ident is not None]


def set_right(session: Session, records: Collection[int]) -> int:
    """Bring entries of corrected records to the values that hold now; return how many changed.

    What was erased stays empty. Done again it changes nothing.
    """
    right = {ident: new for ident, new in corrected_values(session, records).items() if new}
    if not right:
        return 0
    found = session.execute(
        select(
            ArchiveEntry.record_id,
            ArchiveEntry.place,
            ArchiveEntry.percent,
            ArchiveEntry.minutes,
            TrainingRecord.happened_at,
        )
        .join(TrainingRecord, TrainingRecord.id == ArchiveEntry.record_id)
        .join(RecordValue, RecordValue.record_id == ArchiveEntry.record_id)
        .where(ArchiveEntry.record_id.in_(right))
    ).all()
    wrong = [(row, told) for row in found if (told := _told(row, right[row.record_id]))]
    for row, told in wrong:  # few: each took two persons
        own = ArchiveEntry.record_id == row.record_id
        session.execute(update(ArchiveEntry).where(own).values(**told))
        if "place" in told:
            note = ArchiveNote.record_id == row.record_id
            session.execute(update(ArchiveNote).where(note).values(place=told["place"]))
    return len(wrong)


def _told(row: Row[*tuple[Any, ...]], right: dict[str, Any]) -> dict[str, int]:
    """Return what an entry has to tell and does not."""
    wanted = {"place": place_of(instant_of(row.happened_at, right), row.record_id)}
    for name in ("percent", "minutes"):
        if right.get(name) is not None:
            wanted[name] = round(float(right[name]))
    return {name: value for name, value in wanted.items() if getattr(row, name) != value}
