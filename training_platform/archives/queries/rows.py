"""What a list or a file shows of the records that a search found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.archives import texts
from training_platform.archives.models import ArchiveEntry, ArchiveTopic
from training_platform.archives.queries.scope import in_scope
from training_platform.archives.queries.search import (
    PER_PAGE,
    Plan,
    newest,
    search_for,
)
from training_platform.archives.rules import MOST_COUNTED, MOST_RECORDS, Wanted, instant_of
from training_platform.core import clock
from training_platform.core.db import fetch
from training_platform.core.i18n import pick
from training_platform.core.permissions import Person
from training_platform.core.tables import Page, page_number
from training_platform.people.models import Department, Employee, JobRole
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Effect, Kind
from training_platform.records.texts import OTHER, TEXTS

STREAMED = 5_000
CHUNK = 500


@dataclass(frozen=True)
class Found:
    """One record of a search's page."""

    record_id: int
    employee_id: int
    name: str
    staff_number: str
    department: str
    at: datetime
    line: str
    icon: str
    tone: str | None
    result: str
    is_void: bool


@dataclass(frozen=True)
class Results:
    """One page of a search; its total is exact unless there are more than can be counted.

    is_cut: a word stands in so many notes that only the newest of them were looked through.
    """

    page: Page[Found]
    is_more: bool
    is_cut: bool


_FOUND = (
    select(
        ArchiveEntry.place,
        ArchiveEntry.record_id,
        ArchiveEntry.percent,
        Employee.id.label("employee_id"),
        Employee.name,
        Employee.staff_number,
        Department.name.label("department"),
        ArchiveTopic.kind,
        ArchiveTopic.subject,
        ArchiveTopic.title,
        ArchiveTopic.outcome,
    )
    .join(Employee, Employee.id == ArchiveEntry.employee_id)
    .join(Department, Department.id == Employee.department_id)
    .join(ArchiveTopic, ArchiveTopic.id == ArchiveEntry.topic_id)
    .order_by(ArchiveEntry.place.desc())
)


def find(session: Session, viewer: Person, wanted: Wanted) -> Results:
    """Return the page asked for of the records that the viewer may find."""
    search = search_for(session, viewer, wanted)
    found_at = newest(session, search.plans)
    shown = min(len(found_at), MOST_COUNTED)
    number = min(page_number(), max(1, -(-shown // PER_PAGE)))
    places = found_at[:shown][(number - 1) * PER_PAGE : number * PER_PAGE]
    # The scope once more: what a page shows never rests on the search alone.
    rows = session.execute(_FOUND.where(ArchiveEntry.place.in_(places), in_scope(viewer))).all()
    void = _void_among(session, [row.record_id for row in rows])
    found = [_found(row, is_void=row.record_id in void) for row in rows]
    page = Page(found, number, PER_PAGE, shown)
    return Results(page, is_more=len(found_at) > MOST_COUNTED, is_cut=search.is_cut)


def _found(row: Any, *, is_void: bool) -> Found:
    text = TEXTS.get(row.kind, OTHER)
    percent = "" if row.percent is None else f"{row.percent} %"
    return Found(
        record_id=row.record_id,
        employee_id=row.employee_id,
        name=row.name,
        staff_number=row.staff_number,
        department=pick(row.department),
        at=instant_of(row.place),
        line=texts.line_of(row.kind, row.title, row.subject),
        icon=text.icon,
        tone=text.tone,
        result=" ".join(filter(None, [percent, texts.outcome_name(row.outcome)])),
        is_void=is_void,
    )


_VOID = select(TrainingRecord.corrects_id).where(
    TrainingRecord.kind == Kind.CORRECTION.value, TrainingRecord.subject == Effect.VOID.value
)


def _void_among(session: Session, record_ids: Sequence[int]) -> set[int | None]:
    return set(session.scalars(_VOID.where(TrainingRecord.corrects_id.in_(record_ids))))


class TableRow(NamedTuple):
    """One record of a file; every text in the reader's language."""

    at: datetime
    staff_number: str
    name: str
    department: str
    job_role: str
    kind: str
    title: str
    provider: str
    result: str
    percent: int | None
    minutes: int | None
    counts: bool


#: Staff number, name, department, job role; or kind, title, provider, result.
Words = tuple[str, str, str, str]


@dataclass(frozen=True)
class Records:
    """What a file is written from: words once a person and topic, one row of numbers a record.

    numbers: place, record, person, topic, percent, minutes. They come from the database in parts.
    """

    people: Mapping[int, Words]
    topics: Mapping[int, Words]
    void: frozenset[int | None]
    numbers: Iterator[Any]


def records(session: Session, viewer: Person, wanted: Wanted) -> Records:
    """Return every record that the viewer may find, at most MOST_RECORDS."""
    people = _people(session, viewer)
    return Records(
        people,
        _topics(session),
        frozenset(session.scalars(_VOID)),
        # The scope once more: what a file holds never rests on the search alone.
        (row for row in _numbers(session, viewer, wanted) if row[2] in people),
    )


def stream(session: Session, viewer: Person, wanted: Wanted) -> Iterator[TableRow]:
    """Yield every record that the viewer may find, newest first, at most MOST_RECORDS."""
    found = records(session, viewer, wanted)
    people, topics, void = found.people, found.topics, found.void
    for place, record_id, employee_id, topic_id, percent, minutes in found.numbers:
        person, topic = people[employee_id], topics[topic_id]
        at = clock_time(place)
        yield TableRow(at, *person, *topic, percent, minutes, record_id not in void)


def clock_time(place: int) -> datetime:
    """Return the instant at a place as a clock on the company's wall showed it."""
    return instant_of(place).astimezone(clock.company_zone()).replace(tzinfo=None)


_NUMBERS = (
    ArchiveEntry.record_id,
    ArchiveEntry.employee_id,
    ArchiveEntry.topic_id,
    ArchiveEntry.percent,
    ArchiveEntry.minutes,
)


def _numbers(session: Session, viewer: Person, wanted: Wanted) -> Iterator[Any]:
    """Yield place and numbers of the entries found; of several terms each entry once."""
    plans = search_for(session, viewer, wanted).plans
    if len(plans) == 1:
        statement = plans[0].places().add_columns(*_NUMBERS).limit(MOST_RECORDS)
        yield from fetch(session, statement.execution_options(yield_per=STREAMED))
        return
    places = sorted({place for plan in plans for place in _places(session, plan)}, reverse=True)
    for start in range(0, min(len(places), MOST_RECORDS), CHUNK):
        part = ArchiveEntry.place.in_(places[start : start + CHUNK])
        statement = select(ArchiveEntry.place, *_NUMBERS).where(part)
        yield from fetch(session, statement.order_by(ArchiveEntry.place.desc()))


def _places(session: Session, plan: Plan) -> Iterator[int]:
    statement = plan.places().limit(MOST_RECORDS).execution_options(yield_per=STREAMED)
    yield from session.scalars(statement)


def _people(session: Session, viewer: Person) -> dict[int, tuple[str, str, str, str]]:
    rows = session.execute(
        select(
            Employee.id,
            Employee.staff_number,
            Employee.name,
            Department.name.label("department"),
            JobRole.name.label("job_role"),
        )
        .join(Department, Department.id == Employee.department_id)
        .outerjoin(JobRole, JobRole.id == Employee.job_role_id)
        .where(in_scope(viewer))
    )
    return {
        row.id: (row.staff_number, row.name, pick(row.department), pick(row.job_role or {}))
        for row in rows
    }


def _topics(session: Session) -> dict[int, tuple[str, str, str, str]]:
    kinds: dict[str, str] = {}
    found = {}
    for row in session.execute(select(ArchiveTopic)).scalars():
        kind = kinds.setdefault(row.kind, texts.plain_kind(row.kind))
        title = pick(row.title) or row.subject
        found[row.id] = (kind, title, row.provider, texts.outcome_name(row.outcome))
    return found
