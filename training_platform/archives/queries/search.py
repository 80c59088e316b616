"""Finding records among a million: filters become sets of people and topics, then one walk.

People and topics are a few thousand rows, so names, titles and results are looked up there first.
What remains is numbers. A word may stand in a person, a topic or a note: each way to find all the
words is a term, and a search is what any of its terms finds. The entries of a term are read once,
for the total and every page, in one of three orders, whichever meets enough matches first: by time,
from the people, or the topics; of notes it is known where they lie and whose they are. `+ 0` keeps
the databases from taking another index than the one that was chosen: they do not know how the
filters hang together.
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
    first_place,
    instant_of,
)
from training_platform.core import clock
from training_platform.core.db import fetch
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
    """A record of these people and on these topics and with these notes; None: of any.

    Topics come with their numbers of records, noted records as their places with whose they are.
    """

    people: frozenset[int] | None = None
    topics: Mapping[int, int] | None = None
    noted: Mapping[int, int] | None = None

    @property
    def is_empty(self) -> bool:
        """Tell that nothing can match."""
        return any(part is not None and not part for part in (self.people, self.topics, self.noted))

    def of_people(self, people: frozenset[int]) -> "Term":
        """Return the term narrowed to people."""
        return replace(self, people=people if self.people is None else self.people & people)

    def on_topics(self, topics: Mapping[int, int]) -> "Term":
        """Return the term narrowed to topics."""
        return replace(self, topics=_both(self.topics, topics))

    def with_notes(self, noted: Mapping[int, int]) -> "Term":
        """Return the term narrowed to noted records."""
        return replace(self, noted=_both(self.noted, noted))


def _both(some: Mapping[int, int] | None, others: Mapping[int, int]) -> Mapping[int, int]:
    if some is None:
        return others
    return {key: value for key, value in some.items() if key in others}


@dataclass(frozen=True)
class Plan:
    """How to read what one term finds: conditions, and whether the entries lie in their order.

    known: all the places, newest first, where no database has to be asked any more.
    """

    where: tuple[ColumnElement[bool], ...]
    by_time: bool
    known: tuple[int, ...] | None = None

    def places(self) -> Select[Any]:
        """Return the select of the places that match, newest first."""
        order = _entry.place if self.by_time else _entry.place + 0
        return select(_entry.place).where(*self.where).order_by(order.desc())


@dataclass(frozen=True)
class Search:
    """How to read what a search finds: one plan a term; none where nothing can match.

    is_cut: a word stands in so many notes that only the newest of them were looked through.
    """

    plans: Sequence[Plan] = ()
    is_cut: bool = False


def search_for(session: Session, viewer: Person, wanted: Wanted) -> Search:
    """Return how to read what a search asks for.

    The viewer's scope is a part of each plan: no statement reads the records of others.
    """
    if wanted.is_reversed:
        return Search()
    terms, is_cut = _terms(session, viewer, wanted)
    if not terms:
        return Search(is_cut=is_cut)
    span = _span(session, wanted)
    size = _Size(
        int(session.scalar(select(func.sum(ArchiveTopic.record_count))) or 0),
        session.scalar(select(func.count()).select_from(Employee)) or 0,
    )
    return Search([_plan(term, span, size) for term in terms], is_cut)


def newest(session: Session, plans: Sequence[Plan]) -> list[int]:
    """Return where the newest records lie that any plan finds, newest first.

    At most MOST_COUNTED, and one more where there are more: enough for the total and every page,
    so that each plan is read once.
    """
    most = MOST_COUNTED + 1
    found = [
        plan.known[:most]
        if plan.known is not None
        else session.scalars(plan.places().limit(most)).all()
        for plan in plans
    ]
    if len(found) == 1:
        return list(found[0])
    return sorted(set().union(*found), reverse=True)[:most]


def _terms(session: Session, viewer: Person, wanted: Wanted) -> tuple[list[Term], bool]:
    """Return the ways in which all is found, and whether a word had too many notes."""
    people = people_of(session, viewer, wanted)
    base = Term(None if people is None else frozenset(people), _topics(session, wanted))
    terms, is_cut = [] if base.is_empty else [base], False
    for word in words(wanted.q)[:MOST_WORDS] if terms else ():
        named = frozenset(people_named(session, viewer, word))
        topics = _counted(session, [holds(session, ArchiveTopic.search_text, word)])
        noted = _noted(session, word)
        is_cut = is_cut or len(noted) == MOST_NOTES
        ways = [
            way
            for term in terms
            for way in (term.of_people(named), term.on_topics(topics), term.with_notes(noted))
        ]
        terms = [way for way in ways if not way.is_empty]
    return terms, is_cut


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


def _noted(session: Session, word: str) -> dict[int, int]:
    """Return the places of the newest records whose notes hold a word, with whose they are."""
    statement = (
        select(ArchiveNote.place, ArchiveNote.employee_id)
        .where(holds(session, ArchiveNote.search_text, word))
        .order_by(ArchiveNote.record_id.desc())
        .limit(MOST_NOTES)
    )
    return {row.place: row.employee_id for row in fetch(session, statement)}


def _among(column: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """Return that a column holds one of our numbers; they are written into the statement."""
    values: Any = bindparam("ids", sorted(ids), expanding=True, literal_execute=True, unique=True)
    return column.in_(values)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class _Span:
    """The dates: from the first place to before the last; share of all entries that they leave."""

    first: int | None
    last: int | None
    share: float

    def where(self) -> list[ColumnElement[bool]]:
        """Return the dates as conditions."""
        conditions = []
        if self.first is not None:
            conditions.append(_entry.place >= self.first)
        if self.last is not None:
            conditions.append(_entry.place < self.last)
        return conditions

    def holds(self, place: int) -> bool:
        """Tell whether a place lies between the dates."""
        return not (
            (self.first is not None and place < self.first)
            or (self.last is not None and place >= self.last)
        )


def _span(session: Session, wanted: Wanted) -> _Span:
    since, until = wanted.span
    if since is None and until is None:
        return _Span(None, None, 1.0)
    low, high = _ends(session)
    first = None if since is None else first_place(_start_of(since))
    last = None if until is None else first_place(_start_of(until + timedelta(days=1)))
    left = min(high if last is None else last, high) - max(low if first is None else first, low)
    return _Span(first, last, max(left, 0) / max(high - low, 1))


def years(session: Session) -> list[int]:
    """Return the years from the newest record to the oldest."""
    low, high = _ends(session)
    if not high:
        return []
    zone = clock.company_zone()
    first, last = (instant_of(place).astimezone(zone).year for place in (low, high))
    return list(range(last, first - 1, -1))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), clock.company_zone())


def _ends(session: Session) -> tuple[int, int]:
    low = session.scalar(select(func.min(_entry.place))) or 0
    return low, session.scalar(select(func.max(_entry.place))) or 0


@dataclass(frozen=True)
class _Size:
    entries: int
    people: int


def _plan(term: Term, span: _Span, size: _Size) -> Plan:
    """Choose how to read a term: notes are known with whose they are, the rest is read."""
    if term.noted is None:
        return _best(term, span, size)
    places = [
        place
        for place, employee_id in term.noted.items()
        if span.holds(place) and (term.people is None or employee_id in term.people)
    ]
    where: tuple[ColumnElement[bool], ...] = (_among(_entry.place, places),)
    if term.topics is not None:
        return Plan((*where, _among(_entry.topic_id + 0, term.topics)), by_time=True)
    return Plan(where, by_time=True, known=tuple(sorted(places, reverse=True)))


def _best(term: Term, span: _Span, size: _Size) -> Plan:
    """Choose what to read: the order that meets enough matches after the fewest entries."""
    parts: list[tuple[Any, Iterable[int], float]] = []
    if term.people is not None:
        entries = size.entries * len(term.people) / max(size.people, 1)
        parts.append((_entry.employee_id, term.people, entries))
    if term.topics is not None:
        parts.append((_entry.topic_id, term.topics, float(sum(term.topics.values()))))
    density = 1.0
    costs = []
    for _column, ids, entries in parts:
        density *= min(entries / max(size.entries, 1), 1.0)
        costs.append(entries * span.share + SEEK * len(list(ids)))
    walked = min(size.entries * span.share, (MOST_COUNTED + 1) / max(density, 1e-9))
    by_time = not parts or walked <= min(costs)
    chosen = None if by_time else costs.index(min(costs))
    where = tuple(
        _among(column if number == chosen else column + 0, ids)
        for number, (column, ids, _entries) in enumerate(parts)
    )
    return Plan((*span.where(), *where), by_time)
