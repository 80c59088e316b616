"""What certificates does when a lower package announces something."""

from sqlalchemy.orm import Session

from training_platform.curricula.events import CourseCompleted, CurriculumCompleted

def issue_for_course(session: Session, event: CourseCompleted) -> None:
    """Issue the certificate of a completed course, once."""


def issue_for_curriculum(session: Session, event: CurriculumCompleted) -> None:
    """Issue the certificate of a completed curriculum, once."""
