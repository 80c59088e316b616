"""What a curriculum asks for, what a course needs to be complete, what comes next. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

#: A started course with nothing done for so long is stuck.
STUCK_AFTER = timedelta(days=14)
#: So many wrong answers to one check question are worth a talk.
STUCK_TRIES = 3
SOON_DAYS = 7


# ---- What is asked of a person --------------------------------------------------------------


@dataclass(frozen=True)
class Ask:
    """What one side asks: the curriculum, or a person or rule that assigned the course."""

    is_required: bool
    due_on: date | None = None


def combine(*asks: Ask | None) -> Ask | None:
    """Return what holds when several sides ask: required if one of them says so, the earliest day.

    Electives have no due day. None if nobody asks.
    """
    given = [ask for ask in asks if ask is not None]
    if not given:
        return None
    days = [ask.due_on for ask in given if ask.is_required and ask.due_on is not None]
    return Ask(any(ask.is_required for ask in given), min(days, default=None))


def due_day(start: date, days: int | None, *, is_required: bool) -> date | None:
    """Return the last day on which a course is in time; None for electives."""
    return start + timedelta(days=days) if is_required and days is not None else None


# ---- Synchronizing with a curriculum --------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One course of a curriculum."""

    course_id: str
    phase: str
    position: int
    is_required: bool
    due_days: int | None = None


@dataclass(frozen=True)
class Entry:
    """A course as a curriculum asks one person for it."""

    course_id: str
    phase: str
    position: int
    is_required: bool
    due_on: date | None

    @property
    def ask(self) -> Ask:
        """Return what the curriculum asks."""
        return Ask(self.is_required, self.due_on)


@dataclass(frozen=True)
class Standing:
    """What a person has now: the part of the curriculum (or None), and whether others ask too."""

    course_id: str
    entry: Entry | None
    is_asked: bool = False
    is_completed: bool = False


@dataclass(frozen=True)
class Plan:
    """What a synchronization does; the preview shows exactly this, the reaction applies it."""

    added: tuple[Entry, ...] = ()
    changed: tuple[Entry, ...] = ()
    removed: tuple[str, ...] = ()
    kept_because_completed: tuple[str, ...] = ()
    kept_because_asked: tuple[str, ...] = ()
    already_completed: tuple[Entry, ...] = ()
    unchanged: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell that nothing would change."""
        return not (self.added or self.changed or self.removed or self.kept_because_asked)


def plan_sync(items: Sequence[Item], standing: Iterable[Standing], on: date) -> Plan:
    """Return what it takes to bring a person to a curriculum that holds from a day on.

    Two-way: what the curriculum asks and is missing is added; what it no longer asks is removed,
    also when it was begun (the progress stays, so that a return goes on where it stopped). What
    is completed stays, and so does what a person or a rule asked for. A due day once given stays
    while the course is required: a deadline does not move under somebody's feet. So applying a
    plan twice changes nothing the second time.
    """
    have = {each.course_id: each for each in standing}
    wanted = {item.course_id for item in items}
    added: list[Entry] = []
    changed: list[Entry] = []
    already: list[Entry] = []
    unchanged: list[str] = []
    for item in items:
        old = have.get(item.course_id)
        entry = _entry_for(item, old.entry if old else None, on)
        if old is not None and old.is_completed:
            already.append(entry)
        elif old is None or old.entry is None:
            added.append(entry)
        elif old.entry != entry:
            changed.append(entry)
        else:
            unchanged.append(item.course_id)
    left = [each for each in have.values() if each.course_id not in wanted and each.entry]
    return Plan(
        added=tuple(added),
        changed=tuple(changed),
        removed=tuple(x.course_id for x in left if not x.is_completed and not x.is_asked),
        kept_because_completed=tuple(x.course_id for x in left if x.is_completed),
        kept_because_asked=tuple(x.course_id for x in left if x.is_asked and not x.is_completed),
        already_completed=tuple(already),
        unchanged=tuple(unchanged),
    )


def _entry_for(item: Item, old: Entry | None, on: date) -> Entry:
    due_on = due_day(on, item.due_days, is_required=item.is_required)
    entry = Entry(item.course_id, item.phase, item.position, item.is_required, due_on)
    stays = old is not None and old.is_required and item.is_required and old.due_on is not None
    return replace(entry, due_on=old.due_on) if stays and old else entry


# ---- Assignment rules -----------------------------------------------------------------------


class RuleLike(Protocol):
    """What of an assignment rule decides whom it means."""

    id: Any
    course_id: Any
    job_role_id: Any
    hired_since: Any
    is_required: Any
    due_days: Any
    created_at: Any


@dataclass(frozen=True)
class Candidate:
    """Whom a rule may mean."""

    job_role_id: str | None
    department_path: str
    hired_on: date


def rule_means(rule: RuleLike, department_path: str | None, who: Candidate) -> bool:
    """Tell whether a rule means somebody; department_path is that of the rule's department."""
    return (
        (rule.job_role_id is None or rule.job_role_id == who.job_role_id)
        and (department_path is None or who.department_path.startswith(department_path))
        and (rule.hired_since is None or who.hired_on >= rule.hired_since)
    )


def rule_ask(rule: RuleLike, made_on: date, hired_on: date) -> Ask:
    """Return what a rule asks of somebody: due so many days after it was made or she was hired."""
    start = max(made_on, hired_on)
    return Ask(rule.is_required, due_day(start, rule.due_days, is_required=rule.is_required))


def is_stronger(ask: Ask, other: Ask) -> bool:
    """Tell whether one rule's ask goes before another's: required first, then the earlier day."""
    return _strength(ask) < _strength(other)


def _strength(ask: Ask) -> tuple[bool, date]:
    return (not ask.is_required, ask.due_on or date.max)


# ---- Completion -----------------------------------------------------------------------------


def is_complete(
    conditions: Sequence[Mapping[str, Any]],
    lesson_ids: Collection[str],
    finished: Collection[str],
    passed: Collection[str],
) -> bool:
    """Tell whether everything that a course asks for stands in the records.

    An unknown condition is not met: a course is never completed by a word that nobody understands.
    """
    if not conditions:
        return False
    for condition in conditions:
        if condition == {"lessons": "all"}:
            if not lesson_ids or not set(lesson_ids) <= set(finished):
                return False
        elif set(condition) == {"paper"}:
            if condition["paper"] not in passed:
                return False
        else:
            return False
    return True


# ---- What comes next ------------------------------------------------------------------------


class DueState(StrEnum):
    """How near a due day is."""

    NONE = "none"
    LATER = "later"
    SOON = "soon"
    OVERDUE = "overdue"


def due_state(due_on: date | None, today: date) -> DueState:
    """Tell how near a due day is; the last day itself is in time."""
    if due_on is None:
        return DueState.NONE
    if due_on < today:
        return DueState.OVERDUE
    return DueState.SOON if (due_on - today).days <= SOON_DAYS else DueState.LATER


@dataclass(frozen=True)
class CourseState:
    """One course of one person, with the lesson that she would take next in it."""

    course_id: str
    title: Mapping[str, str]
    lesson_count: int
    lessons_done: int
    is_required: bool
    due_on: date | None
    is_completed: bool
    phase: str | None
    position: int
    after: tuple[str, ...] = ()
    last_at: datetime | None = None
    completed_at: datetime | None = None
    paper_id: str | None = None
    lesson_id: str | None = None
    lesson_title: str = ""
    lesson_minutes: int = 0
    lesson_position: int = 0
    place_percent: int = 0
    minutes: int = 0
    source: str = ""
    summary: Mapping[str, str] | None = None
    assigned_by_id: int | None = None

    @property
    def is_started(self) -> bool:
        """Tell whether something of it was opened or done."""
        return self.last_at is not None

    @property
    def href(self) -> str:
        """Return the address of the next step: the next lesson, else the course with its quiz."""
        return f"/courses/{self.lesson_id or self.course_id}"


def waits_for(course: CourseState, completed: Collection[str]) -> tuple[str, ...]:
    """Return the courses that ought to come first and are not completed: advice, not a lock."""
    if course.is_completed:
        return ()
    return tuple(each for each in course.after if each not in completed)


def completed_ids(courses: Iterable[CourseState]) -> frozenset[str]:
    """Return the ids of the completed courses."""
    return frozenset(each.course_id for each in courses if each.is_completed)


def in_order(courses: Iterable[CourseState], today: date) -> list[CourseState]:
    """Return open courses as they should be taken.

    Overdue required ones first, then what was begun (the latest first), then by due day and by
    the place in the curriculum. What ought to come after an uncompleted course goes last.
    """
    everything = list(courses)
    done = completed_ids(everything)

    def key(course: CourseState) -> tuple[Any, ...]:
        begun = course.last_at.timestamp() if course.last_at else 0.0
        is_overdue = course.is_required and due_state(course.due_on, today) is DueState.OVERDUE
        return (
            bool(waits_for(course, done)) and not course.is_started,
            not is_overdue,
            not course.is_started,
            -begun,
            course.due_on or date.max,
            not course.is_required,
            course.position,
            course.course_id,
        )

    return sorted((each for each in everything if not each.is_completed), key=key)


def choose_next(courses: Iterable[CourseState], today: date) -> CourseState | None:
    """Return the course whose next lesson is to be taken now; None if no lesson is open.

    What waits for another course is never suggested, unless it was begun already.
    """
    everything = list(courses)
    done = completed_ids(everything)
    for course in in_order(everything, today):
        if course.lesson_id and (course.is_started or not waits_for(course, done)):
            return course
    return None


def is_place(percent: int) -> bool:
    """Tell whether a place in a lesson is one: whole percent of the way down."""
    return 0 <= percent <= 100
