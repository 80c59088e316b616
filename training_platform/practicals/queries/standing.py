"""Where somebody stands with a task: practice, exams, what the ladder says follows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_platform.assessment.parts import ALONE
from training_platform.assessment.queries import ladder_rungs
from training_platform.assessment.rules import (
    NextStep,
    Rung,
    RungAction,
    StepAction,
    next_step,
    rung_after,
)
from training_platform.core import clock
from training_platform.practicals.models import (
    Practical,
    PracticalAttempt,
)
from training_platform.practicals.rules import UNDECIDED, AttemptState, Mode
from training_platform.quizzes.queries import relearned_at


@dataclass(frozen=True)
class Standing:
    """Where somebody stands with the exam of a task."""

    step: NextStep
    rungs: tuple[Rung, ...]
    exams: Sequence[PracticalAttempt] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Tell whether an exam was handed in whose result is not known yet."""
        return any(each.state in UNDECIDED for each in self.exams)

    @property
    def fail_count(self) -> int:
        """Return how many exams failed."""
        return sum(each.is_passed is False for each in self.exams)


@dataclass
class Progress:
    """What somebody has reached with a task."""

    open_attempt: PracticalAttempt | None = None
    tries: int = 0
    best_percent: int | None = None
    has_practised: bool = False
    has_passed_exam: bool = False
    has_failed_exam: bool = False


def progress_of(
    session: Session, employee_id: int, practical_ids: Sequence[str]
) -> Mapping[str, Progress]:
    """Return what somebody has reached with each of these tasks, in one statement."""
    found: dict[str, Progress] = defaultdict(Progress)
    attempts = session.scalars(
        select(PracticalAttempt)
        .where(
            PracticalAttempt.employee_id == employee_id,
            PracticalAttempt.practical_id.in_(practical_ids),
            PracticalAttempt.mode != Mode.DRILL,
            PracticalAttempt.part_of == ALONE,
        )
        .order_by(PracticalAttempt.id)
    )
    for each in attempts:
        _add_up(found[each.practical_id], each)
    return found


def _add_up(progress: Progress, attempt: PracticalAttempt) -> None:
    progress.tries += 1
    if attempt.state is AttemptState.IN_PROGRESS:
        progress.open_attempt = attempt
    if attempt.percent is not None:
        progress.best_percent = max(progress.best_percent or 0, attempt.percent)
    if attempt.mode is Mode.EXAM:
        progress.has_passed_exam |= attempt.is_passed is True
        progress.has_failed_exam |= attempt.is_passed is False
    else:
        progress.has_practised |= attempt.is_passed is True


def tries_of(session: Session, employee_id: int, practical_id: str) -> tuple[int, bool]:
    """Return how often practice was handed in or looked at, and whether it was ever passed."""
    row = session.execute(
        select(
            func.count().filter(PracticalAttempt.state != AttemptState.IN_PROGRESS),
            func.coalesce(func.sum(PracticalAttempt.looks_count), 0),
            func.count().filter(PracticalAttempt.is_passed.is_(True)),
        ).where(
            PracticalAttempt.employee_id == employee_id,
            PracticalAttempt.practical_id == practical_id,
            PracticalAttempt.mode != Mode.DRILL,
            PracticalAttempt.is_sealed.is_(False),
        )
    ).one()
    return row[0] + row[1], row[2] > 0


def standing_of(session: Session, employee_id: int, practical: Practical) -> Standing:
    """Return where somebody stands with the exam of a task: what the ladder says follows."""
    exams = session.scalars(
        select(PracticalAttempt)
        .where(
            PracticalAttempt.employee_id == employee_id,
            PracticalAttempt.practical_id == practical.id,
            PracticalAttempt.mode == Mode.EXAM,
            PracticalAttempt.part_of == ALONE,
        )
        .order_by(PracticalAttempt.number)
    ).all()
    rungs = ladder_rungs(session, practical.ladder_id)
    fails = [each.submitted_at for each in exams if each.is_passed is False and each.submitted_at]
    is_passed = any(each.is_passed for each in exams)
    retrained = None
    if fails and not is_passed and rung_after(rungs, len(fails)).action is RungAction.RETRAINING:
        retrained = relearned_at(session, employee_id, practical.course_id, max(fails))
    step = next_step(rungs, fails, clock.now(), passed=is_passed, retrained_at=retrained)
    if step.action is StepAction.RETRAINING and not practical.course_id:
        step = replace(step, action=StepAction.HR_CASE)  # there are no lessons to go through
    return Standing(step, rungs, exams)
