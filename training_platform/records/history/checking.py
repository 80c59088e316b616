"""The rows of a list as trainings of people, with all that is wrong with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock, slots
from training_platform.core.i18n import translate
from training_platform.core.text import fold
from training_platform.people.models import Employee
from training_platform.people.staff_list import parse_day
from training_platform.records.history import rules, texts
from training_platform.records.history.mapping import REQUIRED
from training_platform.records.history.models import HistoryImport
from training_platform.records.models import RecordValue, TrainingRecord
from training_platform.records.queries.subjects import IS_VOID
from training_platform.records.rules import Kind

#: A higher package answers with the courses of the platform: id → title in both languages.
COURSES_SLOT = "history.courses"
#: Kinds of records that a row may repeat.
_WHOLE_TRAININGS = (
    Kind.TRAINING_IMPORTED,
    Kind.COURSE_COMPLETED,
    Kind.CURRICULUM_COMPLETED,
    Kind.EXTERNAL_TRAINING,
)
Row = tuple[int, Sequence[str]]
#: Whose training, on which day, of which name: what makes two the same.
Key = tuple[int, date, str]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell."""

    text: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return translate(self.text, **self.values)


@dataclass(frozen=True)
class Course:
    """A course of the platform."""

    id: str
    title: Mapping[str, str]


@dataclass
class Checked:
    """One row: its texts by field, what they mean, and what is wrong with them."""

    #: Its place among the rows that are not empty, from 1; number is that in the file.
    index: int
    number: int
    texts: dict[str, str]
    person: Any = None
    day: date | None = None
    course: Course | None = None
    minutes: int | None = None
    percent: float | int | None = None
    outcome: str | None = None
    faults: dict[str, Fault] = field(default_factory=dict)
    is_known: bool = False

    @property
    def is_right(self) -> bool:
        """Tell whether the row is to be written."""
        return not self.faults and not self.is_known

    def keys(self) -> set[Key]:
        """Return by what the same training is found again; none unless person and day are known."""
        if self.person is None or self.day is None:
            return set()
        titles = [self.texts.get("title", "")]
        if self.course is not None:
            titles += [self.course.id, *self.course.title.values()]
        return {(self.person.id, self.day, fold(title)) for title in titles}

    def happened_at(self) -> datetime:
        """Return the instant that stands for the day: its noon, the same day in every zone near."""
        if self.day is None:
            raise ValueError("a row without a day is never written")
        return datetime.combine(self.day, time(12), clock.company_zone())


class Checker:
    """Checks the rows of one list in their order; it remembers those before, to find doubles."""

    def __init__(self, session: Session, found: HistoryImport) -> None:
        """Read once what rows are compared with: people and courses."""
        self._mapping = list(found.mapping)
        self._own_id = found.created_by_id
        self._today = clock.today()
        self._people = _People(session)
        self._courses = _courses(session)
        self._seen: dict[Key, int] = {}

    def read(self, first: int, rows: Sequence[Row]) -> list[Checked]:
        """Return some rows, checked by themselves and against those before; first is their index.

        Whether they stand in the records is a question for mark_known().
        """
        return [self._read(first + at, row) for at, row in enumerate(rows)]

    def _read(self, index: int, row: Row) -> Checked:
        number, cells = row
        given = {
            name: cells[at] if at < len(cells) else ""
            for at, name in enumerate(self._mapping)
            if name
        }
        checked = Checked(index, number, given)
        self._check_texts(checked)
        self._find_person(checked)
        self._read_day(checked)
        self._read_values(checked)
        checked.course = self._courses.get(fold(given.get("title", "")))
        self._find_double(checked)
        return checked

    def _check_texts(self, row: Checked) -> None:
        for name in REQUIRED:
            if not row.texts.get(name):
                row.faults[name] = Fault(texts.MISSING)
        for name, text in row.texts.items():
            if len(text) > rules.longest(name):
                row.faults[name] = Fault(texts.TOO_LONG)
            elif text.startswith(("=", "@")):
                row.faults[name] = Fault(texts.FORMULA)

    def _find_person(self, row: Checked) -> None:
        number, name = row.texts.get("staff_number", ""), row.texts.get("name", "")
        at = "staff_number" if "staff_number" in row.texts else "name"
        if not number and not name:
            row.faults[at] = Fault(texts.NO_PERSON)
            return
        found = self._people.with_number(number) if number else self._people.with_name(name)
        if isinstance(found, str):
            row.faults["staff_number" if number else "name"] = Fault(found)
        elif number and name and fold(name) not in {fold(found.name), fold(found.name_latin)}:
            row.faults["name"] = Fault(texts.OTHER_NAME)
        elif found.id == self._own_id:
            row.faults[at] = Fault(texts.OWN)
        else:
            row.person = found

    def _read_day(self, row: Checked) -> None:
        text = row.texts.get("day", "").split(" ")[0]
        if not text or "day" in row.faults:
            return
        day = parse_day(text)
        if day is None:
            row.faults["day"] = Fault(texts.NO_DAY)
        elif day > self._today:
            row.faults["day"] = Fault(texts.TO_COME)
        elif row.person is not None and day < row.person.hired_on:
            row.faults["day"] = Fault(texts.BEFORE_HIRE, {"day": row.person.hired_on.isoformat()})
        elif row.person is not None and row.person.left_on and day > row.person.left_on:
            row.faults["day"] = Fault(texts.AFTER_LEAVING, {"day": row.person.left_on.isoformat()})
        else:
            row.day = day

    def _read_values(self, row: Checked) -> None:
        for name, attribute, read, wrong in (
            ("hours", "minutes", rules.read_minutes, texts.WRONG_HOURS),
            ("percent", "percent", rules.read_percent, texts.WRONG_PERCENT),
            ("outcome", "outcome", rules.read_outcome, texts.WRONG_OUTCOME),
        ):
            text = row.texts.get(name, "")
            if text and name not in row.faults:
                value = read(text)
                setattr(row, attribute, value)
                if value is None:
                    row.faults[name] = Fault(wrong)

    def _find_double(self, row: Checked) -> None:
        if row.faults:
            return
        keys = row.keys()
        earlier = next((self._seen[key] for key in keys if key in self._seen), None)
        if earlier is not None:
            row.faults["title"] = Fault(texts.DOUBLE, {"row": str(earlier)})
        else:
            self._seen.update(dict.fromkeys(keys, row.number))


def mark_known(session: Session, rows: Iterable[Checked]) -> None:
    """Mark the rows that stand in the records already, and still count there, in one statement."""
    right = [row for row in rows if not row.faults]
    days = [row.day for row in right if row.day is not None]
    if not days:
        return
    zone = clock.company_zone()
    found = session.execute(
        select(
            TrainingRecord.employee_id,
            TrainingRecord.happened_at,
            TrainingRecord.subject,
            RecordValue.data,
        )
        .outerjoin(RecordValue, RecordValue.record_id == TrainingRecord.id)
        .where(
            TrainingRecord.employee_id.in_({row.person.id for row in right}),
            TrainingRecord.kind.in_([kind.value for kind in _WHOLE_TRAININGS]),
            TrainingRecord.happened_at >= datetime.combine(min(days), time(), zone),
            TrainingRecord.happened_at
            < datetime.combine(max(days) + timedelta(days=1), time(), zone),
            ~IS_VOID,
        )
    )
    standing = {
        (row.employee_id, clock.company_day(row.happened_at), fold(name))
        for row in found
        for name in _names_of(row)
    }
    for row in right:
        row.is_known = not standing.isdisjoint(row.keys())


def _names_of(row: Any) -> list[str]:
    title = (row.data or {}).get("title") or ""
    titles = list(title.values()) if isinstance(title, dict) else [str(title)]
    return [name for name in (row.subject, *titles) if name]


class _People:
    """Everybody by staff number and by name. Who has no name any more is nobody."""

    def __init__(self, session: Session) -> None:
        self._by_number: dict[str, Any] = {}
        self._by_name: dict[str, list[Any]] = {}
        columns = (
            Employee.id,
            Employee.staff_number,
            Employee.name,
            Employee.name_latin,
            Employee.hired_on,
            Employee.left_on,
        )
        for row in session.execute(select(*columns).where(Employee.anonymized_at.is_(None))):
            self._by_number[fold(row.staff_number)] = row
            for name in {fold(row.name), fold(row.name_latin or "")} - {""}:
                self._by_name.setdefault(name, []).append(row)

    def with_number(self, number: str) -> Any:
        """Return whose staff number it is, or what is wrong with it."""
        return self._by_number.get(fold(number)) or texts.UNKNOWN_NUMBER

    def with_name(self, name: str) -> Any:
        """Return the only person of a name, or what is wrong with it."""
        found = self._by_name.get(fold(name), [])
        if len(found) == 1:
            return found[0]
        return texts.SEVERAL if found else texts.UNKNOWN_NAME


def _courses(session: Session) -> dict[str, Course]:
    """Return the platform's courses by everything that a list may call them."""
    found: dict[str, Course] = {}
    for courses in slots.ask(COURSES_SLOT, session=session):
        for ident, title in courses.items():
            course = Course(ident, title)
            for name in (ident, *title.values()):
                found.setdefault(fold(name), course)
    return found
