"""What compliance does when a lower package announces something."""

from sqlalchemy.orm import Session

from training_platform.curricula.events import RefresherAssigned
from training_platform.quizzes.services import open_anew


def open_quiz_again(session: Session, event: RefresherAssigned) -> None:
    """Let the quiz of a refresher be taken again by whoever passed it before, once an entry."""
    if event.paper_id:
        open_anew(session, event.employee_id, event.paper_id, f"refresher:{event.entry_id}")
