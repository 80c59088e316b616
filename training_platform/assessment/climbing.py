"""What the fail ladder asks for after a failed exam, of whatever kind: done here once for all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from training_platform.assessment.rules import DEFAULT_LADDER, Rung
from training_platform.core.db import fetch
from training_platform.core.permissions import Right
from training_platform.notices import services as notices
from training_platform.people.models import AccessGrant, Employee, EmployeeStatus
from training_platform.records import services as records

MOST_HR = 20
_NAME = select(Employee.name).where(Employee.id == bindparam("employee_id"))
_HR = (
    select(AccessGrant.employee_id)
    .join(Employee, Employee.id == AccessGrant.employee_id)
    .where(AccessGrant.right == Right.HR, Employee.status == EmployeeStatus.ACTIVE)
    .order_by(AccessGrant.employee_id)
    .limit(MOST_HR)
)


@dataclass(frozen=True)
class FailedExam:
    """An exam that somebody failed."""

    employee_id: int
    #: What records name it by, and its title in all languages.
    subject: str
    title: dict[str, Any]
    course_id: str | None
    number: int
    happened_at: datetime
    #: Unique name of the attempt: everything that follows happens once for it.
    source: str
    #: The page of the exam, and HR's page of such cases.
    href: str
    cases_href: str
    #: The rule that asks for what follows: the ladder, how often she failed, the rung.
    ladder_id: str = DEFAULT_LADDER
    fail_count: int = 1
    rung: Rung | None = None

    @property
    def rule(self) -> dict[str, Any]:
        """Return the rule as records keep it."""
        if self.rung is None:
            return {}
        return {"ladder": self.ladder_id, "fail": self.fail_count, **self.rung.as_data()}


def demand_retraining(session: Session, failed: FailedExam) -> None:
    """Ask somebody to go through the course once more, and note it in her record."""
    course = failed.course_id
    href = f"/courses/{course}" if course else failed.href
    records.append_id(
        session,
        failed.employee_id,
        "retraining_due",
        course or failed.subject,
        source=f"{failed.source}:retraining",
        happened_at=failed.happened_at,
        title=failed.title,
        paper=failed.subject,
        href=href,
    )
    notices.notify(
        session,
        failed.employee_id,
        "retraining_due",
        key=f"{failed.source}:retraining",
        href=href,
        by_mail=True,
        title=failed.title,
    )


def open_case(session: Session, failed: FailedExam) -> None:
    """Hand a fail over to HR: noted in the record, and told to whoever holds the right."""
    records.append_id(
        session,
        failed.employee_id,
        "hr_case_opened",
        failed.subject,
        source=f"{failed.source}:hr_case",
        happened_at=failed.happened_at,
        title=failed.title,
        number=failed.number,
        href=failed.cases_href,
        rule=failed.rule,
    )
    name = fetch(session, _NAME, {"employee_id": failed.employee_id}).scalar()
    for hr_id in fetch(session, _HR).scalars().all():
        notices.notify(
            session,
            hr_id,
            "hr_case_opened",
            key=f"{failed.source}:hr_case:{hr_id}",
            href=failed.cases_href,
            title=failed.title,
            name=name,
        )
