"""Where a contest stands, what entries are worth, who wins, and how teams are drawn. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from random import Random
from typing import TypeVar

#: Speed counts from this share of right records on.
LEAST_ACCURACY = Fraction(98, 100)
LEAST_MINUTES, MOST_MINUTES = 1, 60
LEAST_TEAMS, MOST_TEAMS = 2, 12
MOST_PEOPLE = 200
#: Started by hand, everybody gets so many seconds to look up.
COUNTDOWN_SECONDS = 10
PODIUM = 3
Key = TypeVar("Key")


class State(StrEnum):
    """Where a contest stands."""

    PLANNED = "planned"
    RUNNING = "running"
    #: The time is over; the last work is being counted.
    COUNTING = "counting"
    FINISHED = "finished"
    CANCELED = "canceled"


class Teaming(StrEnum):
    """How people come into teams."""

    DEPARTMENT = "department"
    DRAWN = "drawn"
    BY_HAND = "by_hand"


@dataclass(frozen=True)
class Times:
    """The times of a contest; starts_at is empty until somebody starts it by hand."""

    starts_at: datetime | None
    minutes: int
    finished_at: datetime | None = None
    canceled_at: datetime | None = None

    @property
    def ends_at(self) -> datetime | None:
        """Return until when work counts, the instant included."""
        return self.starts_at and self.starts_at + timedelta(minutes=self.minutes)


def state_of(times: Times, now: datetime) -> State:
    """Return where a contest stands at a moment: the server's clock alone decides."""
    if times.canceled_at is not None:
        return State.CANCELED
    if times.finished_at is not None:
        return State.FINISHED
    if times.starts_at is None or now < times.starts_at:
        return State.PLANNED
    assert times.ends_at is not None  # noqa: S101  # it starts, so it ends
    return State.RUNNING if now <= times.ends_at else State.COUNTING


@dataclass(frozen=True)
class Tally:
    """What somebody has entered: records, and how many of them are wholly right."""

    right: int = 0
    entered: int = 0

    @property
    def errors(self) -> int:
        """Return how many records are wrong or too many."""
        return self.entered - self.right

    @property
    def counts(self) -> bool:
        """Tell whether the speed counts: nothing entered is nothing wrong, and no speed."""
        return self.entered > 0 and Fraction(self.right, self.entered) >= LEAST_ACCURACY

    def score(self, minutes: int) -> Fraction:
        """Return the right records by the minute of the contest; 0 below the accuracy.

        The whole contest is counted, so that whoever comes late or leaves early gains nothing.
        """
        return Fraction(self.right, minutes) if self.counts else Fraction(0)


@dataclass(frozen=True)
class Place:
    """Where a team or a person stands. Equals share a rank, and the next one is left out."""

    rank: int
    score: Fraction
    #: Of a team, by member.
    errors: Fraction
    members: int = 1


def rank_people(tallies: Mapping[Key, Tally], minutes: int) -> dict[Key, Place]:
    """Return everybody's place: the higher score first, then the fewer errors."""
    found = {key: (each.score(minutes), Fraction(each.errors), 1) for key, each in tallies.items()}
    return _ranked(found)


def rank_teams(teams: Mapping[Key, Sequence[Tally]], minutes: int) -> dict[Key, Place]:
    """Return the teams' places: the mean of those who took part, then the fewer errors a member.

    A team of which nobody took part stands after all others, with nothing.
    """
    taking_part = {key: tallies for key, tallies in teams.items() if tallies}
    found = {
        key: (
            _mean([each.score(minutes) for each in tallies]),
            _mean([Fraction(each.errors) for each in tallies]),
            len(tallies),
        )
        for key, tallies in taking_part.items()
    }
    ranked = _ranked(found)
    last = len(ranked) + 1
    absent = {key: Place(last, Fraction(0), Fraction(0), 0) for key in teams if key not in ranked}
    return ranked | absent


def draw_teams(people: Mapping[Key, str], count: int, seed: str) -> list[list[Key]]:
    """Share people out into so many teams by chance; people maps each to a group (a department).

    Sizes differ by at most one, and so do the numbers of each group's members. Raises ValueError
    for fewer people than teams.
    """
    if not 0 < count <= len(people):
        raise ValueError(f"{len(people)} people cannot make {count} teams")
    chance = Random(seed)  # noqa: S311  # a game
    order = sorted(people, key=lambda key: (people[key], str(key)))
    by_group: dict[str, list[Key]] = {}
    for key in order:
        by_group.setdefault(people[key], []).append(key)
    groups = list(by_group.values())
    chance.shuffle(groups)
    for group in groups:
        chance.shuffle(group)
    dealt = [key for group in groups for key in group]
    teams: list[list[Key]] = [dealt[number::count] for number in range(count)]
    chance.shuffle(teams)
    return teams


def winners(places: Mapping[Key, Place], most: int = PODIUM) -> list[Key]:
    """Return who stands on the podium, the first place first; nobody without a score."""
    on_it = [key for key, place in places.items() if place.rank <= most and place.score > 0]
    return sorted(on_it, key=lambda key: places[key].rank)


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _ranked(found: Mapping[Key, tuple[Fraction, Fraction, int]]) -> dict[Key, Place]:
    def better(key: Key) -> tuple[Fraction, Fraction]:
        return (-found[key][0], found[key][1])

    order = sorted(found, key=better)
    places: dict[Key, Place] = {}
    for number, key in enumerate(order, start=1):
        before = order[number - 2] if number > 1 else None
        shared = before is not None and better(before) == better(key)
        rank = places[before].rank if before is not None and shared else number
        places[key] = Place(rank, *found[key])
    return places
