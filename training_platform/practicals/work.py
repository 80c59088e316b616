"""Grading around its transactions: read, grade without any lock held, then write the result.

Grading takes tenths of a second of pure reckoning; the database waits for nobody meanwhile. Each
function opens transactions of its own: call it outside any.
"""

from collections.abc import Mapping
from fractions import Fraction

from training_platform.assessment.rubrics.queries import scored_shares
from training_platform.core import clock
from training_platform.core.db import reading, writing
from training_platform.practicals import queries, regrade_queries, services
from training_platform.practicals.grading import Result
from training_platform.practicals.models import PracticalAttempt
from training_platform.practicals.regrading import corrections_of
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


def grade_by(attempt_id: int, revision_id: int) -> tuple[PracticalAttempt, Result | None]:
    """Return a sealed attempt with its worth by a revision of its task; nothing is kept.

    What people scored and what disputes gave counts as it stands. None where the revision has no
    such check as a drill was about.
    """
    with reading() as session:
        attempt = session.get_one(PracticalAttempt, attempt_id)
        task = services.task_at(session, revision_id)
        evidence = services.stored_evidence(session, attempt)
        scored: Mapping[str, Fraction] = scored_shares(session, services.SUBJECT, attempt.id)
        corrected = corrections_of(regrade_queries.corrections(session, attempt.id))
        session.expunge(attempt)
    if attempt.focus is not None and attempt.focus not in {each.id for each in task.checks}:
        return attempt, None
    return attempt, services.evaluate(task, evidence, attempt, scored, corrected)


def correct_result(attempt_id: int, because: services.Because) -> None:
    """Grade an attempt again with what disputes gave; again changes nothing."""
    with reading() as session:
        attempt = session.get_one(PracticalAttempt, attempt_id)
        holding = queries.holding_grading(session, attempt)
        revision_id = attempt.revision_id if holding is None else holding.revision_id
    _attempt, result = grade_by(attempt_id, revision_id)
    if result is None:
        return
    with writing() as session:
        grading = services.keep_corrected(session, attempt_id, result, because.cause, revision_id)
        if grading is not None:
            services.change_result(session, attempt_id, grading, because)
