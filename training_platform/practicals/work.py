"""Grading around its transactions: read, grade without any lock held, then write the result.

Grading takes tenths of a second of pure reckoning; the database waits for nobody meanwhile. Each
function opens transactions of its own: call it outside any.
"""

from collections.abc import Mapping
from fractions import Fraction

from training_platform.assessment.rubrics.queries import scored_shares
from training_platform.core import clock
from training_platform.core.db import reading, writing
from training_platform.practicals import services
from training_platform.practicals.models import PracticalAttempt
from training_platform.practicals.rules import AttemptState


def grade_handed_in(attempt_id: int) -> None:
    """Grade an attempt that was handed in, or that a fault held; again changes nothing."""
    with reading() as session:
        attempt = session.get_one(PracticalAttempt, attempt_id)
        if attempt.state not in {AttemptState.SUBMITTED, AttemptState.HELD}:
            return
        task = services.task_of(session, attempt)
        evidence = services.stored_evidence(session, attempt)
        session.expunge(attempt)
    result = services.evaluate(task, evidence, attempt)
    with writing() as session:
        services.record_result(session, attempt_id, result)


def grade_scored(attempt_id: int) -> None:
    """Grade an attempt again with what people have scored, once they all have."""
    with reading() as session:
        attempt = session.get_one(PracticalAttempt, attempt_id)
        if attempt.state is not AttemptState.AWAITING:
            return
        task = services.task_of(session, attempt)
        evidence = services.stored_evidence(session, attempt)
        scored: Mapping[str, Fraction] = scored_shares(session, services.SUBJECT, attempt.id)
        session.expunge(attempt)
    result = services.evaluate(task, evidence, attempt, scored)
    with writing() as session:
        services.record_scores(session, attempt_id, result)


def look_at(attempt_id: int) -> None:
    """Grade what a running attempt has left until now, and keep what was found."""
    with reading() as session:
        attempt = session.get_one(PracticalAttempt, attempt_id)
        task = services.task_of(session, attempt)
        evidence = services.evidence_now(session, attempt, clock.now())
        session.expunge(attempt)
    result = services.evaluate(task, evidence, attempt)
    with writing() as session:
        services.record_look(session, attempt_id, result)
