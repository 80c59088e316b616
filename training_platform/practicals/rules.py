"""Modes, states and times of attempts at practical tasks. Pure; the time is an argument."""

from enum import StrEnum

#: From this try on, practice shows the worked solution even without a pass.
TRIES_BEFORE_SOLUTION = 3
LONGEST_ANSWER = 5_000


class Mode(StrEnum):
    """How a task is taken."""

    #: As often as one likes; feedback at once.
    PRACTICE = "practice"
    #: One try and the make-ups of the ladder; nothing is said before the end.
    EXAM = "exam"
    #: Practice of a single check, with fresh parameters.
    DRILL = "drill"
    #: Together with others, by the clock of the contest; nothing is said before its end.
    CONTEST = "contest"


#: Modes with a time limit, in which nothing is said before the end.
TIMED = frozenset({Mode.EXAM, Mode.CONTEST})


class AttemptState(StrEnum):
    """Where an attempt stands."""

    IN_PROGRESS = "in_progress"
    #: Handed in; the grading is on its way.
    SUBMITTED = "submitted"
    #: The grader itself failed: a person looks at it, and nothing is scored meanwhile.
    HELD = "held"
    #: Graded, but for what people score.
    AWAITING = "awaiting"
    FINAL = "final"


#: Handed in, and not known yet whether it is passed.
UNDECIDED = frozenset({AttemptState.SUBMITTED, AttemptState.HELD, AttemptState.AWAITING})


class Cause(StrEnum):
    """Why something was graded."""

    LOOK = "look"
    SUBMITTED = "submitted"
    SCORED = "scored"
    REGRADED = "regraded"
    #: With points that a decided dispute gave.
    CORRECTED = "corrected"


def shows_solution(mode: Mode, *, has_passed: bool, tries: int) -> bool:
    """Tell whether the worked solution may be seen: in practice, after a pass or three tries."""
    return mode is not Mode.EXAM and (has_passed or tries >= TRIES_BEFORE_SOLUTION)
