"""How long a proof of a day keeps its names: its own row of the retention table says.

What was proved, for how many people and with which digest stays, as the audit log has it. Whoever
kept the signed document can still show it, and that it is the one that was made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.archives.compliance.models import ComplianceProof
from training_platform.core import audit, clock
from training_platform.core.files import StoredFile
from training_platform.core.permissions import SYSTEM
from training_platform.people.models import Employee
from training_platform.records.retention.models import RecordHold, RetentionRule
from training_platform.records.retention.queries import active_holds
from training_platform.records.retention.rules import DEFAULTS, PROOFS, last_day_due

#: The row of the retention table that proofs follow.
GROUP = PROOFS
#: The newest proofs that are looked through for names.
MOST_SHOWN = 200


@dataclass(frozen=True)
class Named:
    """A proof that names somebody who left, and until when it does."""

    proof: ComplianceProof
    names: list[str]
    goes_on: date


def years_kept(session: Session) -> int:
    """Return for how many years a proof keeps its names."""
    rule = session.get(RetentionRule, GROUP)
    return rule.years if rule else DEFAULTS[GROUP].years


def day_of_going(made_at: datetime, years: int) -> date:
    """Return the day on which the names of a proof go."""
    made = clock.company_day(made_at)
    try:
        return made.replace(year=made.year + years)
    except ValueError:  # 29 February
        return made.replace(year=made.year + years, month=3, day=1)


def proofs_naming(session: Session, numbers: Sequence[str]) -> list[Named]:
    """Return the newest proofs that name somebody of these staff numbers, with who it is."""
    wanted, years = set(numbers), years_kept(session)
    proofs = select(ComplianceProof).where(ComplianceProof.people_count > 0)
    newest = session.scalars(proofs.order_by(ComplianceProof.id.desc()).limit(MOST_SHOWN))
    return [
        Named(proof, names, day_of_going(proof.made_at, years))
        for proof in (newest if wanted else ())
        if (names := [row["name"] for row in proof.rows if row["number"] in wanted])
    ]


def let_go_of_proofs(session: Session) -> int:
    """Take the names off proofs whose years are over and that no legal hold covers.

    Return from how many. Done again it changes nothing.
    """
    last = last_day_due(clock.today(), years_kept(session))
    end = datetime.combine(last + timedelta(days=1), time(), clock.company_zone())
    due = session.scalars(
        select(ComplianceProof)
        .where(ComplianceProof.made_at < end, ComplianceProof.people_count > 0)
        .order_by(ComplianceProof.id)
    )
    old = [proof for proof in due if not proof.is_erased]
    held = _held_numbers(session)
    for proof in (each for each in old if not any(_covers(*hold, each) for hold in held)):
        if stored := session.get(StoredFile, proof.pdf_id) if proof.pdf_id else None:
            proof.pdf_id, stored.expires_at = None, clock.now()  # the tidying job removes it
        proof.rows = []
        audit.record(session, SYSTEM, "compliance.erase_proof", proof, digest=proof.digest)
    session.flush()
    return sum(proof.is_erased for proof in old)


def _held_numbers(session: Session) -> list[tuple[RecordHold, str | None]]:
    """Return the holds that stand, each with the staff number of whom it is about."""
    holds = active_holds(session)
    named = {hold.employee_id for hold in holds if hold.employee_id is not None}
    found = select(Employee.id, Employee.staff_number).where(Employee.id.in_(named))
    numbers = {row.id: row.staff_number for row in session.execute(found)}
    return [(hold, numbers.get(hold.employee_id or 0)) for hold in holds]


def _covers(hold: RecordHold, number: str | None, proof: ComplianceProof) -> bool:
    is_named = number is None or any(row["number"] == number for row in proof.rows)
    is_after = hold.from_day is None or proof.day >= hold.from_day
    return is_named and is_after and (hold.until_day is None or proof.day <= hold.until_day)
