"""Sittings of exams: one is passed; in the others the task was left, and the time ran out.

The one that is passed needs the practice company's dataset; without it nobody opens a task, and
whoever looks around meets results with a part that was missed, the make-up, and the ladder.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.crm.desk import open_desk
from training_platform.crm.models import CrmWorkspace
from training_platform.crm.queries.workspaces import has_dataset
from training_platform.crm.rules.reports import read_definition
from training_platform.crm.scope import enter
from training_platform.crm.services.reports import save_report
from training_platform.demo.learning import Aim, Learner
from training_platform.demo.world import World
from training_platform.exams import services
from training_platform.exams.models import Exam, ExamPart, ExamSitting
from training_platform.exams.rules import PartKind
from training_platform.practicals import services as practicals
from training_platform.practicals.models import PracticalAttempt
from training_platform.quizzes.models import Attempt

#: Who sat which exam, and so many working days before the present.
SITTINGS = (
    ("specialist2", "specialist-exam", 3),
    ("supervisor", "supervisor-exam", 6),
    ("specialist", "specialist-exam", 5),
)
#: Whose task is done, too: the monthly sales report.
DOES_TASK = {"specialist"}


def sit_exam(session: Session, world: World, learner: Learner, exam_id: str) -> None:
    """Sit down, take the paper, then the task; or let the time of the rest pass."""
    viewer = world.viewer(learner.name)
    exam = session.get(Exam, exam_id)
    if exam is None or exam.is_withdrawn:
        return
    sitting = services.start_sitting(session, exam, viewer)
    part = services.open_next_part(session, sitting, viewer, learner.rng)
    if part is not None and part.kind is PartKind.PAPER:
        attempt = session.get_one(Attempt, part.attempt_id)
        learner.answer(session, attempt, Aim.PASS)
    sitting_id = sitting.id
    if learner.name in DOES_TASK and has_dataset(session):
        world.plan(
            clock.now() + timedelta(minutes=8),
            lambda later: _go_on(later, world, learner, sitting_id),
        )
        return
    after = sitting.deadline_at + timedelta(seconds=20)
    world.plan(after, lambda later: _run_out(later, sitting_id))


def _go_on(session: Session, world: World, learner: Learner, sitting_id: int) -> None:
    viewer = world.viewer(learner.name)
    sitting = session.get_one(ExamSitting, sitting_id)
    part = services.open_next_part(session, sitting, viewer)
    if part is not None and part.kind is PartKind.PRACTICAL:
        _report(session, world, learner, part)


def _report(session: Session, world: World, learner: Learner, part: ExamPart) -> None:
    """Save the report that the task wants, name its total, and have it graded."""
    viewer = world.viewer(learner.name)
    attempt = session.get_one(PracticalAttempt, part.attempt_id)
    drawn, _start = practicals.start_of(session, attempt.id)
    wanted = read_definition(drawn.key["definition"])
    if wanted is None:
        return
    with clock.stopped(clock.now() + timedelta(minutes=3)):
        workspace = session.get_one(CrmWorkspace, attempt.workspace_id)
        try:
            desk = open_desk(session, workspace, viewer, is_writing=True)
            save_report(desk, "月度销售额", wanted)
        finally:
            enter(None)
        practicals.save_answer(session, attempt, viewer, "total", str(drawn.key["net"]))
        practicals.submit_attempt(session, attempt, viewer)
        result = practicals.evaluate(
            practicals.task_of(session, attempt),
            practicals.stored_evidence(session, attempt),
            attempt,
        )
        practicals.record_result(session, attempt.id, result)


def _run_out(session: Session, sitting_id: int) -> None:
    services.close_overdue(session, sitting_id)
