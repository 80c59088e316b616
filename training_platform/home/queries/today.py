"""What one person's own page shows: a handful of small statements, columns only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from training_platform.certificates.models import Certificate
from training_platform.core import clock
from training_platform.core.db import fetch
from training_platform.core.i18n import language
from training_platform.curricula.models import Lesson, LessonProgress, LessonText
from training_platform.curricula.queries import learning
from training_platform.curricula.queries.learning import with_due_day
from training_platform.curricula.rules import CourseState, DueState, due_state, in_order
from training_platform.home import rules
from training_platform.quizzes.models import Attempt, AttemptState, Paper
from training_platform.quizzes.queries import papers, standings

SHOWN_DUE = 4
SHOWN_BEGUN = 3
SHOWN_CERTIFICATES = 2

_ME: BindParameter[int] = bindparam("employee_id")
_SINCE: BindParameter[datetime] = bindparam("since", type_=LessonProgress.opened_at.type)

_FINISHED: Any = (
    select(LessonProgress.finished_at, Lesson.minutes, LessonText.title, Lesson.id)
    .join(Lesson, Lesson.id == LessonProgress.lesson_id)
    .outerjoin(
        LessonText,
        and_(LessonText.lesson_id == Lesson.id, LessonText.locale == bindparam("locale")),
    )
    .where(LessonProgress.employee_id == _ME, LessonProgress.finished_at >= _SINCE)
    .order_by(LessonProgress.finished_at.desc())
)
_ATTEMPTS: Any = (
    select(
        Attempt.token,
        Attempt.state,
        Attempt.started_at,
        Attempt.deadline_at,
        Attempt.submitted_at,
        Attempt.percent,
        Attempt.is_passed,
        Paper.title,
        Paper.minutes,
    )
    .join(Paper, Paper.id == Attempt.paper_id)
    .where(
        Attempt.employee_id == _ME,
        or_(Attempt.state == AttemptState.IN_PROGRESS, Attempt.submitted_at >= _SINCE),
        or_(Attempt.state == AttemptState.IN_PROGRESS, Attempt.is_sealed.is_(False)),
    )
    .order_by(Attempt.started_at.desc())
)
_CERTIFICATES: Any = (
    select(
        Certificate.code,
        Certificate.title,
        Certificate.valid_until,
        Certificate.issued_on,
        func.count().over().label("count"),
    )
    .where(Certificate.employee_id == _ME, Certificate.revoked_at.is_(None))
    .order_by(Certificate.issued_on.desc(), Certificate.id.desc())
    .limit(SHOWN_CERTIFICATES)
)


@dataclass(frozen=True)
class OpenAttempt:
    """A quiz that is being taken right now."""

    token: str
    title: dict[str, Any]
    seconds_left: int

    @property
    def minutes_left(self) -> int:
        """Return the minutes left, a begun one counted."""
        return -(-self.seconds_left // 60)


@dataclass(frozen=True)
class Done:
    """Something that was done today."""

    title: str
    minutes: int
    percent: int | None = None


@dataclass(frozen=True)
class Due:
    """A course with its due day, and how far away that is."""

    course: CourseState
    state: DueState
    days: int


@dataclass(frozen=True)
class WaitingQuiz:
    """A failed quiz whose next attempt is not open yet; opens_at is None where others decide."""

    paper_id: str
    title: dict[str, Any]
    opens_at: datetime | None


@dataclass(frozen=True)
class Today:
    """What a person's own page shows."""

    day: date
    courses: Sequence[CourseState]
    attempt: OpenAttempt | None
    steps: Sequence[rules.Step]
    done: Sequence[Done]
    week: Sequence[int | None]
    due: Sequence[Due]
    certificates: Sequence[Any] = field(default_factory=tuple)
    #: Quizzes that cannot be taken now.
    waiting: Sequence["WaitingQuiz"] = field(default_factory=tuple)

    @property
    def minutes(self) -> int:
        """Return the minutes done today."""
        return self.week[self.day.weekday()] or 0

    @property
    def days(self) -> list[date]:
        """Return the days of this week, Monday first."""
        return [self.day + timedelta(days=i - self.day.weekday()) for i in range(7)]

    @property
    def days_learned(self) -> int:
        """Return on how many days of this week something was done."""
        return sum(1 for minutes in self.week if minutes)

    @property
    def week_minutes(self) -> int:
        """Return the minutes of this week."""
        return sum(minutes or 0 for minutes in self.week)

    @property
    def is_new(self) -> bool:
        """Tell that nothing was ever begun: such a person sees a first step, no empty shelves."""
        return not (
            self.certificates
            or self.attempt
            or self.week_minutes
            or any(each.is_started or each.is_completed for each in self.courses)
        )

    @property
    def overdue_count(self) -> int:
        """Return how many courses are overdue."""
        return sum(1 for each in self.due if each.state is DueState.OVERDUE)

    @property
    def begun(self) -> list[CourseState]:
        """Return the courses that were begun and go on, the latest first."""
        going = [each for each in in_order(self.courses, self.day) if each.is_started]
        return going[:SHOWN_BEGUN]

    @property
    def next_certificate(self) -> CourseState | None:
        """Return the begun course that is nearest to its certificate."""
        return rules.next_certificate(self.courses)

    @property
    def has_completed_all(self) -> bool:
        """Tell that there are courses, and that all of them are completed."""
        return bool(self.courses) and all(each.is_completed for each in self.courses)


def today_of(session: Session, employee_id: int, *, whole: bool = True) -> Today:
    """Return a person's page: four statements, three where only the card is wanted."""
    day, now = clock.today(), clock.now()
    monday = day - timedelta(days=day.weekday())
    since = datetime.combine(monday, time.min, clock.company_zone()).astimezone(UTC)
    values = {"employee_id": employee_id, "since": since, "locale": language()}
    courses = learning(session, employee_id)
    lessons = fetch(session, _FINISHED, values).all()
    attempts = fetch(session, _ATTEMPTS, values).all()
    steps = rules.open_steps(courses, day)
    waiting = _waiting(session, employee_id, steps)
    if waiting:
        steps = rules.open_steps(courses, day, {each.paper_id for each in waiting})
    certificates = fetch(session, _CERTIFICATES, values).all() if whole else ()
    return Today(
        day=day,
        courses=courses,
        attempt=_open_attempt(attempts, now),
        steps=steps,
        waiting=waiting,
        done=_done(lessons, attempts, day),
        week=_week(lessons, attempts, monday, day),
        due=[_due(each, day) for each in with_due_day(courses)],
        certificates=certificates,
    )


def _waiting(session: Session, employee_id: int, steps: Sequence[rules.Step]) -> list[WaitingQuiz]:
    """Return the quizzes among the steps that the fail ladder holds back."""
    ids = [each.course.paper_id for each in steps if each.kind is rules.StepKind.QUIZ]
    if not ids:
        return []
    rows = session.execute(papers().where(Paper.id.in_(ids))).all()
    standing = standings(session, employee_id, rows)
    return [
        WaitingQuiz(row.id, row.title, standing[row.id].step.opens_at)
        for row in rows
        if not standing[row.id].step.can_start
    ]


def _due(course: CourseState, day: date) -> Due:
    assert course.due_on is not None  # noqa: S101  # with_due_day() chose it for that
    return Due(course, due_state(course.due_on, day), (course.due_on - day).days)


def _open_attempt(attempts: Sequence[Any], now: datetime) -> OpenAttempt | None:
    for row in attempts:
        if row.state is AttemptState.IN_PROGRESS and row.deadline_at > now:
            return OpenAttempt(row.token, row.title, int((row.deadline_at - now).total_seconds()))
    return None


def _done(lessons: Sequence[Any], attempts: Sequence[Any], day: date) -> list[Done]:
    found = [
        Done(row.title or row.id, row.minutes)
        for row in lessons
        if clock.company_day(row.finished_at) == day
    ]
    for row in attempts:
        if row.submitted_at and clock.company_day(row.submitted_at) == day:
            minutes = rules.quiz_minutes(row.started_at, row.submitted_at, row.minutes)
            found.append(Done(row.title, minutes, row.percent))
    return found


def _week(
    lessons: Sequence[Any], attempts: Sequence[Any], monday: date, day: date
) -> list[int | None]:
    spent = [(row.finished_at, row.minutes) for row in lessons]
    spent += [
        (row.submitted_at, rules.quiz_minutes(row.started_at, row.submitted_at, row.minutes))
        for row in attempts
        if row.submitted_at
    ]
    days: list[int | None] = [0 if index <= day.weekday() else None for index in range(7)]
    for at, minutes in spent:
        index = (clock.company_day(at) - monday).days
        if 0 <= index < 7:
            days[index] = (days[index] or 0) + minutes
    return days
