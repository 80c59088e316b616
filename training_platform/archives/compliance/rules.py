"""What counts as fulfilled, who is ready for customers, who belonged to a group. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from training_platform.certificates.rules import Life, state_on
from training_platform.certificates.rules import State as CertificateState

#: What a certificate was worth on a day.
Worth = CertificateState

#: A proof without an end.
FOREVER = date(9999, 12, 31)
#: A proof that ends within so many days is to be renewed.
EXPIRING_DAYS = 60
#: What is due within so many days is worth a look; the rest has time.
DUE_DAYS = 30
#: How long somebody has for an exam or a task in a new job role, unless the rule says otherwise.
USUAL_DUE_DAYS = 90
MOST_DUE_DAYS = 730


class ItemKind(StrEnum):
    """What a job role may ask for."""

    COURSE = "course"
    CERTIFICATE = "certificate"
    EXAM = "exam"
    PRACTICAL = "practical"


class State(StrEnum):
    """Where somebody stands with one required item."""

    OVERDUE = "overdue"
    EXPIRING = "expiring"
    DUE = "due"
    NOT_YET = "not_yet"
    DONE = "done"


def state_of(until: date | None, due_on: date | None, today: date) -> State:
    """Return the state of an item on a day; the last day of anything counts.

    until: the last day of the best proof, FOREVER without an end, None without any proof.
    """
    if until is not None and until >= today:
        return State.EXPIRING if until - today <= timedelta(EXPIRING_DAYS) else State.DONE
    if until is not None or (due_on is not None and due_on < today):
        return State.OVERDUE
    if due_on is not None and due_on - today <= timedelta(DUE_DAYS):
        return State.DUE
    return State.NOT_YET


def due_day(until: date | None, due_on: date | None) -> date | None:
    """Return the day that counts for a person: the end of a proof, else the due day."""
    return due_on if until is None else None if until == FOREVER else until


@dataclass(frozen=True)
class Readiness:
    """Whether somebody may be put before customers on a day."""

    is_ready: bool
    #: The last day on which that holds; None where it has no end, or where it does not hold.
    until: date | None
    missing: tuple[str, ...]


def readiness(proofs: Iterable[tuple[str, date | None]], today: date) -> Readiness:
    """Judge by pairs of an item's key and the last day of its proof.

    Whoever needs nothing is not ready: a job role without a rule says nothing of anybody.
    """
    given = list(proofs)
    missing = tuple(key for key, until in given if until is None or until < today)
    if missing or not given:
        return Readiness(False, None, missing)
    last = min(until for _key, until in given if until is not None)
    return Readiness(True, None if last == FOREVER else last, ())


# ---- A group on a day -----------------------------------------------------------------------


@dataclass(frozen=True)
class RoleChange:
    """From this day on somebody had another job role."""

    on: date
    old: str | None


def role_on(day: date, current: str | None, changes: Sequence[RoleChange]) -> str | None:
    """Return the job role of a day; changes are in the order in which they were made.

    The day of the change belongs to the new job role. A later entry that holds from an earlier
    day replaces what was planned, so the changes are undone from the newest on.
    """
    role = current
    for change in reversed(changes):
        if change.on <= day:
            break
        role = change.old
    return role


@dataclass(frozen=True)
class Going:
    """Somebody left (or came back) on a day."""

    on: date
    has_left: bool


def belonged(day: date, hired_on: date, goings: Sequence[Going], *, has_left: bool) -> bool:
    """Tell whether somebody worked here on a day: the first and the last day count.

    goings are in their order. Who has left without a known day did not belong.
    """
    if day < hired_on:
        return False
    if not goings:
        return not has_left
    before = [each for each in goings if each.on < day]
    return not before[-1].has_left if before else True


# ---- What was held on a day -----------------------------------------------------------------


@dataclass(frozen=True)
class Paper:
    """One certificate: its code, and the days on which its worth turns."""

    code: str
    life: Life


def held_on(day: date, papers: Sequence[Paper]) -> tuple[Worth, Paper | None]:
    """Return what somebody held on a day, and by which certificate; papers are oldest first.

    Where none was valid, the newest one that was issued by then says why.
    """
    issued = [paper for paper in papers if state_on(paper.life, day) is not Worth.NOT_YET]
    for paper in reversed(issued):
        if state_on(paper.life, day) is Worth.VALID:
            return Worth.VALID, paper
    return (state_on(issued[-1].life, day), issued[-1]) if issued else (Worth.NOT_YET, None)
