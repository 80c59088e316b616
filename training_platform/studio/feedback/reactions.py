"""What feedback does when something happens in lower packages."""

from sqlalchemy.orm import Session

from training_platform.people.events import EmployeeAnonymized
from training_platform.studio.feedback import services


def forget_rater(session: Session, event: EmployeeAnonymized) -> None:
    """Take away what somebody wrote of lessons: a sentence may show who wrote it."""
    services.forget_sentences(session, event.employee_id)
