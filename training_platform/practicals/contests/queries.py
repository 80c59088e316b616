"""Selects for the pages of contests; no writes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import Session

from training_platform.content.queries import revisions_data
from training_platform.core.db import fetch
from training_platform.people.models import Department, Employee
from training_platform.people.queries import names_of
from training_platform.practicals.contests.board import can_be_raced
from training_platform.practicals.contests.models import Contest, ContestBoard, ContestEntrant
from training_platform.practicals.models import Practical


def contests(employee_id: int, *, sees_all: bool) -> Select[Any]:
    """Return the select of (contest, people) that somebody may see, the newest first."""
    people = (
        select(func.count())
        .select_from(ContestEntrant)
        .where(ContestEntrant.contest_id == Contest.id)
        .scalar_subquery()
    )
    shown: list[Any] = [Contest, people.label("people")]
    statement = select(*shown).order_by(Contest.id.desc())
    return statement if sees_all else statement.where(_takes_part(employee_id))


#: On Today for everybody: built once.
_NEXT = (
    select(Contest.id)
    .join(ContestEntrant, ContestEntrant.contest_id == Contest.id)
    .where(
        ContestEntrant.employee_id == bindparam("employee_id"),
        Contest.finished_at.is_(None),
        Contest.canceled_at.is_(None),
    )
    .order_by(Contest.starts_at.is_(None), Contest.starts_at, Contest.id)
    .limit(1)
)


def next_contest(session: Session, employee_id: int) -> Contest | None:
    """Return the contest that somebody takes part in next, or now."""
    found = fetch(session, _NEXT, {"employee_id": employee_id}).first()
    return session.get(Contest, found.id) if found is not None else None


def board_of(session: Session, contest: Contest) -> ContestBoard | None:
    """Return the standings as they were counted last."""
    return session.get(ContestBoard, contest.id)


def people_of(session: Session, contest: Contest) -> Sequence[Any]:
    """Return (entrant, name, staff number, department) of everybody in a contest, by name."""
    return session.execute(
        select(ContestEntrant, Employee.name, Employee.staff_number, Department.name)
        .join(Employee, Employee.id == ContestEntrant.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .where(ContestEntrant.contest_id == contest.id)
        .order_by(Employee.name_latin, Employee.id)
    ).all()


def names_on(session: Session, rows: Sequence[Any]) -> dict[int, str]:
    """Return the names of those who stand on rows of the standings."""
    return names_of(session, [row["employee_id"] for row in rows])


def races(session: Session) -> Sequence[Practical]:
    """Return the tasks that measure speed."""
    tasks = session.scalars(
        select(Practical).where(Practical.is_withdrawn.is_(False)).order_by(Practical.id)
    ).all()
    said = revisions_data(session, {each.revision_id for each in tasks})
    return [each for each in tasks if can_be_raced(said[each.revision_id]["task"])]


def _takes_part(employee_id: int) -> Any:
    return exists().where(
        ContestEntrant.contest_id == Contest.id, ContestEntrant.employee_id == employee_id
    )
