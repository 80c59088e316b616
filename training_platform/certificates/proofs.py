"""What a signed file of ours proves that is no certificate: whose records a transcript tells."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core.signing import Proof
from training_platform.core.text import mask_name, whole_number
from training_platform.people.models import Employee
from training_platform.records.models import RecordHead, TrainingRecord

#: What the signature says that the file is: transcript:<employee>:<records>:<digest of the last>.
TRANSCRIPT = "transcript"
#: So much of a record's hash stands in a transcript.
DIGEST = 16


@dataclass(frozen=True)
class Transcript:
    """A genuine transcript, compared with the records of today."""

    masked: str
    #: How many records it was drawn from, and how many came since.
    count: int
    added: int
    #: The records that it was drawn from stand in the archive as they did then.
    stands: bool


def reason_of(session: Session, employee_id: int) -> str:
    """Return what the signature of a transcript that is drawn now says."""
    head = session.get(RecordHead, employee_id)
    count, digest = (head.length, head.hash[:DIGEST]) if head else (0, "-")
    return f"{TRANSCRIPT}:{employee_id}:{count}:{digest}"


def transcript_in(session: Session, proof: Proof) -> Transcript | None:
    """Return what a genuine file tells as a transcript; None where it is something else."""
    parts = proof.reason.split(":")
    if not proof.is_ours or parts[0] != TRANSCRIPT or len(parts) != 4:
        return None
    employee = session.get(Employee, whole_number(parts[1]) or 0)
    count = whole_number(parts[2]) or 0
    if employee is None:
        return None
    head = session.get(RecordHead, employee.id)
    last = select(TrainingRecord.hash).where(
        TrainingRecord.employee_id == employee.id, TrainingRecord.position == count
    )
    stands = not count or (session.scalar(last) or "")[:DIGEST] == parts[3]
    added = (head.length if head else 0) - count
    return Transcript(mask_name(employee.name), count, max(added, 0), stands)
