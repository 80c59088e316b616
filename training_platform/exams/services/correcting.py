"""What a corrected part does to the one result of an exam that is over.

The history is appended, the training record gets a correction that names what it corrects, the
person is told. A pass goes only where a regrade is taken back as a whole, or where a trainer takes
it by itself, with a reason.
"""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.db import lock
from training_platform.core.errors import ConflictError, RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.exams import changes
from training_platform.exams.engines import PartChange, last_change
from training_platform.exams.models import Exam, ExamPart, ExamResultChange, ExamSitting
from training_platform.exams.rules import Combined, SittingState
from training_platform.exams.services.closing import (
    append_result,
    climb,
    follow_parts,
    set_result,
    source_of,
)
from training_platform.notices import services as notices
from training_platform.people.models import Employee
from training_platform.records import services as records
from training_platform.records.events import ResultCorrected
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Effect, Kind


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


LONGEST_REASON = 2000
_RESULTS = (Kind.EXAM_PASSED.value, Kind.EXAM_FAILED.value)


def follow_correction(session: Session, part: ExamPart) -> None:
    """Bring a result that is final up to a part that was corrected; once for each correction.

    Where the pass would be gone the whole result stays, and the change is kept as held back.
    """
    assert part.attempt_id is not None  # noqa: S101  # it was found by it
    why = last_change(session, part.kind, part.attempt_id)
    sitting = lock(session, ExamSitting, part.sitting_id)
    if why is None or sitting.state is not SittingState.FINAL or sitting.is_passed is None:
        return
    cause = f"part:{part.id}:{why.cause}"
    if _has_changed(session, sitting.id, cause):
        return
    follow_parts(session, sitting.parts)
    result = _combined(session, sitting)
    if (int(result.percent * 100), result.is_passed) == (sitting.score, sitting.is_passed):
        return
    is_kept = bool(sitting.is_passed) and not result.is_passed and not why.is_revert
    change = _keep(session, sitting, result, PartChange(cause, why.actor_id, why.reason), is_kept)
    if not is_kept:
        _apply(session, sitting, result, change)


def follow_record(session: Session, sitting_id: int, event: ResultCorrected) -> None:
    """Let what two persons found right about a result's record hold for its sitting, once.

    The record is corrected already, and the person told; what the parts are worth stays. A fail
    that it becomes is followed as every fail; where it is void, neither a pass nor a fail is left.
    """
    sitting = lock(session, ExamSitting, sitting_id)
    if _has_changed(session, sitting.id, event.cause):
        return
    was_passed = bool(sitting.is_passed)
    is_passed = event.passes(was_passed)
    result = Combined(
        percent=Decimal(event.reaches(sitting.exact_percent or Decimal(0))),
        is_passed=is_passed,
        is_distinction=bool(sitting.is_distinction) and is_passed,
    )
    why = PartChange(event.cause, event.actor_id, event.reason)
    _keep(session, sitting, result, why, is_kept=False)
    set_result(sitting, result)
    if event.is_void:
        sitting.is_passed = None
    session.flush()
    if was_passed and sitting.is_passed is False:
        climb(session, sitting)


def take_pass(
    session: Session, sitting: ExamSitting, actor: Person, reason: str, *, change_id: int
) -> None:
    """Take away a pass that corrected parts no longer give, with a reason for the person.

    change_id: the held change that the actor saw. Raises NotPermittedError for the own sitting,
    ConflictError where that change is not the newest any more, and RuleError without a reason.
    """
    authorize(actor, sitting, Permission.EXAM_CORRECT)
    lock(session, ExamSitting, sitting.id)
    held = changes.held_pass(session, sitting)
    if held is None or held.id != change_id:
        raise ConflictError(sitting)
    text = reason.strip()
    if not text or len(text) > LONGEST_REASON:
        raise RuleError(_("Give a reason. The people concerned read it."), field="reason")
    result = _combined(session, sitting)
    why = PartChange(f"taken:{held.id}", actor.id, text)
    _apply(session, sitting, result, _keep(session, sitting, result, why, is_kept=False))
    audit.record(session, actor, "exams.take_pass", sitting, change=held.id)


def _combined(session: Session, sitting: ExamSitting) -> Combined:
    return changes.combined(session, sitting, [each.score for each in sitting.parts])


def _has_changed(session: Session, sitting_id: int, cause: str) -> bool:
    found = select(ExamResultChange.id).where(
        ExamResultChange.sitting_id == sitting_id, ExamResultChange.cause == cause
    )
    return session.scalar(found) is not None


def _keep(
    session: Session, sitting: ExamSitting, result: Combined, why: PartChange, is_kept: bool
) -> ExamResultChange:
    change = ExamResultChange(
        sitting_id=sitting.id,
        cause=why.cause,
        old_score=sitting.score,
        score=int(result.percent * 100),
        was_passed=bool(sitting.is_passed),
        is_passed=result.is_passed,
        is_kept=is_kept,
        actor_id=why.actor_id,
        reason=why.reason,
        changed_at=clock.now(),
    )
    session.add(change)
    session.flush()
    return change


def _apply(
    session: Session, sitting: ExamSitting, result: Combined, change: ExamResultChange
) -> None:
    set_result(sitting, result)
    session.flush()
    source = f"{source_of(sitting)}:{change.cause}"
    is_turned = change.was_passed != change.is_passed
    _correct_record(session, sitting, change, source)
    if is_turned:
        append_result(session, sitting, result.outcome, source)
    _tell(session, sitting, change, source)


def _correct_record(
    session: Session, sitting: ExamSitting, change: ExamResultChange, source: str
) -> None:
    """Correct what the record says: its values, or as a whole where a pass came or went."""
    first = source_of(sitting)
    standing = session.scalars(
        select(TrainingRecord)
        .where(
            TrainingRecord.employee_id == sitting.employee_id,
            TrainingRecord.kind.in_(_RESULTS),
            (TrainingRecord.source == first) | TrainingRecord.source.startswith(f"{first}:"),
        )
        .order_by(TrainingRecord.position.desc())
        .limit(1)
    ).first()
    if standing is None:
        return
    actor = session.get(Employee, change.actor_id) if change.actor_id else None
    records.append_id(
        session,
        sitting.employee_id,
        Kind.CORRECTION,
        Effect.VALUES if change.was_passed == change.is_passed else Effect.VOID,
        source=f"{source}:correction",
        corrects_id=standing.id,
        reason=change.reason,
        changes=f"{change.old_percent} % → {change.percent} %",
        evidence="",
        by=actor.name if actor else "",
    )


def _tell(session: Session, sitting: ExamSitting, change: ExamResultChange, source: str) -> None:
    kind = "exam_result_changed"
    if change.was_passed != change.is_passed:
        kind = "exam_pass_gained" if change.is_passed else "exam_pass_taken"
    notices.notify(
        session,
        sitting.employee_id,
        kind,
        key=source,
        href=sitting.href,
        by_mail=kind == "exam_pass_taken",
        title=session.get_one(Exam, sitting.exam_id).title,
        old=int(change.old_percent),
        percent=sitting.percent,
        reason=change.reason,
    )
