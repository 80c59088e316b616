"""Finding records among a million: filters become sets of people and topics, then one walk.

People and topics are a few thousand rows, so names, titles and results are looked up there first.
What remains is numbers. A word may stand in a person, a topic or a note: each way to find all the
words is a term, and a search is what any of its terms finds. The entries of a term are read in one
of four orders, whichever meets enough matches first: by time, from the people, the topics, or the
records. `+ 0` keeps the databases from taking another index than the one that was chosen: they do
not know how the filters hang together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from training_platform.archives.models import ArchiveEntry, ArchiveNote, ArchiveTopic
from training_platform.archives.queries.people import people_named, people_of
from training_platform.archives.rules import (
    MOST_COUNTED,
    OUTCOMES,
    Result,
    Wanted,
    day_of,
    first_place,
)
from training_platform.core import clock
from training_platform.core.permissions import Person
from training_platform.core.search import words
from training_platform.people.models import Employee
from training_platform.records.texts import GROUPS, kinds_of

PER_PAGE = 25
#: The newest notes that a word is looked up in: so many, where it stands in more of them.
MOST_NOTES = 20_000
#: Words that are looked for; each may stand in three places.
MOST_WORDS = 4
#: What jumping to another person, topic or record costs, in entries read along the way.
SEEK = 3
_entry = ArchiveEntry
_TOPICS = select(ArchiveTopic.id, ArchiveTopic.record_count)


@dataclass(frozen=True)
class Term:
    """A record of these people and on these topics and among these records; None: of any."""

    people: frozenset[int] | None = None
    topics: Mapping[int, int] | None = None
    records: frozenset[int] | None = None

    @property
    def is_empty(self) -> bool:
        """Tell that nothing can match."""
        return any(
            part is not None and not part for part in (self.people, self.topics, self.records)
        )

    def of_people(self, people: frozenset[int]) -> "Term":
        """Return the term narrowed to people."""
        return replace(self, people=people if self.people is None else self.people & people)

    def on_topics(self, topics: Mapping[int, int]) -> "Term":
        """Return the term narrowed to topics, which come with their numbers of records."""
        if self.topics is None:
            return replace(self, topics=topics)
        both = {ident: count for ident, count in self.topics.items() if ident in topics}
        return replace(self, topics=both)

    def among(self, records: frozenset[int]) -> "Term":
        """Return the term narrowed to records."""
        return replace(self, records=records if self.records is None else self.records & records)


@dataclass(frozen=True)
class Plan:
    """How to read what one term finds: conditions, and whether the entries lie in their order."""

    where: tuple[ColumnElement[bool], ...]
    by_time: bool

    def places(self) -> Select[Any]:
        """Return the select of the places that match, newest first."""
        order = _entry.place if self.by_time else _entry.place + 0
        return select(_entry.place).where(*self.where).order_by(order.desc())


def plans_of(session: Session, viewer: Person, wanted: Wanted) -> list[Plan]:
    """Return how to read what a search asks for: one plan a term; none where nothing can match.

    The viewer's scope is a part of each: no statement reads the records of others.
    """
    if wanted.is_reversed:
        return []
    terms = _terms(session, viewer, wanted)
    if not terms:
        return []
    span, share = _span(session, wanted)
    size = _Size(
        int(session.scalar(select(func.sum(ArchiveTopic.record_count))) or 0),
        session.scalar(select(func.count()).select_from(Employee)) or 0,
    )
    return [_best(term, span, share, size) for term in terms]


def count(session: Session, plans: Sequence[Plan]) -> int:
    """Return how many entries match, exact to MOST_COUNTED; one more means there are more."""
    found: set[int] = set()
    for plan in plans:
        some = plan.places().order_by(None).limit(MOST_COUNTED + 1)
        if len(plans) == 1:
            return session.scalar(select(func.count()).select_from(some.subquery())) or 0
        found.update(session.scalars(some))
        if len(found) > MOST_COUNTED:
            return MOST_COUNTED + 1
    return len(found)


def page_places(
    session: Session, plans: Sequence[Plan], number: int, per_page: int = PER_PAGE
) -> list[int]:
    """Return where the records of a page lie, newest first."""
    before = (number - 1) * per_page
    if len(plans) == 1:
        return list(session.scalars(plans[0].places().limit(per_page).offset(before)))
    newest: set[int] = set()
    for plan in plans:
        newest.update(session.scalars(plan.places().limit(before + per_page)))
    return sorted(newest, reverse=True)[before : before + per_page]


def _terms(session: Session, viewer: Person, wanted: Wanted) -> list[Term]:
    people = people_of(session, viewer, wanted)
    base = Term(None if people is None else frozenset(people), _topics(session, wanted))
    terms = [] if base.is_empty else [base]
    for word in words(wanted.q)[:MOST_WORDS]:
        named = frozenset(people_named(session, viewer, word))
        topics = _counted(session, [holds(session, ArchiveTopic.search_text, word)])
        noted = frozenset(session.scalars(_noted(holds(session, ArchiveNote.search_text, word))))
        ways = [
            way
            for term in terms
            for way in (term.of_people(named), term.on_topics(topics), term.among(noted))
        ]
        terms = [way for way in ways if not way.is_empty]
    return terms


def _topics(session: Session, wanted: Wanted) -> dict[int, int] | None:
    conditions: list[ColumnElement[bool]] = []
    if wanted.kind:
        kinds = kinds_of(wanted.kind) if wanted.kind in GROUPS else [wanted.kind]
        conditions.append(ArchiveTopic.kind.in_(kinds))
    if found := words(wanted.subject):
        conditions += [holds(session, ArchiveTopic.search_text, word) for word in found]
    if wanted.result:
        conditions.append(_has_result(Result(wanted.result)))
    return _counted(session, conditions) if conditions else None


def _counted(session: Session, conditions: Iterable[ColumnElement[bool]]) -> dict[int, int]:
    rows = session.execute(_TOPICS.where(*conditions))
    return {row.id: row.record_count for row in rows}


def _has_result(result: Result) -> ColumnElement[bool]:
    if result is Result.NONE:
        known = frozenset[str]().union(*OUTCOMES.values())
        return ArchiveTopic.outcome.not_in(sorted(known))
    return ArchiveTopic.outcome.in_(sorted(OUTCOMES[result]))


def holds(session: Session, column: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    """Return that a folded text holds a folded word: a fifth of what LIKE takes on SQLite."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    find = func.instr if is_sqlite else func.strpos
    return find(column, word) > 0


def _noted(condition: ColumnElement[bool]) -> Select[Any]:
    return (
        select(ArchiveNote.record_id)
        .where(condition)
        .order_by(ArchiveNote.record_id.desc())
        .limit(MOST_NOTES)
    )


def _among(column: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """Return that a column holds one of our numbers; they are written into the statement."""
    values: Any = bindparam("ids", sorted(ids), expanding=True, literal_execute=True, unique=True)
    return column.in_(values)  # type: ignore[no-any-return]


def _span(session: Session, wanted: Wanted) -> tuple[list[ColumnElement[bool]], float]:
    """Return the conditions of the dates, and which share of all entries they leave."""
    conditions = []
    low, high = _ends(session)
    first, last = low, high
    if since := day_of(wanted.since):
        first = max(first, first_place(_start_of(since)))
        conditions.append(_entry.place >= first_place(_start_of(since)))
    if until := day_of(wanted.until):
        end = _start_of(until + timedelta(days=1))
        last = min(last, first_place(end))
        conditions.append(_entry.place < first_place(end))
    share = max(last - first, 0) / max(high - low, 1) if conditions else 1.0
    return conditions, share


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), clock.company_zone())


def _ends(session: Session) -> tuple[int, int]:
    low = session.scalar(select(func.min(_entry.place))) or 0
    return low, session.scalar(select(func.max(_entry.place))) or 0


@dataclass(frozen=True)
class _Size:
    entries: int
    people: int


def _best(term: Term, span: Sequence[ColumnElement[bool]], share: float, size: _Size) -> Plan:
    """Choose what to read: the order that meets enough matches after the fewest entries."""
    parts: list[tuple[Any, Iterable[int], float]] = []
    if term.people is not None:
        entries = size.entries * len(term.people) / max(size.people, 1)
        parts.append((_entry.employee_id, term.people, entries))
    if term.topics is not None:
        parts.append((_entry.topic_id, term.topics, float(sum(term.topics.values()))))
    if term.records is not None:
        parts.append((_entry.record_id, term.records, float(len(term.records))))
    density = 1.0
    costs = []
    for _column, ids, entries in parts:
        density *= min(entries / max(size.entries, 1), 1.0)
        costs.append(entries * share + SEEK * len(list(ids)))
    walked = min(size.entries * share, (MOST_COUNTED + 1) / max(density, 1e-9))
    by_time = not parts or walked <= min(costs)
    chosen = None if by_time else costs.index(min(costs))
    where = tuple(
        _among(column if number == chosen else column + 0, ids)
        for number, (column, ids, _entries) in enumerate(parts)
    )
    return Plan((*span, *where), by_time)
