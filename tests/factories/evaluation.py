"""Behavior assessment: a round with one person, raters, ratings that were handed in."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.people import make_employee
from tests.factories.rubrics import criterion, make_rubric
from training_platform.core import clock
from training_platform.core.permissions import SYSTEM
from training_platform.evaluation.behavior.models import (
    BehaviorAssessment,
    BehaviorRater,
    BehaviorRound,
)
from training_platform.evaluation.behavior.rules import (
    CUSTOMER_RUBRIC,
    RUBRIC,
    Group,
    Occasion,
    Plan,
    Sheet,
)
from training_platform.evaluation.behavior.services import asking, rating, rounds
from training_platform.people.models import Department, Employee
from training_platform.people.viewer import viewer_of

AREAS = ("communication", "teamwork", "problem-solving", "service-attitude")


def make_forms(session: Session) -> None:
    """Publish the two forms: four areas, levels 0 to 3."""
    for slug in (RUBRIC, CUSTOMER_RUBRIC):
        make_rubric(session, slug, criteria=[criterion(area, 25, top=3) for area in AREAS])


def make_plan(**changes: Any) -> Plan:
    """Return a plan for the last month of daily work that ends in ten days."""
    today = clock.today()
    values = {
        "occasion": Occasion.DAILY_WORK,
        "training_name": "",
        "starts_on": today - timedelta(days=30),
        "ends_on": today,
        "due_on": today + timedelta(days=10),
    }
    return Plan(**(values | changes))


def make_round(
    session: Session,
    actor: Employee,
    department: Department,
    people: Iterable[Employee] = (),
    *,
    asks_self: bool = True,
) -> BehaviorRound:
    """Open a round and put people into it."""
    make_forms(session)
    viewer = viewer_of(session, actor)
    found = rounds.open_round(session, viewer, department, make_plan(), asks_self=asks_self)
    rounds.add_people(session, found, viewer, [each.id for each in people])
    return found


def add_raters(
    session: Session, assessment: BehaviorAssessment, group: Group, count: int
) -> list[BehaviorRater]:
    """Ask so many people of a group, made up for it."""
    if group is Group.CUSTOMER:
        number = len(assessment.raters)
        names = [f"buyer{number + n}@client.example" for n in range(count)]
        return [asking.ask_customer(session, assessment, name) for name in names]
    department = assessment.department
    return [
        asking.ask(session, assessment, group, make_employee(session, department=department).id)
        for _each in range(count)
    ]


def answer(session: Session, rater: BehaviorRater, level: int | None = 2, **changes: Any) -> None:
    """Hand in a rating with one level for every area."""
    levels = dict.fromkeys(AREAS, level) | changes.pop("levels", {})
    sheet = Sheet(levels, changes.pop("comments", {}), changes.pop("overall_comment", ""))
    if rater.group is Group.CUSTOMER:
        assert rating.submit_by_key(session, str(rater.key_digest), sheet)
        return
    employee = session.get_one(Employee, rater.employee_id)
    rating.submit_rating(
        session, rater, viewer_of(session, employee), sheet, expected_version=rater.version
    )


def close(session: Session, found: BehaviorRound) -> None:
    """Close a round."""
    rounds.close_round(session, found, SYSTEM, expected_version=found.version)


def make_behavior(session: Session, owner: Employee, head: Employee) -> dict[str, str]:
    """Return the names of an open round about somebody, for the table of permissions."""
    found = make_round(session, head, owner.department, [owner])
    assessment = found.assessments[0]
    own = next(each for each in assessment.raters if each.group is Group.SELF)
    return {
        "behavior_round_id": str(found.id),
        "behavior_id": str(assessment.id),
        "behavior_rater_id": str(own.id),
    }
