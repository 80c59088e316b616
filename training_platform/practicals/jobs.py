"""Jobs of practical tasks: hand in what is overdue, grade what waits."""

from collections.abc import Mapping
from typing import Any

from training_platform.assessment.disputes.models import Dispute
from training_platform.core.db import reading, writing
from training_platform.core.jobs import JobContext, job
from training_platform.core.permissions import SYSTEM
from training_platform.practicals import queries, services, work
from training_platform.practicals.models import PracticalAttempt

GRADE_SCORED = "practicals.grade_scored"
CORRECT_RESULT = "practicals.correct_result"


@job("practicals.submit_overdue", every_seconds=30)
def submit_all_overdue(_context: JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Hand in every overdue attempt, and grade whatever waits; safe to run twice."""
    with writing() as session:
        overdue = list(services.overdue_ids(session))
    for attempt_id in overdue:
        with writing() as session:
            attempt = session.get_one(PracticalAttempt, attempt_id)
            services.submit_attempt(session, attempt, SYSTEM)
    with writing() as session:
        waiting = list(queries.waiting_for_grading(session))
    for attempt_id in waiting:
        work.grade_handed_in(attempt_id)
    return {"submitted": len(overdue), "graded": len(waiting)}


@job(GRADE_SCORED)
def grade_scored(_context: JobContext, payload: Mapping[str, Any]) -> None:
    """Finish an attempt that people have scored."""
    work.grade_scored(int(payload["attempt"]))


@job(CORRECT_RESULT)
def correct_result(_context: JobContext, payload: Mapping[str, Any]) -> None:
    """Grade an attempt again with the points that a dispute gave."""
    with reading() as session:
        dispute = session.get_one(Dispute, int(payload["dispute"]))
        attempt_id = dispute.subject_id
        because = services.Because(
            f"dispute:{dispute.id}", dispute.decided_by_id, dispute.reason or ""
        )
    work.correct_result(attempt_id, because)
