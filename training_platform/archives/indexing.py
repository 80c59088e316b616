"""Keeps the search of the archive up to date: records are read once, in the order of their number.

Adding a record costs nothing more for it. A job looks every few seconds; what a slow transaction
committed late is found by looking back a little, and once a day over everything.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from training_platform.archives import correcting
from training_platform.archives.models import ArchiveEntry, ArchiveNote, ArchiveTopic
from training_platform.archives.rules import place_of
from training_platform.core.i18n import pick
from training_platform.core.text import fold
from training_platform.curricula.models import Lesson
from training_platform.records.models import RecordValue, TrainingRecord
from training_platform.records.rules import Kind

BATCH = 2_000
#: So many numbers back somebody's slow transaction may still put a record.
LOOK_BACK = 1_000
#: What of a record's values is free text.
NOTE_FIELDS = ("note", "reason", "changes", "evidence", "by", "mentor", "trainer", "place")
_MAKERS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_corrected = aliased(TrainingRecord)
_corrected_value = aliased(RecordValue)
_IS_NEW = ~select(ArchiveEntry.place).where(ArchiveEntry.record_id == TrainingRecord.id).exists()
#: What is read of a record to say what it is about; topic_of() and numbers_of() take such rows.
RECORDS = (
    select(
        TrainingRecord.id,
        TrainingRecord.employee_id,
        TrainingRecord.kind,
        TrainingRecord.subject,
        TrainingRecord.happened_at,
        RecordValue.data,
        _corrected_value.data.label("corrected_data"),
    )
    .outerjoin(RecordValue, RecordValue.record_id == TrainingRecord.id)
    .outerjoin(_corrected, _corrected.id == TrainingRecord.corrects_id)
    .outerjoin(_corrected_value, _corrected_value.record_id == _corrected.id)
    .order_by(TrainingRecord.id)
)


@dataclass(frozen=True)
class Topic:
    """What one record is about, before it has a row."""

    kind: str
    subject: str
    outcome: str
    title: Mapping[str, str]
    provider: str

    def digest(self) -> str:
        """Return the key by which equal topics are one."""
        parts = [self.kind, self.subject, self.outcome, dict(self.title), self.provider]
        text = json.dumps(parts, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def row(self) -> dict[str, Any]:
        """Return the columns of its row."""
        texts = [*self.title.values(), self.subject, self.provider]
        return {
            "digest": self.digest(),
            "kind": self.kind,
            "subject": self.subject,
            "outcome": self.outcome,
            "title": dict(self.title),
            "provider": self.provider,
            "search_text": fold(" ".join(texts)),
            "record_count": 0,
        }


def is_behind(session: Session) -> bool:
    """Tell whether there are records that the search does not know yet."""
    return session.scalar(_new_records(session).with_only_columns(TrainingRecord.id)) is not None


def catch_up(session: Session, *, look_at_all: bool = False) -> int:
    """Take the next records into the search; return how many, 0 when it knows them all.

    With look_at_all it also finds what was committed long after later records.
    """
    statement = RECORDS.where(_IS_NEW).limit(BATCH) if look_at_all else _new_records(session)
    found = session.execute(statement).all()
    if not found:
        return 0
    topics = [topic_of(row) for row in found]
    digests = [topic.digest() for topic in topics]
    ids = _topic_ids(session, dict(zip(digests, topics, strict=True)))
    minutes = lesson_minutes(session, found)
    make = _MAKERS[session.get_bind().dialect.name]
    entries = [
        _entry(row, ids[digest], minutes) for row, digest in zip(found, digests, strict=True)
    ]
    session.execute(make(ArchiveEntry).on_conflict_do_nothing(), entries)
    notes = [
        {
            "record_id": row.id,
            "place": place_of(row.happened_at, row.id),
            "employee_id": row.employee_id,
            "search_text": text,
        }
        for row in found
        if (text := _note_of(row.data))
    ]
    if notes:
        session.execute(make(ArchiveNote).on_conflict_do_nothing(), notes)
    _count(session, Counter(ids[digest] for digest in digests))
    if corrections := [row.id for row in found if row.kind == Kind.CORRECTION]:
        correcting.set_right(session, correcting.corrected_by(session, corrections))
    return len(found)


def _new_records(session: Session) -> Any:
    last = session.scalar(select(func.max(ArchiveEntry.record_id))) or 0
    return RECORDS.where(TrainingRecord.id > last - LOOK_BACK, _IS_NEW).limit(BATCH)


def topic_of(row: Row[Any]) -> Topic:
    """Return what a row of RECORDS is about; nothing where its values were erased."""
    data = row.data
    if data is None:
        return Topic(row.kind, "", "", {}, "")
    about = row.corrected_data if row.kind == Kind.CORRECTION else data
    title = (about or {}).get("title") or {}
    plain = title if isinstance(title, dict) else {"zh": str(title), "en": str(title)}
    outcome = str(data.get("outcome") or "") or _outcome_of(row.kind)
    texts = {str(code): str(text) for code, text in plain.items()}
    return Topic(row.kind, row.subject, outcome, texts, _text(data.get("provider")))


def _outcome_of(kind: str) -> str:
    return next((word for word in ("passed", "failed") if kind.endswith(f"_{word}")), "")


def _text(value: object) -> str:
    return pick(value) if isinstance(value, dict) else str(value or "")


def _note_of(data: Mapping[str, Any] | None) -> str:
    if not data:
        return ""
    texts: list[str] = []
    for name in NOTE_FIELDS:
        value = data.get(name)
        texts += map(str, value.values()) if isinstance(value, dict) else [str(value or "")]
    return fold(" ".join(filter(None, texts)))


def _entry(row: Row[Any], topic_id: int, lessons: Mapping[str, int]) -> dict[str, Any]:
    return {
        "place": place_of(row.happened_at, row.id),
        "record_id": row.id,
        "employee_id": row.employee_id,
        "topic_id": topic_id,
        **numbers_of(row, lessons),
    }


def numbers_of(row: Row[Any], lessons: Mapping[str, int]) -> dict[str, int | None]:
    """Return percent and minutes of a row of RECORDS; lessons gives those of its lesson."""
    data = row.data or {}
    percent = data.get("percent")
    return {
        "percent": None if percent is None else round(float(percent)),
        "minutes": _minutes_of(data) or lessons.get(row.subject),
    }


def _minutes_of(data: Mapping[str, Any]) -> int | None:
    if data.get("minutes"):
        return int(data["minutes"])
    return round(float(data["hours"]) * 60) if data.get("hours") else None


def lesson_minutes(session: Session, found: Sequence[Row[Any]]) -> dict[str, int]:
    """Return the minutes of the lessons that some rows of RECORDS tell of."""
    subjects = {row.subject for row in found if row.kind == Kind.LESSON_FINISHED}
    if not subjects:
        return {}
    rows = session.execute(select(Lesson.id, Lesson.minutes).where(Lesson.id.in_(subjects)))
    return {row.id: row.minutes for row in rows}


def _topic_ids(session: Session, topics: Mapping[str, Topic]) -> dict[str, int]:
    """Return the ids of topics by their digests; rows are made where they are missing."""
    ids = _standing(session, list(topics))
    missing = [each.row() for digest, each in topics.items() if digest not in ids]
    if missing:
        make = _MAKERS[session.get_bind().dialect.name]
        session.execute(make(ArchiveTopic).on_conflict_do_nothing(), missing)
        ids |= _standing(session, [row["digest"] for row in missing])
    return ids


def _standing(session: Session, digests: Sequence[str]) -> dict[str, int]:
    rows = session.execute(
        select(ArchiveTopic.digest, ArchiveTopic.id).where(ArchiveTopic.digest.in_(digests))
    )
    return {row.digest: row.id for row in rows}


def _count(session: Session, counts: Mapping[int, int]) -> None:
    """Keep how many records a topic has: by it a search chooses its way."""
    topic: Any = ArchiveTopic.__table__
    session.connection().execute(
        update(topic)
        .where(topic.c.id == bindparam("of"))
        .values(record_count=topic.c.record_count + bindparam("more")),
        [{"of": ident, "more": count} for ident, count in sorted(counts.items())],
    )


def forget_erased(session: Session, employee_id: int | None = None) -> int:
    """Take out of the search what was erased from records: texts, results, times. Return how many.

    Of one person, or of everybody.
    """
    is_erased = (
        ~select(RecordValue.record_id)
        .where(RecordValue.record_id == ArchiveEntry.record_id)
        .exists()
    )
    statement = (
        select(ArchiveEntry.record_id, ArchiveTopic.kind)
        .join(ArchiveTopic, ArchiveTopic.id == ArchiveEntry.topic_id)
        .where(is_erased, ArchiveTopic.search_text != "")
    )
    if employee_id is not None:
        statement = statement.where(ArchiveEntry.employee_id == employee_id)
    found = session.execute(statement).all()
    blank = {kind: Topic(kind, "", "", {}, "") for kind in {row.kind for row in found}}
    ids = _topic_ids(session, {each.digest(): each for each in blank.values()})
    for start in range(0, len(found), BATCH):
        part = found[start : start + BATCH]
        records = [row.record_id for row in part]
        session.execute(delete(ArchiveNote).where(ArchiveNote.record_id.in_(records)))
        for kind, topic in blank.items():
            own = [row.record_id for row in part if row.kind == kind]
            session.execute(
                update(ArchiveEntry)
                .where(ArchiveEntry.record_id.in_(own))
                .values(topic_id=ids[topic.digest()], percent=None, minutes=None)
            )
    return len(found)
