"""Who may do what when: states of a practice, of its sharing, of its goals. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from training_platform.core.errors import InvalidTransitionError, NotPermittedError

Next = TypeVar("Next", bound=StrEnum)

MOST_GOALS = 6
LONGEST_TITLE = 120
LONGEST_LINE = 300
LONGEST_TEXT = 4000
#: What one entry of the log may hold.
LEAST_MINUTES, MOST_MINUTES = 15, 16 * 60
#: An unanswered question is brought up again after so many days.
PATIENCE = timedelta(days=3)
REMIND_BEFORE = timedelta(days=7)
REMIND_EVERY = timedelta(days=7)


class Kind(StrEnum):
    """Kind of work it is."""

    PROJECT = "project"
    SERVICE = "service"
    CROSS_DEPARTMENT = "cross_department"


class State(StrEnum):
    """How far a practice is."""

    PROPOSED = "proposed"
    RUNNING = "running"
    HANDED_IN = "report_handed_in"
    SIGNED_OFF = "signed_off"
    CANCELLED = "cancelled"


class Share(StrEnum):
    """How far the sharing of a report is."""

    NOT_SHARED = "not_shared"
    #: The trainee wants to; the mentor has not said yes yet.
    OFFERED = "offered"
    SHARED = "shared"


class Role(StrEnum):
    """What somebody is to a practice."""

    TRAINEE = "trainee"
    MENTOR = "mentor"
    HEAD = "head"
    HR = "hr"
    #: The direct superior, and the leaders of the company: they read.
    MANAGER = "manager"
    EXECUTIVE = "executive"


class Act(StrEnum):
    """What is done to a practice."""

    ACCEPT = "accept"
    EDIT = "edit"
    CANCEL = "cancel"
    LOG = "log"
    COMMENT = "comment"
    ASK = "ask"
    ANSWER = "answer"
    MARK_GOALS = "mark_goals"
    WRITE_REPORT = "write_report"
    HAND_IN = "hand_in"
    RETURN = "return"
    SIGN_OFF = "sign_off"
    OFFER_SHARING = "offer_sharing"
    ALLOW_SHARING = "allow_sharing"
    REFUSE_SHARING = "refuse_sharing"
    END_SHARING = "end_sharing"


class GoalStatus(StrEnum):
    """How far the trainee sees a goal."""

    OPEN = "open"
    UNDER_WAY = "under_way"
    DONE = "done"


class Verdict(StrEnum):
    """What the mentor says of a goal in the end, and of the whole."""

    REACHED = "reached"
    PARTLY = "partly"
    NOT_REACHED = "not_reached"


_ME, _MENTOR = frozenset({Role.TRAINEE}), frozenset({Role.MENTOR})
_BOTH = _ME | _MENTOR
_OFFICE = frozenset({Role.HEAD, Role.HR})
_LEADERS = _MENTOR | _OFFICE
_ALL = _LEADERS | _ME

#: State and act → who may, and what follows. What does not stand here is not possible.
TRANSITIONS: dict[tuple[State, Act], tuple[frozenset[Role], State]] = {
    (State.PROPOSED, Act.EDIT): (_ALL, State.PROPOSED),
    (State.PROPOSED, Act.ACCEPT): (_LEADERS, State.RUNNING),
    (State.PROPOSED, Act.CANCEL): (_ALL, State.CANCELLED),
    (State.PROPOSED, Act.ASK): (_BOTH, State.PROPOSED),
    (State.PROPOSED, Act.ANSWER): (_BOTH, State.PROPOSED),
    (State.RUNNING, Act.EDIT): (_LEADERS, State.RUNNING),
    (State.RUNNING, Act.CANCEL): (_LEADERS, State.CANCELLED),
    (State.RUNNING, Act.LOG): (_ME, State.RUNNING),
    (State.RUNNING, Act.COMMENT): (_MENTOR, State.RUNNING),
    (State.RUNNING, Act.ASK): (_BOTH, State.RUNNING),
    (State.RUNNING, Act.ANSWER): (_BOTH, State.RUNNING),
    (State.RUNNING, Act.MARK_GOALS): (_ME, State.RUNNING),
    (State.RUNNING, Act.WRITE_REPORT): (_ME, State.RUNNING),
    (State.RUNNING, Act.HAND_IN): (_ME, State.HANDED_IN),
    (State.HANDED_IN, Act.EDIT): (_OFFICE, State.HANDED_IN),
    (State.HANDED_IN, Act.CANCEL): (_OFFICE, State.CANCELLED),
    (State.HANDED_IN, Act.COMMENT): (_MENTOR, State.HANDED_IN),
    (State.HANDED_IN, Act.ASK): (_BOTH, State.HANDED_IN),
    (State.HANDED_IN, Act.ANSWER): (_BOTH, State.HANDED_IN),
    (State.HANDED_IN, Act.RETURN): (_MENTOR, State.RUNNING),
    (State.HANDED_IN, Act.SIGN_OFF): (_MENTOR, State.SIGNED_OFF),
}

#: The same for the sharing of a report that is signed off. HR may end it, to protect people.
SHARING: dict[tuple[Share, Act], tuple[frozenset[Role], Share]] = {
    (Share.NOT_SHARED, Act.OFFER_SHARING): (_ME, Share.OFFERED),
    (Share.OFFERED, Act.ALLOW_SHARING): (_MENTOR, Share.SHARED),
    (Share.OFFERED, Act.REFUSE_SHARING): (_MENTOR, Share.NOT_SHARED),
    (Share.OFFERED, Act.END_SHARING): (_ME, Share.NOT_SHARED),
    (Share.SHARED, Act.END_SHARING): (_BOTH | {Role.HR}, Share.NOT_SHARED),
}


def next_state(state: State, act: Act, roles: Collection[Role]) -> State:
    """Return what an act leads to.

    Raises InvalidTransitionError where nobody may do it now, NotPermittedError where others may.
    """
    return _follow(TRANSITIONS.get((state, act)), roles)


def next_share(state: State, share: Share, act: Act, roles: Collection[Role]) -> Share:
    """Return what an act of sharing leads to; raises what next_state() raises."""
    found = SHARING.get((share, act)) if state is State.SIGNED_OFF else None
    return _follow(found, roles)


def acts_of(state: State, share: Share, roles: Collection[Role]) -> frozenset[Act]:
    """Return what somebody may do now: what the page offers."""
    plain = {act for (at, act), (who, _to) in TRANSITIONS.items() if at is state and who & {*roles}}
    if state is State.SIGNED_OFF:
        plain |= {
            act for (at, act), (who, _to) in SHARING.items() if at is share and who & {*roles}
        }
    return frozenset(plain)


def _follow(found: tuple[frozenset[Role], Next] | None, roles: Collection[Role]) -> Next:
    if found is None:
        raise InvalidTransitionError
    allowed, following = found
    if allowed.isdisjoint(roles):
        raise NotPermittedError
    return following


def result_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Return what the goals come to: all reached, none reached, or something between."""
    seen = set(verdicts)
    return seen.pop() if len(seen) == 1 else Verdict.PARTLY


def department_of(path: str) -> list[int]:
    """Return the ids from the company down to the department that a team belongs to.

    A path names company, department and teams; "the department" is the second of them.
    """
    return [int(part) for part in path.strip("/").split("/") if part][:2]


@dataclass(frozen=True)
class Due:
    """How far away a due day is; days are below zero once it has passed."""

    days: int

    @property
    def is_overdue(self) -> bool:
        """Tell whether the day has passed: the due day itself still counts."""
        return self.days < 0

    @property
    def is_soon(self) -> bool:
        """Tell whether it is time to think of the report."""
        return 0 <= self.days <= REMIND_BEFORE.days


def due_in(due_on: date, today: date) -> Due:
    """Return how far away a due day is."""
    return Due((due_on - today).days)


def weeks_late(due_on: date, today: date) -> int:
    """Return which weekly reminder is due: 0 for the first, right after the day has passed."""
    return max(0, (today - due_on).days - 1) // REMIND_EVERY.days


def days_waited(asked_at: datetime, now: datetime) -> int:
    """Return how many whole days a question has waited."""
    return (now - asked_at).days
