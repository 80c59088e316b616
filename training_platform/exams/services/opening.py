"""Going on in a sitting: the running part, or the next one."""

from random import Random

from sqlalchemy.orm import Session

from training_platform.assessment.parts import PartOf
from training_platform.core import audit, clock
from training_platform.core.db import lock
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.exams import engines
from training_platform.exams.models import ExamPart, ExamSitting
from training_platform.exams.rules import SittingState
from training_platform.exams.services.closing import close
from training_platform.people.models import Employee


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def open_next_part(
    session: Session, sitting: ExamSitting, actor: Person, rng: Random | None = None
) -> ExamPart | None:
    """Open the next part of a sitting, or return the one that runs; None where it is over.

    The employee's row is locked first, so that two tabs open one part. A part whose time is over is
    handed in before, as the sitting itself is closed where its time is over. Raises
    NotPermittedError, and RuleError as the engines do where somebody has the next part open by
    itself.
    """
    authorize(actor, sitting, Permission.EXAM_SITTING_TAKE)
    lock(session, Employee, sitting.employee_id)
    session.refresh(sitting)
    if sitting.state is not SittingState.IN_PROGRESS:
        return None
    if clock.now() > sitting.deadline_at:
        close(session, sitting, actor)
        return None
    running = next((each for each in sitting.parts if _is_running(each)), None)
    if running is not None and running.deadline_at and clock.now() <= running.deadline_at:
        return running
    if running is not None:
        engines.hand_in(session, running, actor)
        session.refresh(sitting)
    following = next((each for each in sitting.parts if each.attempt_id is None), None)
    if following is not None:
        _open(session, sitting, following, actor, rng)
    return following


def _is_running(part: ExamPart) -> bool:
    return part.attempt_id is not None and part.closed_at is None


def _open(
    session: Session, sitting: ExamSitting, part: ExamPart, actor: Person, rng: Random | None
) -> None:
    tie = PartOf(sitting.href, part.minutes, sitting.deadline_at)
    begun = engines.begin(session, part, actor, tie, rng)
    if lock(session, ExamSitting, sitting.id).state is not SittingState.IN_PROGRESS:
        raise RuleError(_("The time of this exam is over."))
    if begun.deadline_at is None:
        raise RuleError(_("This part cannot be taken as an exam. Please tell a trainer."))
    part.attempt_id, part.deadline_at = begun.id, begun.deadline_at
    session.flush()
    audit.record(
        session, actor, "exams.open_part", sitting, position=part.position, part=part.subject
    )
