"""What records does when a lower package announces something."""

from sqlalchemy.orm import Session

from training_platform.people.events import EmployeeJoined, JobRoleChanged


def record_joining(session: Session, event: EmployeeJoined) -> None:
    """Append that somebody joined, once."""


def record_job_role(session: Session, event: JobRoleChanged) -> None:
    """Append the change of the job role, once."""
