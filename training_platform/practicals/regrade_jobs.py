"""Jobs of regrading: compare every sealed attempt, change the results, change them back.

Each goes on where a crash stopped it: what was compared or changed is not done twice.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from training_platform.core.db import reading, writing
from training_platform.core.jobs import JobContext, job
from training_platform.practicals import regrade_queries, work
from training_platform.practicals.regrading import RegradeState
from training_platform.practicals.result_models import PracticalRegrade
from training_platform.practicals.services import regrading

#: So many attempts between two looks at what is left.
CHUNK = 20
_AT_WORK = (RegradeState.APPLYING, RegradeState.REVERTING)


@job(regrading.PLAN)
def plan(context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Grade every sealed attempt by the corrected task, and keep what would change."""
    regrade_id = int(payload["regrade"])
    while True:
        with reading() as session:
            regrade = session.get_one(PracticalRegrade, regrade_id)
            if regrade.state is not RegradeState.PLANNING:
                return {}
            revision_id, total = regrade.revision_id, regrade.total_count
            waiting = list(regrade_queries.to_compare(session, regrade, CHUNK))
        if not waiting:
            break
        for attempt_id in waiting:
            attempt, result = work.grade_by(attempt_id, revision_id)
            with writing() as session:
                regrading.keep_comparison(session, regrade_id, attempt, result)
        with writing() as session:
            done = regrade_queries.count_items(session, regrade_id)
            regrading.note_progress(session, regrade_id, done)
        context.progress(done, max(done, total))
    with writing() as session:
        regrading.finish_plan(session, regrade_id)
        return {"compared": regrade_queries.count_items(session, regrade_id)}


@job(regrading.APPLY)
def apply(context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Change the results as the plan lists them."""
    return _run(context, int(payload["regrade"]), regrading.apply_item)


@job(regrading.REVERT)
def revert(context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Let the results from before the regrade hold again."""
    return _run(context, int(payload["regrade"]), regrading.revert_item)


def _run(
    context: JobContext, regrade_id: int, act: Callable[[Session, int], bool]
) -> Mapping[str, Any]:
    """Do something to every item, each in a transaction of its own, and finish the regrade."""
    last, changed = 0, 0
    while True:
        with reading() as session:
            regrade = session.get_one(PracticalRegrade, regrade_id)
            if regrade.state not in _AT_WORK:  # it is over; the job has come again
                return {}
            total = regrade.total_count
            waiting = regrade_queries.next_items(session, regrade, last, CHUNK)
        if not waiting:
            break
        for last in waiting:
            with writing() as session:
                changed += act(session, last)
        with writing() as session:
            regrading.note_progress(session, regrade_id, min(changed, total))
        context.progress(min(changed, total), total)
    with writing() as session:
        regrading.finish_regrade(session, regrade_id)
    return {"changed": changed}
