"""行为表现考核: occasions, groups of raters, states, and what makes a sheet complete. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

RUBRIC, CUSTOMER_RUBRIC = "behavior", "behavior-customer"
MOST_COMMENT = 2000
MOST_TRAINING_NAME = 120
#: So many raters of one group of one person are enough, and more would be a burden.
MOST_COLLEAGUES, MOST_CUSTOMERS, MOST_PROPOSALS = 15, 30, 5
#: A round takes no longer than this.
MOST_DAYS = 180
#: What the form of a new round suggests: what is looked back on, and the time to answer.
USUAL_PERIOD, USUAL_TIME = timedelta(days=90), timedelta(days=14)
REMIND_DAYS_BEFORE = 3

#: The level of an area; None says "not observed". An area that is missing is not answered yet.
Levels = Mapping[str, int | None]


class Occasion(StrEnum):
    """When the behavior was observed."""

    TRAINING = "training"
    DAILY_WORK = "daily_work"


class RoundState(StrEnum):
    """Whether raters may still answer."""

    OPEN = "open"
    CLOSED = "closed"


class Group(StrEnum):
    """Who rates."""

    SUPERIOR = "superior"
    COLLEAGUE = "colleague"
    CUSTOMER = "customer"
    SELF = "self"


#: One person each, named: that person knows beforehand.
NAMED = frozenset({Group.SUPERIOR, Group.SELF})
ANONYMOUS = (Group.COLLEAGUE, Group.CUSTOMER)


@dataclass(frozen=True)
class Area:
    """One area of behavior as the arithmetic needs it."""

    id: str
    top_level: int


@dataclass(frozen=True)
class Sheet:
    """What a rater has filled in."""

    levels: Levels
    comments: Mapping[str, str] = field(default_factory=dict)
    overall_comment: str = ""


@dataclass(frozen=True)
class Plan:
    """When a round observes, on what occasion, and until when raters answer."""

    occasion: Occasion
    training_name: str
    starts_on: date
    ends_on: date
    due_on: date


class PlanFault(StrEnum):
    """What is wrong with a plan; the field that it belongs to is its value."""

    NO_NAME = "training_name"
    BACKWARD = "ends_on"
    DUE_PAST = "due_on"
    DUE_LATE = "due_on_late"


def plan_fault(plan: Plan, today: date) -> PlanFault | None:
    """Return what is wrong with a plan, None where it may be opened."""
    if plan.occasion is Occasion.TRAINING and not plan.training_name.strip():
        return PlanFault.NO_NAME
    if plan.ends_on < plan.starts_on:
        return PlanFault.BACKWARD
    return due_fault(plan.due_on, today)


def due_fault(due_on: date, today: date) -> PlanFault | None:
    """Return what is wrong with a due day that is set today."""
    if due_on < today:
        return PlanFault.DUE_PAST
    return PlanFault.DUE_LATE if due_on > today + timedelta(days=MOST_DAYS) else None


def unanswered(areas: Sequence[Area], levels: Levels) -> list[str]:
    """Return the areas without an answer; "not observed" is one."""
    return [each.id for each in areas if each.id not in levels]


def are_possible(areas: Sequence[Area], levels: Levels) -> bool:
    """Tell that every level belongs to an area and stands in the rubric."""
    tops = {each.id: each.top_level for each in areas}
    return all(
        name in tops and (level is None or 0 <= level <= tops[name])
        for name, level in levels.items()
    )


def is_all_unobserved(levels: Levels) -> bool:
    """Tell that somebody saw nothing at all: such a sheet says nothing."""
    return all(level is None for level in levels.values())


def share(level: int, top_level: int) -> Fraction:
    """Return a level as a share from 0 to 1: forms with other levels compare by it."""
    return Fraction(level, top_level)
