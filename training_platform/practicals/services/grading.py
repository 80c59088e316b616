"""Writing down what an attempt is worth, once for each cause, and what follows from it."""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.climbing import FailedExam, demand_retraining, open_case
from training_platform.assessment.rubrics.services import Subject, open_scoring
from training_platform.assessment.rules import RungAction, rung_after
from training_platform.core import clock
from training_platform.core.db import lock
from training_platform.core.errors import RuleError
from training_platform.core.events import emit
from training_platform.core.permissions import Right
from training_platform.notices import services as notices
from training_platform.practicals import queries
from training_platform.practicals.events import PracticalGraded
from training_platform.practicals.evidence import Evidence, unpack
from training_platform.practicals.focusing import focused
from training_platform.practicals.grading import Result, grade
from training_platform.practicals.models import Practical, PracticalAttempt, PracticalGrading
from training_platform.practicals.rules import AttemptState, Cause, Mode
from training_platform.practicals.schemas import TaskFile
from training_platform.practicals.services.starting import task_at
from training_platform.practicals.world import UnknownDatasetError, World
from training_platform.records import services as records
from training_platform.records.events import ResultCorrected

SUBJECT = "practical_attempt"
#: What the sources of records about attempts begin with.
RECORDS = "practicals:attempt"


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def evaluate(
    task: TaskFile,
    evidence: Evidence,
    attempt: PracticalAttempt,
    scored: Mapping[str, Fraction] | None = None,
    corrected: Mapping[str, Fraction] | None = None,
) -> Result:
    """Return what evidence is worth. Takes some tenths of a second: call it outside transactions.

    scored is the share of each rubric check that people have given, corrected the share that
    decided disputes gave a check.
    """
    try:
        world = World(evidence)
    except UnknownDatasetError:
        return Result((), None, is_passed=False)  # held until the dataset's file is here again
    return grade(
        focused(task, attempt.focus),
        world,
        is_exam=attempt.mode is Mode.EXAM,
        scored=scored or {},
        corrected=corrected or {},
    )


def stored_evidence(session: Session, attempt: PracticalAttempt) -> Evidence:
    """Return what an attempt left behind; it was handed in."""
    found = queries.evidence_of(session, attempt.id)
    assert found is not None  # noqa: S101  # handing in writes both in one transaction
    return unpack(found.packed)


def record_look(session: Session, attempt_id: int, result: Result) -> PracticalGrading:
    """Keep what "check my work" found, and count it. Raises RuleError where the grader failed."""
    if result.points is None:
        raise RuleError(_("The grader failed. Your work is kept; please tell a trainer."))
    attempt = lock(session, PracticalAttempt, attempt_id)
    attempt.looks_count += 1
    return _keep(session, attempt, result, Cause.LOOK, f"look:{attempt.looks_count}")


def record_result(session: Session, attempt_id: int, result: Result) -> bool:
    """Keep what a hand-in is worth, once, and do what follows; False where it was done already.

    A fault of the grader holds the attempt and tells the trainers. What people score opens their
    scorings in an exam; the result is final when they are done. Raises nothing else.
    """
    attempt = lock(session, PracticalAttempt, attempt_id)
    if attempt.state not in {AttemptState.SUBMITTED, AttemptState.HELD}:
        return False
    if result.points is None:
        _hold(session, attempt)
        return True
    grading = _keep(session, attempt, result, Cause.SUBMITTED, "submitted")
    attempt.grading_id = grading.id
    if result.awaiting and attempt.mode is Mode.EXAM:
        attempt.state = AttemptState.AWAITING
        _ask_people(session, attempt, result)
        session.flush()
        return True
    _finish(session, attempt, grading)
    return True


def record_scores(session: Session, attempt_id: int, result: Result) -> bool:
    """Keep the result with what people gave; False where it is final already."""
    attempt = lock(session, PracticalAttempt, attempt_id)
    if attempt.state is not AttemptState.AWAITING or result.points is None or result.awaiting:
        return False
    grading = _keep(session, attempt, result, Cause.SCORED, "scored")
    attempt.grading_id = grading.id
    _finish(session, attempt, grading)
    return True


def _keep(
    session: Session, attempt: PracticalAttempt, result: Result, kind: Cause, cause: str
) -> PracticalGrading:
    grading = PracticalGrading(
        attempt_id=attempt.id,
        cause=cause,
        kind=kind,
        revision_id=attempt.revision_id,
        graded_at=clock.now(),
        **plain_result(result),
    )
    session.add(grading)
    session.flush()
    return grading


def keep_corrected(
    session: Session, attempt_id: int, result: Result, cause: str, revision_id: int
) -> PracticalGrading | None:
    """Keep what an attempt is worth with what disputes gave, once for each cause."""
    stands = select(PracticalGrading.id).where(
        PracticalGrading.attempt_id == attempt_id, PracticalGrading.cause == cause
    )
    if result.points is None or session.scalar(stands) is not None:
        return None
    grading = PracticalGrading(
        attempt_id=attempt_id,
        cause=cause,
        kind=Cause.CORRECTED,
        revision_id=revision_id,
        graded_at=clock.now(),
        **plain_result(result),
    )
    session.add(grading)
    session.flush()
    return grading


def keep_as_found(
    session: Session, old: PracticalGrading, event: ResultCorrected
) -> PracticalGrading:
    """Keep a grading with the same checks and another result as a whole, as records have it."""
    grading = PracticalGrading(
        attempt_id=old.attempt_id,
        cause=event.cause,
        kind=Cause.CORRECTED,
        revision_id=old.revision_id,
        graded_at=clock.now(),
        points=old.points,
        percent=int(event.reaches(old.percent or 0)),
        is_passed=event.passes(old.is_passed),
        outcomes=old.outcomes,
    )
    session.add(grading)
    session.flush()
    return grading


def plain_result(result: Result) -> dict[str, Any]:
    """Return a result as rows keep it: points in hundredths, percent rounded down."""
    percent = result.percent
    return {
        "points": None if result.points is None else int(result.points * 100),
        "percent": None if percent is None else int(percent.to_integral_value(ROUND_FLOOR)),
        "is_passed": result.is_passed,
        "outcomes": [_plain(each) for each in result.outcomes],
    }


def _plain(outcome: Any) -> dict[str, Any]:
    """Return an outcome as JSON keeps it: decimals as texts."""
    return {name: _value(value) for name, value in vars(outcome).items()}


def _value(value: Any) -> Any:
    if isinstance(value, Decimal | Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _value(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_value(each) for each in value]
    return value


def _finish(session: Session, attempt: PracticalAttempt, grading: PracticalGrading) -> None:
    attempt.state = AttemptState.FINAL
    attempt.points, attempt.percent = grading.points, grading.percent
    attempt.is_passed = grading.is_passed
    session.flush()
    if attempt.mode is Mode.EXAM and not attempt.part_of:  # a part counts in its exam alone
        practical = session.get_one(Practical, attempt.practical_id)
        source = source_of(attempt)
        append_result(session, attempt, practical, source)
        _tell(session, attempt, practical, source)
    announce(session, attempt)


def announce(session: Session, attempt: PracticalAttempt) -> None:
    """Tell the packages above what an attempt is worth."""
    emit(
        session,
        PracticalGraded(
            attempt_id=attempt.id,
            employee_id=attempt.employee_id,
            practical_id=attempt.practical_id,
            mode=attempt.mode.value,
            is_passed=bool(attempt.is_passed),
            part_of=attempt.part_of,
        ),
    )


def unseal(session: Session, attempt_id: int) -> None:
    """Show what a part of an exam is worth from now on: the exam is over."""
    session.get_one(PracticalAttempt, attempt_id).is_sealed = False
    session.flush()


def source_of(attempt: PracticalAttempt) -> str:
    """Return the name by which records and notices know the first result of an attempt."""
    return f"{RECORDS}:{attempt.id}"


def address_of(attempt: PracticalAttempt) -> str:
    """Return the page of a result."""
    return f"/practicals/attempts/{attempt.token}/result"


def append_result(
    session: Session, attempt: PracticalAttempt, practical: Practical, source: str
) -> None:
    """Write an exam into the training record, once a source, and do what the ladder says.

    The record keeps the digest of the evidence.
    """
    found = queries.evidence_of(session, attempt.id)
    records.append_id(
        session,
        attempt.employee_id,
        "practical_passed" if attempt.is_passed else "practical_failed",
        attempt.practical_id,
        source=source,
        happened_at=attempt.submitted_at,
        title=practical.title,
        percent=attempt.percent,
        outcome="passed" if attempt.is_passed else "failed",
        number=attempt.number,
        evidence=found.sha256 if found is not None else "",
        href=address_of(attempt),
    )
    if not attempt.is_passed:
        _climb(session, attempt, practical, source)


def _tell(session: Session, attempt: PracticalAttempt, practical: Practical, source: str) -> None:
    notices.notify(
        session,
        attempt.employee_id,
        "practical_passed" if attempt.is_passed else "practical_failed",
        key=source,
        href=address_of(attempt),
        by_mail=not attempt.is_passed,
        title=practical.title,
        percent=attempt.percent,
    )


def _climb(session: Session, attempt: PracticalAttempt, practical: Practical, source: str) -> None:
    """Do what the ladder says after this fail; a make-up needs nothing: its page says when."""
    standing = queries.standing_of(session, attempt.employee_id, practical)
    rung = rung_after(standing.rungs, standing.fail_count)
    if rung.action is RungAction.MAKEUP:
        return
    failed = FailedExam(
        employee_id=attempt.employee_id,
        subject=practical.id,
        title=practical.title,
        course_id=practical.course_id,
        number=attempt.number,
        happened_at=attempt.submitted_at or clock.now(),
        source=source,
        href=f"/practicals/{practical.id}",
        cases_href=f"/archives/people/{attempt.employee_id}",
        ladder_id=practical.ladder_id,
        fail_count=standing.fail_count,
        rung=rung,
    )
    if rung.action is RungAction.RETRAINING:
        demand_retraining(session, failed)
    open_case(session, failed)


def _hold(session: Session, attempt: PracticalAttempt) -> None:
    attempt.state = AttemptState.HELD
    session.flush()
    practical = session.get_one(Practical, attempt.practical_id)
    notices.notify_holders(
        session,
        Right.TRAINER,
        "practical_held",
        key=f"practicals:attempt:{attempt.id}:held",
        href="/practicals/held",
        title=practical.title,
    )


def _ask_people(session: Session, attempt: PracticalAttempt, result: Result) -> None:
    task = task_of(session, attempt)
    waiting = {each.check: each for each in result.outcomes if each.status == "awaiting"}
    for check in task.checks:
        if check.type == "rubric" and check.id in waiting:
            open_scoring(
                session,
                Subject(SUBJECT, attempt.id, check.id),
                attempt.employee_id,
                check.rubric,
                str(waiting[check.id].seen or ""),
                int(check.points),
            )


def task_of(session: Session, attempt: PracticalAttempt) -> TaskFile:
    """Return the task as it was when the attempt began."""
    return task_at(session, attempt.revision_id)
