"""What coaching goes by: weak checks, slots, the draw of a sample, accuracy, usage. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import sqrt

#: A trainee gives a slot back until so long before it begins.
CANCEL_BEFORE = timedelta(hours=12)
SLOT_MINUTES = (15, 20, 30, 45, 60, 90)
#: How far ahead slots are published.
LONGEST_AHEAD = timedelta(days=90)
LONGEST_TEXT = 1000
LONGEST_LINE = 200
#: Whose first month it is: who joined at most so long ago.
NEWCOMER_DAYS = 31
#: A first month is asked for so long after it began; then its open steps are history.
FIRST_MONTH_LASTS = timedelta(days=60)

#: Data accuracy that the implementation guide asks for, and the sample that it shows it on.
TARGET_ACCURACY = 98
FULL_SAMPLE = 100
MOST_SAMPLE = 200
#: The normal quantile of a 95 % interval.
Z95 = 1.959964

#: A lead is entered in time within so long after it arrived.
LEAD_WITHIN = timedelta(hours=24)
TREND_MONTHS = 6


class Trend(StrEnum):
    """How a check went compared with the time before."""

    NEW = "new"
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


class SlotState(StrEnum):
    """Where a one-to-one slot stands."""

    OPEN = "open"
    BOOKED = "booked"
    DONE = "done"
    CANCELLED = "cancelled"


class ItemKind(StrEnum):
    """What a step of the first month asks for; who ticks it follows from that."""

    LESSON = "lesson"
    COURSE = "course"
    QUIZ = "quiz"
    TASK = "task"
    SESSION = "session"
    #: Nobody but people knows.
    HAND = "hand"


class Source(StrEnum):
    """What a spot check looks at."""

    SANDBOX = "sandbox"
    LIVE = "live"


class SpotState(StrEnum):
    """Where a spot check stands."""

    OPEN = "open"
    CLOSED = "closed"


class Finding(StrEnum):
    """What was found about one item."""

    RIGHT = "right"
    WRONG = "wrong"


# ---- Weak checks ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """One check in one graded attempt: the share of its points that was reached."""

    practical_id: str
    check: str
    share: Fraction
    #: Points of the check in the whole task; None where a drill was about nothing else.
    most: Fraction | None
    at: datetime
    token: str
    revision_id: int


@dataclass(frozen=True)
class WeakCheck:
    """A check that lost points when it was last seen."""

    practical_id: str
    check: str
    lost: Fraction
    most: Fraction
    trend: Trend
    times: int
    at: datetime
    token: str
    revision_id: int


def weak_checks(seen: Iterable[Seen]) -> list[WeakCheck]:
    """Return what is weak now, most points lost first: the newest attempt at each check counts."""
    by_check: dict[tuple[str, str], list[Seen]] = {}
    for each in sorted(seen, key=lambda one: one.at):
        by_check.setdefault((each.practical_id, each.check), []).append(each)
    found = [_weak(history) for history in by_check.values() if history[-1].share < 1]
    return sorted(found, key=lambda each: (-each.lost, each.practical_id, each.check))


def _weak(history: Sequence[Seen]) -> WeakCheck:
    last = history[-1]
    most = next((each.most for each in reversed(history) if each.most is not None), Fraction(0))
    return WeakCheck(
        last.practical_id,
        last.check,
        most * (1 - last.share),
        most,
        trend_of([each.share for each in history]),
        len(history),
        last.at,
        last.token,
        last.revision_id,
    )


def trend_of(shares: Sequence[Fraction]) -> Trend:
    """Compare the last two shares."""
    if len(shares) < 2:
        return Trend.NEW
    before, now = shares[-2:]
    return Trend.BETTER if now > before else Trend.WORSE if now < before else Trend.SAME


# ---- Slots ----------------------------------------------------------------------------------


def overlaps(first: tuple[datetime, datetime], second: tuple[datetime, datetime]) -> bool:
    """Tell whether two spans share time; one may begin where the other ends."""
    return first[0] < second[1] and second[0] < first[1]


def may_give_back(starts_at: datetime, now: datetime) -> bool:
    """Tell whether a trainee may still give a slot back; the last instant itself counts."""
    return now <= starts_at - CANCEL_BEFORE


# ---- Samples --------------------------------------------------------------------------------


def draw(population: Iterable[tuple[int, int]], size: int, seed: int) -> list[tuple[int, int]]:
    """Draw so many acts, (layer, number), by chance that can be repeated; in their own order.

    Each act gets the SHA-256 of "seed:layer:number"; those with the smallest are drawn. So the
    draw depends on nothing but the seed and the acts, in any version of any language.
    """

    def lot(act: tuple[int, int]) -> bytes:
        return hashlib.sha256(f"{seed}:{act[0]}:{act[1]}".encode()).digest()

    return sorted(sorted(set(population), key=lot)[:size])


@dataclass(frozen=True)
class Accuracy:
    """How much of what was looked at was right."""

    right: int
    checked: int

    @property
    def percent(self) -> float | None:
        """Return the share in percent, None before anything was looked at."""
        return self.right * 100 / self.checked if self.checked else None

    @property
    def is_small(self) -> bool:
        """Tell that the sample is smaller than the one the target is shown on."""
        return self.checked < FULL_SAMPLE

    @property
    def range(self) -> tuple[float, float]:
        """Return what the true share may be, in percent: Wilson's interval at 95 %."""
        low, high = wilson(self.right, self.checked)
        return low * 100, high * 100


def wilson(right: int, whole: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (E. B. Wilson, JASA 22, 1927); 0 to 1 without any."""
    if not whole:
        return 0.0, 1.0
    share, square = right / whole, Z95 * Z95
    middle = share + square / (2 * whole)
    spread = Z95 * sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    below = 1 + square / whole
    return max(0.0, (middle - spread) / below), min(1.0, (middle + spread) / below)


# ---- Usage ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """A share with its denominator."""

    part: int = 0
    whole: int = 0

    @property
    def percent(self) -> float | None:
        """Return the share in percent, None where there was nothing to count."""
        return self.part * 100 / self.whole if self.whole else None

    def __add__(self, other: "Figure") -> "Figure":
        """Return the share over both."""
        return Figure(self.part + other.part, self.whole + other.whole)


@dataclass(frozen=True)
class Usage:
    """The three indicators of one person, or of several together, in one month."""

    leads: Figure = Figure()
    follow_ups: Figure = Figure()
    updates: Figure = Figure()

    def __add__(self, other: "Usage") -> "Usage":
        """Return the indicators of both together."""
        return Usage(
            self.leads + other.leads,
            self.follow_ups + other.follow_ups,
            self.updates + other.updates,
        )


def lead_counts(arrived: datetime, entered: datetime | None, now: datetime) -> bool | None:
    """Tell whether a lead was entered in time; None while its 24 hours are not over."""
    if entered is not None:
        return entered - arrived <= LEAD_WITHIN
    return False if now - arrived > LEAD_WITHIN else None


def due_on(began_on: date, week: int) -> date:
    """Return the last day of a week of the first month."""
    return began_on + timedelta(days=7 * week - 1)
