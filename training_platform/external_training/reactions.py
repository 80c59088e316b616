"""What external training does when a lower package announces something."""

from sqlalchemy.orm import Session

from training_platform.external_training.services.leaving import let_go, remove_files
from training_platform.people.events import EmployeeAnonymized, EmployeeLeft


def end_of_leaver(session: Session, event: EmployeeLeft) -> None:
    """End what somebody who left had applied for, and hand on what waited for her."""
    let_go(session, event.employee_id)


def forget_files(session: Session, event: EmployeeAnonymized) -> None:
    """Remove proofs and certificates of somebody whose name was taken off: they name her."""
    remove_files(session, event.employee_id)
