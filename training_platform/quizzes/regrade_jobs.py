"""Jobs of regrading a question: compare every attempt, change the results, change them back.

Each goes on where a crash stopped it: what was compared or changed is not done twice.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from training_platform.assessment.regrading import RegradeState
from training_platform.core.db import reading, writing
from training_platform.core.jobs import JobContext, job
from training_platform.quizzes import regrade_queries as queries
from training_platform.quizzes.result_models import QuizRegrade
from training_platform.quizzes.services import regrading
from training_platform.quizzes.services.recounting import Counted, count_ahead

#: So many attempts are compared in one transaction, or looked up at once.
CHUNK = 20


@job(regrading.PLAN)
def plan(context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Compare every submitted attempt that had the question, and keep what would change."""
    regrade_id = int(payload["regrade"])
    if not _compare_all(context, regrade_id, RegradeState.PLANNING):
        return {}
    with writing() as session:
        regrading.finish_plan(session, regrade_id)
        return {"compared": queries.count_items(session, regrade_id)}


@job(regrading.APPLY)
def apply(context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Change the results as the plan lists them, and of whoever submitted since."""
    regrade_id = int(payload["regrade"])
    _compare_all(context, regrade_id, RegradeState.APPLYING)
    return _run(context, regrade_id, regrading.apply_item)


@job(regrading.REVERT)
def revert(context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Let every result be what it is without the regrade."""
    regrade_id = int(payload["regrade"])
    _compare_all(context, regrade_id, RegradeState.REVERTING)
    return _run(context, regrade_id, regrading.revert_item)


def _compare_all(context: JobContext, regrade_id: int, state: RegradeState) -> bool:
    """Compare what is not compared yet; False where the regrade stands elsewhere by now."""
    last = 0
    while True:
        with reading() as session:
            regrade = session.get_one(QuizRegrade, regrade_id)
            if regrade.state is not state:
                return False
            total = regrade.total_count
            waiting = queries.to_compare(session, regrade, last, CHUNK)
        if not waiting:
            return True
        with writing() as session:
            for last in waiting:
                regrading.compare(session, regrade_id, last)
            done = min(queries.count_items(session, regrade_id), total)
            if state is RegradeState.PLANNING:
                regrading.note_progress(session, regrade_id, done)
        context.progress(done, total)


def _run(
    context: JobContext, regrade_id: int, act: Callable[[Session, int], bool]
) -> Mapping[str, Any]:
    """Do something to every item, each in a transaction of its own, and finish the regrade."""
    last, seen, changed = 0, 0, 0
    while True:
        with reading() as session:
            regrade = session.get_one(QuizRegrade, regrade_id)
            total = regrade.total_count
            waiting = queries.next_items(session, regrade, last, CHUNK)
        if not waiting:
            break
        for last in waiting:
            with writing() as session:
                changed += act(session, last)
        seen = min(seen + len(waiting), total)
        with writing() as session:
            regrading.note_progress(session, regrade_id, seen)
        context.progress(seen, total)
    counted = _count_ahead(regrade_id)
    with writing() as session:
        regrading.finish_regrade(session, regrade_id, counted)
    return {"changed": changed}


def _count_ahead(regrade_id: int) -> Counted:
    """Count the answers by what holds now, so that the lock is held for the last ones only."""
    with reading() as session:
        counted = Counted(session.get_one(QuizRegrade, regrade_id).revision_ids)
    last = 0
    while True:
        with reading() as session:
            regrade = session.get_one(QuizRegrade, regrade_id)
            if not counted.fits(regrade):
                return counted
            last = count_ahead(session, regrade, counted, last)
        if not last:
            return counted
