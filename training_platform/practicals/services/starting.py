"""Starting an attempt at a task: a fresh workspace, what was drawn, until when."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_platform.assessment.extra_time import extra_percent
from training_platform.assessment.parts import ALONE, PartOf, refusal_for
from training_platform.assessment.rules import StepAction, deadline_of
from training_platform.content.queries import revision_data
from training_platform.core import audit, clock
from training_platform.core.db import lock
from training_platform.core.errors import RuleError
from training_platform.core.i18n import format_datetime
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.crm.desk import open_desk
from training_platform.crm.models import CrmWorkspace, WorkspaceKind
from training_platform.crm.scope import enter
from training_platform.crm.services.workspaces import create_workspace
from training_platform.people.models import Employee
from training_platform.practicals import queries
from training_platform.practicals.drawing import Drawn, draw
from training_platform.practicals.models import Practical, PracticalAttempt, PracticalStart
from training_platform.practicals.planting import Start, plant
from training_platform.practicals.rules import TIMED, Mode
from training_platform.practicals.schemas import TaskFile
from training_platform.practicals.services.submitting import pack_start, submit_attempt
from training_platform.practicals.world import UnknownDatasetError, baseline


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


_REFUSALS = {
    StepAction.NOTHING: _(
        "You have passed this exam already. You can practise as often as you like."
    ),
    StepAction.WAIT: _("The make-up opens on %(when)s."),
    StepAction.RETRAINING: _("Another attempt opens when you have been through the course again."),
    StepAction.HR_CASE: _("HR opens another attempt after talking to you."),
}


@dataclass(frozen=True)
class Sitting:
    """What somebody wants to sit down to: the mode, for a drill its check, and the draw's seed."""

    mode: Mode
    focus: str | None = None
    #: What is drawn follows from it; random where it is left out.
    seed: str | None = None
    #: The exam that it is a part of.
    part: PartOf | None = None

    @property
    def part_of(self) -> str:
        """Return the page of the exam, empty where the attempt stands alone."""
        return self.part.href if self.part else ALONE


def start_attempt(
    session: Session, practical: Practical, actor: Person, sitting: Sitting
) -> PracticalAttempt:
    """Start an attempt, or return the one of this mode that is open already.

    The employee's row is locked first: of many starts at once one begins, the others get the same.
    An open exam whose time is over is handed in before. A part of an exam asks no ladder, and ends
    no later than the exam. Raises NotPermittedError, and RuleError where the ladder opens no exam
    now, the task was withdrawn, it is open in or outside an exam, or the dataset is being renewed.
    """
    authorize(actor, None, Permission.PRACTICAL_ATTEMPT_TAKE)
    employee = lock(session, Employee, actor.id)
    running = queries.running_attempt(session, employee.id, practical.id, sitting.mode)
    if running is not None:
        is_on_time = running.deadline_at is None or clock.now() <= running.deadline_at
        if is_on_time and running.part_of != sitting.part_of:
            raise RuleError(refusal_for(running.part_of))
        if is_on_time and running.focus == sitting.focus:
            return running
        submit_attempt(session, running, actor)
    if sitting.part is not None:
        return _begin(session, practical, actor, sitting)
    if practical.is_withdrawn:
        raise RuleError(_("This task was withdrawn. What you have reached stays."))
    if sitting.mode is Mode.EXAM:
        standing = queries.standing_of(session, employee.id, practical)
        if standing.waits:
            raise RuleError(_("Your exam is handed in and not scored to the end yet."))
        step = standing.step
        if not step.can_start:
            raise RuleError(_REFUSALS[step.action], when=format_datetime(step.opens_at))
    return _begin(session, practical, actor, sitting)


def _begin(
    session: Session, practical: Practical, actor: Person, sitting: Sitting
) -> PracticalAttempt:
    assert actor.id is not None  # noqa: S101  # the row was locked by it
    task = task_at(session, practical.revision_id)
    is_timed = sitting.mode in TIMED
    kind = WorkspaceKind.EXAM if is_timed else WorkspaceKind.PRACTICE
    workspace = create_workspace(session, actor.id, kind, task.seller)
    started_at = clock.now()
    attempt = PracticalAttempt(
        token=secrets.token_urlsafe(16),
        practical_id=practical.id,
        revision_id=practical.revision_id,
        employee_id=actor.id,
        mode=sitting.mode,
        part_of=sitting.part_of,
        is_sealed=sitting.part is not None,
        number=1 if sitting.part else _next_number(session, actor.id, practical.id, sitting.mode),
        workspace_id=workspace.id,
        focus=sitting.focus,
        started_at=started_at,
        deadline_at=_deadline(session, practical, actor.id, sitting, started_at)
        if is_timed
        else None,
    )
    session.add(attempt)
    session.flush()
    drawn, start = _plant(session, workspace, actor, task, sitting.seed)
    session.add(PracticalStart(attempt_id=attempt.id, packed=pack_start(drawn, start)))
    workspace.closes_at = attempt.deadline_at
    session.flush()
    audit.record(
        session,
        actor,
        "practicals.start_attempt",
        attempt,
        practical=practical.id,
        mode=sitting.mode.value,
        number=attempt.number,
    )
    return attempt


def _plant(
    session: Session, workspace: CrmWorkspace, actor: Person, task: TaskFile, seed: str | None
) -> tuple[Drawn, Start]:
    layer = workspace.layer
    try:
        below = baseline(layer.dataset, layer.dataset_version)
    except UnknownDatasetError:
        raise RuleError(
            _("The practice company is being renewed. Please try again in a few minutes.")
        ) from None
    drawn = draw(task.generator, seed or secrets.token_hex(16), task.options, below, task.seller)
    try:
        return drawn, plant(open_desk(session, workspace, actor, is_writing=True), drawn)
    finally:
        enter(None)


def _deadline(
    session: Session,
    practical: Practical,
    employee_id: int,
    sitting: Sitting,
    started_at: datetime,
) -> datetime:
    extra = extra_percent(session, employee_id)
    if sitting.part is not None:
        return sitting.part.deadline(started_at, extra)
    return deadline_of(started_at, practical.exam_minutes, extra)


def _next_number(session: Session, employee_id: int, practical_id: str, mode: Mode) -> int:
    last = session.scalar(
        select(func.max(PracticalAttempt.number)).where(
            PracticalAttempt.employee_id == employee_id,
            PracticalAttempt.practical_id == practical_id,
            PracticalAttempt.mode == mode,
            PracticalAttempt.part_of == ALONE,
        )
    )
    return (last or 0) + 1


def task_at(session: Session, revision_id: int) -> TaskFile:
    """Return the task that a revision says."""
    return TaskFile.model_validate(revision_data(session, revision_id)["task"])
