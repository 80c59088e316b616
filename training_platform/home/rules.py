"""What the greeting says, which step comes next, how a share is read. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from training_platform.curricula.rules import (
    CourseState,
    completed_ids,
    in_order,
    waits_for,
)

#: What a day asks of everybody.
GOAL_MINUTES = 5
#: The share of people who pass, in percent, that the department wants.
TARGET_PERCENT = 90
#: Below so many people a total would speak of somebody.
MIN_PEOPLE = 3
#: Fewer answers say nothing about a question.
MIN_ANSWERS = 3
TREND_MONTHS = 6
EXPIRES_WITHIN_DAYS = 60
RECENT_DAYS = 30
DUE_WITHIN_DAYS = 30


class PartOfDay(StrEnum):
    """When somebody is greeted."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


def part_of_day(at: datetime) -> PartOfDay:
    """Return the part of the day of an instant in the viewer's zone."""
    if 5 <= at.hour < 12:
        return PartOfDay.MORNING
    return PartOfDay.AFTERNOON if 12 <= at.hour < 18 else PartOfDay.EVENING


class StepKind(StrEnum):
    """What a step of the five minutes is."""

    LESSON = "lesson"
    QUIZ = "quiz"


@dataclass(frozen=True)
class Step:
    """One thing to do now."""

    kind: StepKind
    course: CourseState


def open_steps(
    courses: Iterable[CourseState], today: date, closed_papers: Collection[str] = ()
) -> list[Step]:
    """Return what can be done now, the most pressing first: a lesson, or the quiz after the last.

    What waits for another course is never a step, unless it was begun already. The quiz of a
    closed paper, which waits for its makeup, is none either.
    """
    everything = list(courses)
    done = completed_ids(everything)
    steps = []
    for course in in_order(everything, today):
        if waits_for(course, done) and not course.is_started:
            continue
        if course.lesson_id:
            steps.append(Step(StepKind.LESSON, course))
        elif course.paper_id and course.is_started and course.paper_id not in closed_papers:
            steps.append(Step(StepKind.QUIZ, course))
    return steps


def next_certificate(courses: Iterable[CourseState]) -> CourseState | None:
    """Return the begun course that is nearest to its certificate; None if none is begun."""
    begun = [each for each in courses if each.is_started and not each.is_completed]
    return max(begun, key=lambda each: each.lessons_done / (each.lesson_count or 1), default=None)


def quiz_minutes(started_at: datetime, submitted_at: datetime, at_most: int) -> int:
    """Return the minutes that a quiz took, a begun one counted, never more than its time."""
    seconds = (submitted_at - started_at).total_seconds()
    return min(max(1, -(-int(seconds) // 60)), at_most)


def share(part: int, whole: int) -> float | None:
    """Return a percentage, None where there is nothing to divide by."""
    return part / whole * 100 if whole else None


def month_starts(today: date, count: int) -> list[date]:
    """Return the first days of the last months, the present one last."""
    months = today.year * 12 + today.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(months - count + 1, months + 1)]


def next_month(day: date) -> date:
    """Return the first day of the month after a day."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


@dataclass(frozen=True)
class Rate:
    """A share with its denominator: a rate is never shown without it."""

    label: str
    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """Return the share in percent."""
        return share(self.part, self.whole)


def total(rates: Sequence[Rate], label: str = "") -> Rate:
    """Return the share over all of them."""
    return Rate(label, sum(each.part for each in rates), sum(each.whole for each in rates))
