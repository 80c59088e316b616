"""What ratings may show, and what counts as stopping."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class RatingLevel(StrEnum):
    """What one tap says."""

    HELPED = "helped"
    OKAY = "okay"
    UNCLEAR = "unclear"


#: Fewer people than this are not shown as shares or levels: one could guess who said what.
LEAST_RATERS = 5
LONGEST_SENTENCE = 500
#: Whoever opened a lesson, did not finish it and went no further for so long has dropped off.
DROPPED_AFTER = timedelta(days=14)
#: Of a lesson that the desk names: so many people stopped there, and such a share of its readers.
LEAST_LEFT = 3
LARGE_SHARE = 0.1
#: Longer than this between opening and finishing is no reading in one sitting.
LONGEST_SITTING = timedelta(minutes=60)
#: So many failed attempts at a course's quiz, none passed.
STUCK_FAILS = 2
#: What the list of those who do not get on may be asked for; the middle one unless asked.
IDLE_DAYS = (7, 14, 30)


@dataclass(frozen=True)
class Voices:
    """How many people said what of something."""

    helped: int = 0
    okay: int = 0
    unclear: int = 0
    sentences: int = 0

    @property
    def total(self) -> int:
        """Return how many people rated."""
        return self.helped + self.okay + self.unclear

    def __add__(self, other: "Voices") -> "Voices":
        """Return both together."""
        return Voices(
            self.helped + other.helped,
            self.okay + other.okay,
            self.unclear + other.unclear,
            self.sentences + other.sentences,
        )

    @property
    def may_show(self) -> bool:
        """Tell whether enough people rated for their levels to be shown."""
        return self.total >= LEAST_RATERS

    @property
    def helped_percent(self) -> float | None:
        """Return the share of those whom it helped; None where too few rated."""
        return self.helped / self.total * 100 if self.may_show else None

    @property
    def unclear_percent(self) -> float | None:
        """Return the share of those to whom it was not clear; None where too few rated."""
        return self.unclear / self.total * 100 if self.may_show else None


@dataclass(frozen=True)
class LessonVoices:
    """A lesson and what was said of it."""

    lesson_id: str
    title: str
    voices: Voices


def weakest(lessons: Iterable[LessonVoices]) -> LessonVoices | None:
    """Return the lesson that most people found unclear; None where nobody did, or too few rated."""
    known = [each for each in lessons if each.voices.unclear_percent]
    if not known:
        return None
    return max(known, key=lambda each: (each.voices.unclear_percent or 0, each.voices.total))


def idle_days(asked: str | None) -> int:
    """Return for how many days nothing happened, as asked for; two weeks for anything odd."""
    return int(asked) if asked in {str(each) for each in IDLE_DAYS} else IDLE_DAYS[1]
