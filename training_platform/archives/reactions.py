"""What the archive does when a lower package announces something."""

from sqlalchemy.orm import Session

from training_platform.archives import indexing
from training_platform.records.events import ValuesErased


def forget_values(session: Session, event: ValuesErased) -> None:
    """Take out of the search what was erased from somebody's records."""
    indexing.forget_erased(session, event.employee_id)
