"""Regrading a task's sealed attempts after it was corrected: planned, applied, dropped, reverted.

The grading itself happens outside these transactions (practicals/work.py); here is what is kept of
it, and what people decide about it.
"""

from typing import Any

from sqlalchemy.orm import Session

from training_platform.assessment import deciding
from training_platform.core import audit, clock
from training_platform.core.db import lock
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.practicals import queries, regrade_queries
from training_platform.practicals.grading import Result
from training_platform.practicals.models import Practical, PracticalAttempt, PracticalGrading
from training_platform.practicals.regrading import (
    Change,
    RegradeState,
    Worth,
    change_of,
    is_applied,
)
from training_platform.practicals.result_models import PracticalRegrade, PracticalRegradeItem
from training_platform.practicals.rules import Cause
from training_platform.practicals.services.correcting import Because, change_result
from training_platform.practicals.services.grading import plain_result


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


PLAN, APPLY, REVERT = (
    "practicals.plan_regrade",
    "practicals.apply_regrade",
    "practicals.revert_regrade",
)


def plan_regrade(
    session: Session, practical: Practical, actor: Person, reason: str
) -> PracticalRegrade:
    """Begin to grade all sealed attempts by the task as it is now; nothing changes yet.

    Raises NotPermittedError, and RuleError where no attempt was graded by an older revision, a
    regrade is under way, or no reason is given.
    """
    authorize(actor, None, Permission.PRACTICAL_REGRADE)
    lock(session, Practical, practical.id)  # of two plans at once one begins
    if regrade_queries.under_way(session, practical.id) is not None:
        raise RuleError(_("A regrade of this task is under way already."))
    total = regrade_queries.count_outdated(session, practical)
    if not total:
        raise RuleError(
            _("Every attempt was graded by the task as it is now. Publish the correction first.")
        )
    regrade = PracticalRegrade(
        practical_id=practical.id,
        revision_id=practical.revision_id,
        reason=deciding.expect_reason(reason),
        state=RegradeState.PLANNING,
        total_count=total,
        concerned_ids=[],
        planned_by_id=actor.id,
        planned_at=clock.now(),
    )
    session.add(regrade)
    session.flush()
    audit.record(session, actor, "practicals.plan_regrade", regrade, practical=practical.id)
    deciding.put_job(session, PLAN, regrade, actor)
    return regrade


def keep_comparison(
    session: Session, regrade_id: int, attempt: PracticalAttempt, result: Result | None
) -> None:
    """Keep what one attempt would be worth, once; None where the task cannot grade it at all."""
    if regrade_queries.item_of(session, regrade_id, attempt.id) is not None:
        return
    old = queries.holding_grading(session, attempt)
    assert old is not None  # noqa: S101  # only final attempts are compared
    new: dict[str, Any] = (
        {"points": None, "percent": None, "is_passed": False, "outcomes": []}
        if result is None
        else plain_result(result)
    )
    change = change_of(
        Worth(old.points, old.percent, old.is_passed),
        Worth(new["points"], new["percent"], new["is_passed"]),
    )
    if change is Change.SAME:
        new["outcomes"] = []  # nothing to show: the old ones stay
    session.add(
        PracticalRegradeItem(
            regrade_id=regrade_id,
            attempt_id=attempt.id,
            old_grading_id=old.id,
            change=change,
            **new,
        )
    )
    session.flush()


def note_progress(session: Session, regrade_id: int, done: int) -> None:
    """Say how far the work on a regrade is."""
    lock(session, PracticalRegrade, regrade_id).done_count = done


def finish_plan(session: Session, regrade_id: int) -> None:
    """Offer a plan for decision: every sealed attempt was compared."""
    regrade = lock(session, PracticalRegrade, regrade_id)
    count, concerned = (
        regrade_queries.count_items(session, regrade_id),
        regrade_queries.concerned_ids(session, regrade_id),
    )
    deciding.finish_plan(session, regrade, count, concerned)


def apply_regrade(
    session: Session, regrade: PracticalRegrade, actor: Person, *, expected_version: int
) -> None:
    """Begin to change the results as the plan lists them.

    Raises ConflictError, NotPermittedError for whoever's own result it changes, and
    InvalidTransitionError where the plan is not up for decision.
    """
    total = regrade_queries.tally_of(session, regrade.id).applied
    deciding.put_in_force(session, regrade, actor, total, expected_version=expected_version)


def revert_regrade(
    session: Session,
    regrade: PracticalRegrade,
    actor: Person,
    reason: str,
    *,
    expected_version: int,
) -> None:
    """Begin to take an applied regrade back as a whole, with a reason for those concerned.

    Raises ConflictError, NotPermittedError, InvalidTransitionError where it was not applied, and
    RuleError without a reason or while another regrade of the task is under way.
    """
    lock(session, Practical, regrade.practical_id)
    deciding.expect_applied(session, regrade, actor, expected_version=expected_version)
    if regrade_queries.under_way(session, regrade.practical_id) is not None:
        raise RuleError(_("A regrade of this task is under way already."))
    total = regrade_queries.count_applied(session, regrade.id)
    deciding.take_back(session, regrade, actor, reason, total)


def apply_item(session: Session, item_id: int) -> bool:
    """Change one result as planned, once; False where it stays.

    A result that changed in another way since the plan was made is left alone, and marked.
    """
    item = lock(session, PracticalRegradeItem, item_id)
    attempt = lock(session, PracticalAttempt, item.attempt_id)
    is_wanted = is_applied(item.change, takes_pass=item.taken_reason is not None)
    if not is_wanted or item.new_grading_id is not None or item.is_skipped:
        return False
    if queries.holding_id(session, attempt) != item.old_grading_id:
        item.is_skipped = True
        session.flush()
        return False
    regrade = item.regrade
    cause = f"regrade:{regrade.id}"
    grading = PracticalGrading(
        attempt_id=attempt.id,
        cause=cause,
        kind=Cause.REGRADED,
        revision_id=regrade.revision_id,
        points=item.points,
        percent=item.percent,
        is_passed=item.is_passed,
        outcomes=item.outcomes,
        graded_at=clock.now(),
    )
    session.add(grading)
    session.flush()
    item.new_grading_id = grading.id
    because = Because(cause, regrade.decided_by_id, item.taken_reason or regrade.reason)
    return change_result(session, attempt.id, grading, because)


def revert_item(session: Session, item_id: int) -> bool:
    """Let the result from before the regrade hold again, once; False where it stays.

    A result that changed again since is left alone, and marked.
    """
    item = lock(session, PracticalRegradeItem, item_id)
    attempt = lock(session, PracticalAttempt, item.attempt_id)
    if item.new_grading_id is None or item.is_skipped:
        return False
    if queries.holding_id(session, attempt) != item.new_grading_id:
        item.is_skipped = not queries.has_changed(session, attempt.id, f"revert:{item.regrade_id}")
        session.flush()
        return False
    regrade = item.regrade
    because = Because(
        f"revert:{regrade.id}", regrade.reverted_by_id, regrade.revert_reason or regrade.reason
    )
    return change_result(session, attempt.id, item.old_grading, because)


def finish_regrade(session: Session, regrade_id: int) -> None:
    """Note that every result of a regrade was changed, or changed back."""
    deciding.finish(session, lock(session, PracticalRegrade, regrade_id))
