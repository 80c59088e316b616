"""Deciding about regrades, of tasks and of questions alike: passes one by one, then the whole.

What an attempt is worth, and what changes with it, is known to the packages that own the attempts.
"""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy.orm import Session

from training_platform.assessment.regrade_models import Regrade
from training_platform.assessment.regrading import Change, RegradeState
from training_platform.core import audit, clock, jobs
from training_platform.core.db import expect_version, lock
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.permissions import Person, authorize

LONGEST_REASON = 2000
_AFTER = {
    RegradeState.APPLYING: RegradeState.APPLIED,
    RegradeState.REVERTING: RegradeState.REVERTED,
}


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def finish_plan(
    session: Session, regrade: Regrade, count: int, concerned_ids: Sequence[int]
) -> None:
    """Offer a plan for decision: so many attempts were compared, and these people's change."""
    if regrade.state is not RegradeState.PLANNING:
        return
    regrade.state = RegradeState.READY
    regrade.done_count = regrade.total_count = count
    regrade.concerned_ids = list(concerned_ids)
    session.flush()


def take_pass(session: Session, item: Any, actor: Person, reason: str) -> None:
    """Let a regrade take one pass away, with a reason; without this the pass stays.

    Raises NotPermittedError, InvalidTransitionError where the plan is not up for decision, and
    RuleError without a reason, or where no pass would be lost.
    """
    _expect_ready(session, item.regrade, actor)
    if item.change is not Change.LOST:
        raise RuleError(_("This result keeps its pass anyway."))
    item.taken_reason, item.taken_by_id = expect_reason(reason), actor.id
    session.flush()
    audit.record(session, actor, item.regrade.act("take_pass"), item, attempt=item.attempt_id)


def leave_pass(session: Session, item: Any, actor: Person) -> None:
    """Let a pass stay after all. Raises as take_pass does."""
    _expect_ready(session, item.regrade, actor)
    item.taken_reason = item.taken_by_id = None
    session.flush()
    audit.record(session, actor, item.regrade.act("leave_pass"), item, attempt=item.attempt_id)


def put_in_force(
    session: Session, regrade: Regrade, actor: Person, total: int, *, expected_version: int
) -> None:
    """Begin to change so many results as the plan lists them.

    Raises ConflictError, NotPermittedError for whoever's own result it changes, and
    InvalidTransitionError where the plan is not up for decision.
    """
    _expect_ready(session, regrade, actor, expected_version)
    regrade.state, regrade.done_count, regrade.total_count = RegradeState.APPLYING, 0, total
    regrade.decided_by_id, regrade.decided_at = actor.id, clock.now()
    session.flush()
    audit.record(session, actor, regrade.act("apply_regrade"), regrade, count=total)
    put_job(session, regrade.act("apply_regrade"), regrade, actor)


def drop_regrade(
    session: Session, regrade: Regrade, actor: Person, *, expected_version: int
) -> None:
    """Drop a plan: every result stays. Raises as put_in_force does."""
    _expect_ready(session, regrade, actor, expected_version)
    regrade.state = RegradeState.DROPPED
    regrade.decided_by_id, regrade.decided_at = actor.id, clock.now()
    session.flush()
    audit.record(session, actor, regrade.act("drop_regrade"), regrade)


def expect_applied(
    session: Session, regrade: Regrade, actor: Person, *, expected_version: int
) -> None:
    """Lock a regrade, and raise where it is not the one that was seen, or cannot be taken back."""
    _lock(session, regrade)
    expect_version(regrade, expected_version)
    authorize(actor, regrade, regrade.decide_permission)
    if regrade.state is not RegradeState.APPLIED:
        raise InvalidTransitionError


def take_back(session: Session, regrade: Regrade, actor: Person, reason: str, total: int) -> None:
    """Begin to restore so many results, with a reason for those concerned; RuleError without."""
    regrade.revert_reason = expect_reason(reason)
    regrade.state, regrade.done_count, regrade.total_count = RegradeState.REVERTING, 0, total
    regrade.reverted_by_id, regrade.reverted_at = actor.id, clock.now()
    session.flush()
    audit.record(session, actor, regrade.act("revert_regrade"), regrade, count=total)
    put_job(session, regrade.act("revert_regrade"), regrade, actor)


def finish(session: Session, regrade: Regrade) -> bool:
    """Note that every result was changed, or changed back; False where that is noted already."""
    if regrade.state not in _AFTER:
        return False
    regrade.state = _AFTER[regrade.state]
    regrade.done_count = regrade.total_count
    session.flush()
    return True


def expect_reason(reason: str) -> str:
    """Return a reason without its margins; raise RuleError where there is none, or a book."""
    text = reason.strip()
    if not text or len(text) > LONGEST_REASON:
        raise RuleError(_("Give a reason. The people concerned read it."), field="reason")
    return text


def put_job(session: Session, name: str, regrade: Regrade, actor: Person) -> None:
    """Let a job do the work on a regrade, once, for whoever decided it."""
    jobs.put(session, name, {"regrade": regrade.id}, key=str(regrade.id), owner_id=actor.id)


def _expect_ready(
    session: Session, regrade: Regrade, actor: Person, expected_version: int | None = None
) -> None:
    """Lock a plan and raise where it is not the one that was seen, or not the actor's to decide."""
    _lock(session, regrade)
    if expected_version is not None:
        expect_version(regrade, expected_version)
    authorize(actor, regrade, regrade.decide_permission)
    if regrade.state is not RegradeState.READY:
        raise InvalidTransitionError


def _lock(session: Session, regrade: Regrade) -> None:
    lock(session, cast("Any", type(regrade)), regrade.id)
