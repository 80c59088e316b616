"""Changing a result that is final: the history, the training record, who is told.

Neither evidence nor earlier gradings change: another grading holds from now on, and the training
record gets a correction that names what it corrects and why.
"""

from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.disputes.models import Dispute
from training_platform.core import clock
from training_platform.core.db import lock
from training_platform.notices import services as notices
from training_platform.people.models import Employee
from training_platform.practicals import queries
from training_platform.practicals.models import Practical, PracticalAttempt, PracticalGrading
from training_platform.practicals.regrading import share_of
from training_platform.practicals.result_models import (
    PracticalCorrection,
    PracticalResultChange,
)
from training_platform.practicals.rules import AttemptState, Mode
from training_platform.practicals.services.grading import (
    address_of,
    announce,
    append_result,
    keep_as_found,
    source_of,
)
from training_platform.records import services as records
from training_platform.records.events import ResultCorrected
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Effect, Kind

#: What an exam leaves in the training record.
_RESULTS = (Kind.PRACTICAL_PASSED.value, Kind.PRACTICAL_FAILED.value)


@dataclass(frozen=True)
class Because:
    """Why a result changes: the cause, once for each attempt, who decided it, in whose words."""

    cause: str
    actor_id: int | None
    reason: str


def keep_correction(session: Session, dispute: Dispute) -> bool:
    """Keep what a dispute gave a check, once; the grading with it follows. False if it stood."""
    stands = select(PracticalCorrection.id).where(PracticalCorrection.dispute_id == dispute.id)
    if session.scalar(stands) is not None:
        return False
    share: Fraction = share_of(dispute.granted_points, dispute.most_points)
    session.add(
        PracticalCorrection(
            attempt_id=dispute.subject_id,
            check_id=dispute.check_key,
            share=str(share),
            dispute_id=dispute.id,
            made_at=clock.now(),
        )
    )
    session.flush()
    return True


def change_result(
    session: Session, attempt_id: int, grading: PracticalGrading, because: Because
) -> bool:
    """Let another grading hold from now on, once for each cause; return False where it does.

    An exam's change stands in the training record as a correction. A pass gained runs the path of
    every pass, a pass lost that of every fail. The person is told, with the reason. Raises nothing
    for an attempt that is not final: it is left as it is.
    """
    attempt = lock(session, PracticalAttempt, attempt_id)
    if (
        attempt.state is not AttemptState.FINAL
        or attempt.is_passed is None  # two persons declared it void
        or queries.has_changed(session, attempt.id, because.cause)
    ):
        return False
    old = queries.holding_grading(session, attempt)
    if old is None or old.id == grading.id:
        return False
    _keep_change(session, attempt, old, grading, because)
    _follow(session, attempt, old, because)
    return True


def follow_record(session: Session, attempt_id: int, event: ResultCorrected) -> None:
    """Let what two persons found right about a result's record hold for its attempt, once.

    The record is corrected already, and the person told. A grading with the checks as they were
    found, but with that result, holds from now on; where it is void, the attempt was neither passed
    nor failed. A result that is not final is left as it is.
    """
    attempt = lock(session, PracticalAttempt, attempt_id)
    old = queries.holding_grading(session, attempt)
    if attempt.state is not AttemptState.FINAL or old is None:
        return
    if queries.has_changed(session, attempt.id, event.cause):
        return
    grading = keep_as_found(session, old, event)
    because = Because(event.cause, event.actor_id, event.reason)
    _keep_change(session, attempt, old, grading, because)
    if event.is_void:
        attempt.is_passed = None
        session.flush()
    if grading.is_passed != old.is_passed:
        announce(session, attempt)


def _keep_change(
    session: Session,
    attempt: PracticalAttempt,
    old: PracticalGrading,
    grading: PracticalGrading,
    because: Because,
) -> None:
    """Note from which grading to which a result changes, and let the new one hold."""
    session.add(
        PracticalResultChange(
            attempt_id=attempt.id,
            cause=because.cause,
            old_grading_id=old.id,
            new_grading_id=grading.id,
            actor_id=because.actor_id,
            reason=because.reason,
            changed_at=clock.now(),
        )
    )
    attempt.grading_id, attempt.points = grading.id, grading.points
    attempt.percent, attempt.is_passed = grading.percent, grading.is_passed
    session.flush()


def _follow(
    session: Session, attempt: PracticalAttempt, old: PracticalGrading, because: Because
) -> None:
    practical = session.get_one(Practical, attempt.practical_id)
    if attempt.mode is Mode.EXAM and not attempt.part_of:
        _correct_record(session, attempt, practical, old, because)
    _tell(session, attempt, practical, old, because)
    if bool(attempt.is_passed) != old.is_passed or attempt.part_of:
        announce(session, attempt)


def _correct_record(
    session: Session,
    attempt: PracticalAttempt,
    practical: Practical,
    old: PracticalGrading,
    because: Because,
) -> None:
    """Correct what the record says: its values, or as a whole where a pass came or went."""
    source = f"{source_of(attempt)}:{because.cause}"
    is_turned = bool(attempt.is_passed) != old.is_passed
    standing = _record_of(session, attempt)
    if standing is not None:
        evidence = queries.evidence_of(session, attempt.id)
        records.append_id(
            session,
            attempt.employee_id,
            Kind.CORRECTION,
            Effect.VOID if is_turned else Effect.VALUES,
            source=f"{source}:correction",
            corrects_id=standing.id,
            reason=because.reason,
            changes=f"{old.percent} % → {attempt.percent} %",
            evidence=evidence.sha256 if evidence is not None else "",
            by=_name_of(session, because.actor_id),
        )
    if is_turned:
        append_result(session, attempt, practical, source)


def _record_of(session: Session, attempt: PracticalAttempt) -> TrainingRecord | None:
    """Return the record of what the attempt was worth until now: the newest of its results."""
    source = source_of(attempt)
    return session.scalars(
        select(TrainingRecord)
        .where(
            TrainingRecord.employee_id == attempt.employee_id,
            TrainingRecord.kind.in_(_RESULTS),
            (TrainingRecord.source == source) | TrainingRecord.source.startswith(f"{source}:"),
        )
        .order_by(TrainingRecord.position.desc())
        .limit(1)
    ).first()


def _name_of(session: Session, employee_id: int | None) -> str:
    employee = session.get(Employee, employee_id) if employee_id else None
    return employee.name if employee else ""


def _tell(
    session: Session,
    attempt: PracticalAttempt,
    practical: Practical,
    old: PracticalGrading,
    because: Because,
) -> None:
    kind = "practical_result_changed"
    if attempt.is_passed and not old.is_passed:
        kind = "practical_pass_gained"
    elif old.is_passed and not attempt.is_passed:
        kind = "practical_pass_taken"
    notices.notify(
        session,
        attempt.employee_id,
        kind,
        key=f"{source_of(attempt)}:{because.cause}",
        href=address_of(attempt),
        by_mail=kind == "practical_pass_taken",
        title=practical.title,
        old=old.percent,
        percent=attempt.percent,
        reason=because.reason,
    )
