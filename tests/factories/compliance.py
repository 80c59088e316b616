"""A proof of a day, and a planned round of refreshers with one entry."""

from datetime import timedelta

from sqlalchemy.orm import Session

from training_platform.archives.compliance.membership import Group
from training_platform.archives.compliance.services import Claim, make_proof
from training_platform.core import clock
from training_platform.curricula.refresher_models import RefresherEntry, RefresherRound
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of


def make_round(session: Session, employee: Employee, course_id: str = "course") -> RefresherEntry:
    """Plan a round that begins in a month, for one person and course."""
    start = clock.today() + timedelta(days=30)
    planned = RefresherRound(starts_on=start, planned_at=clock.now())
    session.add(planned)
    session.flush()
    entry = RefresherEntry(
        round_id=planned.id,
        employee_id=employee.id,
        course_id=course_id,
        is_newcomer=True,
        due_on=start + timedelta(days=14),
    )
    session.add(entry)
    session.flush()
    return entry


def make_compliance(session: Session, owner: Employee, hr: Employee) -> dict[str, str]:
    """Return the names of a proof, a round and its entry for addresses."""
    claim = Claim("course", Group(), clock.today(), "An audit")
    entry = make_round(session, owner)
    return {
        "proof_id": str(make_proof(session, viewer_of(session, hr), claim).id),
        "round_id": str(entry.round_id),
        "entry_id": str(entry.id),
        "job_role_id": "specialist",
    }
