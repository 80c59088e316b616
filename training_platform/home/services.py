"""What is done from the team page: reminding."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from training_platform.core import audit, clock, jobs
from training_platform.core.errors import NotFoundError
from training_platform.core.permissions import Permission, Person, authorize, may
from training_platform.curricula.models import Assignment, AssignmentState, Course
from training_platform.home import addresses
from training_platform.notices import services as notices
from training_platform.people.models import Employee


@dataclass(frozen=True)
class Reminded:
    """What reminding did: who was told, and whom somebody had reminded today already."""

    sent: int
    already: int


def open_assignments(
    session: Session, actor: Person, assignment_ids: Iterable[int]
) -> Sequence[Assignment]:
    """Return the open ones of some assignments.

    Raises NotFoundError where one does not exist or belongs to nobody of the actor's team.
    """
    wanted = set(assignment_ids)
    rows = session.scalars(
        select(Assignment)
        .where(Assignment.id.in_(wanted))
        .options(joinedload(Assignment.employee).joinedload(Employee.department))
        .order_by(Assignment.id)
    ).all()
    if len(rows) < len(wanted) or not all(
        may(actor, row.employee, Permission.TEAM_READ) for row in rows
    ):
        raise NotFoundError
    return [row for row in rows if row.state is AssignmentState.ACTIVE]


def remind_people(
    session: Session,
    assignments: Sequence[Assignment],
    actor: Person,
    name: str,
    asked_on: date | None = None,
) -> Reminded:
    """Remind people of open courses, in the platform and by mail: once a person, course and day.

    name is the actor's, as the notice shows it; asked_on is the day that counts, today by default.
    Raises NotPermittedError where one of the people
    is not in the actor's team.
    """
    day = (asked_on or clock.today()).isoformat()
    titles = _titles(session, {row.course_id for row in assignments})
    sent = 0
    for row in assignments:
        authorize(actor, row.employee, Permission.TEAM_READ)
        notice = notices.notify(
            session,
            row.employee_id,
            "reminder_from_head",
            key=f"home:reminder:{row.employee_id}:{row.course_id}:{day}",
            href=addresses.course(row.course_id),
            by_mail=True,
            title=titles[row.course_id],
            name=name,
            due=row.due_on.isoformat() if row.due_on else "–",
        )
        if notice is not None:
            sent += 1
            audit.record(session, actor, "home.remind", row, course=row.course_id)
    return Reminded(sent, len(assignments) - sent)


def remind_overdue_later(session: Session, actor: Person, department_id: int | None) -> None:
    """Remind everybody of the actor's team whose course is overdue, by a job, once a day."""
    authorize(actor, None, Permission.TEAM_READ)
    jobs.put(
        session,
        "home.remind_overdue",
        {
            "actor_id": actor.id,
            "department_id": department_id,
            "asked_on": clock.today().isoformat(),
        },
        key=f"{actor.id}:{department_id}:{clock.today()}",
        owner_id=actor.id,
    )


def _titles(session: Session, course_ids: set[str]) -> dict[str, dict[str, Any]]:
    rows = session.execute(select(Course.id, Course.title).where(Course.id.in_(course_ids)))
    return {row.id: row.title for row in rows}
