"""What curricula does when a lower package announces something."""

from sqlalchemy.orm import Session

from training_platform.content.events import RevisionPublished
from training_platform.people.events import EmployeeJoined, JobRoleChanged
from training_platform.records.events import RecordAdded

def assign_curriculum(session: Session, event: EmployeeJoined) -> None:
    """Assign the curriculum of the job role."""


def follow_job_role(session: Session, event: JobRoleChanged) -> None:
    """Synchronize the assignments with the new curriculum."""


def follow_curriculum(session: Session, event: RevisionPublished) -> None:
    """Queue the synchronization of everybody when a curriculum changed."""


def check_completion(session: Session, event: RecordAdded) -> None:
    """Complete courses and curricula whose conditions are now met."""
