"""Who may do what in assessment."""

from typing import Any

from training_platform.core.permissions import (
    Permission,
    Predicate,
    Right,
    both,
    holds,
    is_within,
)


def is_not_the_trainee(person: Any, scoring: Any) -> bool:
    """Tell that the work is somebody else's: nobody scores, or looks into, the own scoring."""
    return scoring is None or scoring.employee_id != person.id


def heads_the_trainee(person: Any, scoring: Any) -> bool:
    """Tell that the work was handed in within a department that the person heads."""
    if scoring is None:
        return bool(person.headed_paths)
    return is_within(scoring.department.path, person.headed_paths)


def is_no_rater(person: Any, scoring: Any) -> bool:
    """Tell that the person has not rated this herself."""
    return scoring is None or all(each.rater_id != person.id for each in scoring.ratings)


def is_the_trainee(person: Any, subject: Any) -> bool:
    """Tell that it is about the person's own work."""
    return person.id is not None and (subject is None or subject.employee_id == person.id)


def is_not_barred(person: Any, dispute: Any) -> bool:
    """Tell that the person has not given the points that are disputed."""
    return dispute is None or person.id not in dispute.barred_ids


def _of_others(*rights: Right) -> Predicate:
    return both(holds(*rights), is_not_the_trainee)


POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.DISPUTE_DECIDE: (both(_of_others(Right.TRAINER), is_not_barred),),
    Permission.DISPUTE_OPEN: (is_the_trainee,),
    Permission.DISPUTE_READ: (is_the_trainee, _of_others(Right.TRAINER)),
    Permission.DISPUTE_WITHDRAW: (is_the_trainee,),
    Permission.EXTRA_TIME_MANAGE: (holds(Right.HR),),
    Permission.LADDER_MANAGE: (holds(Right.HR),),
    Permission.QUESTION_STATISTICS: (holds(Right.TRAINER, Right.HR),),
    Permission.SCORING_RATE: (_of_others(Right.TRAINER, Right.MENTOR),),
    Permission.SCORING_READ: (
        _of_others(Right.TRAINER, Right.MENTOR, Right.HR),
        both(heads_the_trainee, is_not_the_trainee),
    ),
    Permission.SCORING_RESOLVE: (both(_of_others(Right.TRAINER, Right.HR), is_no_rater),),
}
