"""What coaching does when somebody joins, learns, or passes a task."""

from sqlalchemy.orm import Session

from training_platform.coaching.rules import ItemKind
from training_platform.coaching.services import plans
from training_platform.people.events import EmployeeJoined
from training_platform.practicals.events import PracticalGraded
from training_platform.practicals.rules import Mode
from training_platform.records.events import RecordAdded


def plan_first_month(session: Session, event: EmployeeJoined) -> None:
    """Make the plan of the first month for somebody new, once."""
    plans.start_for_newcomer(session, event.employee_id)


def tick_record(session: Session, event: RecordAdded) -> None:
    """Tick what a training record fulfils."""
    plans.tick_for_record(session, event.employee_id, event.kind, event.subject)


def tick_task(session: Session, event: PracticalGraded) -> None:
    """Tick a task that was passed in practice; an exam ticks by its record."""
    if event.is_passed and event.mode == Mode.PRACTICE:
        plans.tick(session, event.employee_id, ItemKind.TASK, event.practical_id)
