"""Spot checks and sampled accuracy, for lists and team pages."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from training_platform.coaching.models import SpotCheck, SpotFinding, SpotItem
from training_platform.coaching.reach import within_reach
from training_platform.coaching.rules import Accuracy, Finding, SpotState
from training_platform.core import clock
from training_platform.core.permissions import Person
from training_platform.people.models import Department, Employee

#: How far back a team's accuracy goes.
TEAM_DAYS = 180
_newest = aliased(SpotFinding)
#: The finding that counts for an item: the newest.
_COUNTS = select(func.max(_newest.id)).where(_newest.spot_item_id == SpotItem.id).scalar_subquery()
_RIGHT = func.sum(case((SpotFinding.finding == Finding.RIGHT, 1), else_=0))


def spot_checks(person: Person, state: str) -> Select[Any]:
    """Return the select of (check, name) that a person made, or that are about her people."""
    shown: list[Any] = [SpotCheck, Employee.name]
    wanted = SpotState(state) if state in set(SpotState) else None
    statement = (
        select(*shown)
        .select_from(SpotCheck)
        .join(Employee, Employee.id == SpotCheck.trainee_id)
        .join(Department, Department.id == Employee.department_id)
        .where(
            or_(
                SpotCheck.checker_id == person.id,
                within_reach(person) & (SpotCheck.state == SpotState.CLOSED),
            )
        )
        .order_by(SpotCheck.created_at.desc(), SpotCheck.id.desc())
    )
    return statement.where(SpotCheck.state == wanted) if wanted else statement


def checks_of(trainee_id: int) -> Select[Any]:
    """Return the select of the closed spot checks of one trainee, the newest first."""
    return (
        select(SpotCheck)
        .where(SpotCheck.trainee_id == trainee_id, SpotCheck.state == SpotState.CLOSED)
        .order_by(SpotCheck.closed_at.desc(), SpotCheck.id.desc())
    )


def accuracies(session: Session, check_ids: Sequence[int]) -> dict[int, Accuracy]:
    """Return how much was right in each of these checks, in one statement."""
    rows = session.execute(
        select(SpotItem.spot_check_id, _RIGHT, func.count())
        .join(SpotFinding, SpotFinding.id == _COUNTS)
        .where(SpotItem.spot_check_id.in_(check_ids))
        .group_by(SpotItem.spot_check_id)
    )
    return {row[0]: Accuracy(row[1], row[2]) for row in rows}


def team_accuracy(session: Session, where: ColumnElement[bool]) -> dict[str, Accuracy]:
    """Return sampled accuracy of a team by source, over the closed checks of half a year.

    `where` is a condition on Employee and Department.
    """
    rows = session.execute(
        select(SpotCheck.source, _RIGHT, func.count())
        .select_from(SpotItem)
        .join(SpotFinding, SpotFinding.id == _COUNTS)
        .join(SpotCheck, SpotCheck.id == SpotItem.spot_check_id)
        .join(Employee, Employee.id == SpotCheck.trainee_id)
        .join(Department, Department.id == Employee.department_id)
        .where(
            SpotCheck.state == SpotState.CLOSED,
            SpotCheck.closed_at >= clock.now() - timedelta(days=TEAM_DAYS),
            where,
        )
        .group_by(SpotCheck.source)
    )
    return {row[0].value: Accuracy(row[1], row[2]) for row in rows}


def wrong_fields(items: Sequence[SpotItem]) -> list[tuple[str, int]]:
    """Return which fields were wrong how often, most often first."""
    found: dict[str, int] = defaultdict(int)
    for item in items:
        if item.last is not None and item.last.field:
            found[item.last.field] += 1
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
