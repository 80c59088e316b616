"""Who may do what in quizzes."""

from typing import Any

from training_platform.core.permissions import (
    Permission,
    Predicate,
    Right,
    anybody,
    both,
    holds,
    is_system,
)
from training_platform.quizzes.models import AttemptState


def is_own(person: Any, attempt: Any) -> bool:
    """Tell that the attempt is the person's own; the area is open to every employee."""
    return person.id is not None and (attempt is None or attempt.employee_id == person.id)


def is_closed_for_readers(person: Any, attempt: Any) -> bool:
    """Tell that a trainer or HR looks at an attempt that was submitted, and is not sealed."""
    reads = holds(Right.TRAINER, Right.HR)(person, attempt)
    is_over = attempt is None or attempt.state is AttemptState.SUBMITTED
    return reads and is_over and not (attempt is not None and attempt.is_sealed)


def is_not_concerned(person: Any, regrade: Any) -> bool:
    """Tell that a regrade leaves the person's own results as they are."""
    return regrade is None or person.id not in regrade.concerned_ids


POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.ATTEMPT_READ: (is_own, is_closed_for_readers),
    Permission.ATTEMPT_REOPEN: (holds(Right.HR),),
    Permission.ATTEMPT_TAKE: (is_own, is_system),
    Permission.PAPER_READ: (anybody,),
    Permission.QUESTION_OVERSEE: (holds(Right.TRAINER),),
    Permission.QUESTION_REGRADE: (both(holds(Right.TRAINER), is_not_concerned),),
}
