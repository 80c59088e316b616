"""Selects for the pages of behavior assessment; no writes."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from training_platform.assessment.models import Question, QuestionSkill
from training_platform.content.models import ContentItem
from training_platform.content.queries import revision_data, revisions_data
from training_platform.core.db import fetch
from training_platform.core.permissions import Person
from training_platform.core.search import words
from training_platform.core.text import like_pattern
from training_platform.evaluation.behavior.anonymity import Given
from training_platform.evaluation.behavior.models import (
    BehaviorAssessment,
    BehaviorProposal,
    BehaviorRater,
    BehaviorRating,
    BehaviorRound,
)
from training_platform.evaluation.behavior.rules import Area, Group, RoundState
from training_platform.people.models import Department, Employee, EmployeeStatus
from training_platform.people.queries import is_below

#: What trains an area: competencies, by which lessons are found.
COMPETENCIES = {
    "communication": ("communication", "listening"),
    "teamwork": ("collaboration", "team-management"),
    "problem-solving": ("problem-solving", "process-improvement"),
    "service-attitude": ("responsiveness", "listening"),
}


def form_of(session: Session, found: BehaviorRound, group: Group) -> dict[str, Any]:
    """Return the form that a group fills in, as it was pinned; never change it."""
    is_customer = group is Group.CUSTOMER
    return revision_data(session, found.customer_revision_id if is_customer else found.revision_id)


def areas_of(session: Session, found: BehaviorRound, group: Group) -> tuple[Area, ...]:
    """Return the areas of the form that a group fills in."""
    form = form_of(session, found, group)
    return tuple(Area(each["id"], len(each["levels"]) - 1) for each in form["criteria"])


def rating_rows(session: Session, assessment_id: int) -> Sequence[BehaviorRating]:
    """Return the ratings of one person in one round, in an order that says nothing."""
    return session.scalars(
        select(BehaviorRating)
        .where(BehaviorRating.assessment_id == assessment_id)
        .order_by(BehaviorRating.id)
    ).all()


def given_of(row: BehaviorRating) -> Given:
    """Return a rating as the rules of anonymity take it."""
    return Given(row.id, row.group, row.levels, row.comments, row.overall_comment, row.cell)


def groups_rated_by(session: Session, assessment_id: int, employee_id: int) -> set[Group]:
    """Return the groups in which somebody has rated a person."""
    return set(
        session.scalars(
            select(BehaviorRater.group).where(
                BehaviorRater.assessment_id == assessment_id,
                BehaviorRater.employee_id == employee_id,
                BehaviorRater.is_answered,
            )
        )
    )


#: On Today for everybody: built once.
_TO_RATE = (
    select(
        BehaviorRater.id,
        BehaviorRater.group.label("group"),
        BehaviorRater.saved_at,
        BehaviorRound.due_on,
        BehaviorRound.occasion,
        BehaviorRound.training_name,
        Employee.name,
    )
    .join(BehaviorAssessment, BehaviorAssessment.id == BehaviorRater.assessment_id)
    .join(BehaviorRound, BehaviorRound.id == BehaviorAssessment.round_id)
    .join(Employee, Employee.id == BehaviorAssessment.employee_id)
    .where(
        BehaviorRater.employee_id == bindparam("employee_id"),
        BehaviorRater.is_answered.is_(False),
        BehaviorRater.withdrawn_on.is_(None),
        BehaviorRound.state == RoundState.OPEN,
    )
    .order_by(BehaviorRound.due_on, BehaviorRater.id)
    .limit(100)
)


def to_rate(session: Session, employee_id: int) -> Sequence[Any]:
    """Return whom somebody is asked to rate now, what is due first on top."""
    return fetch(session, _TO_RATE, {"employee_id": employee_id}).all()


def about(employee_id: int) -> Select[Any]:
    """Return the select of somebody's own assessments, newest first."""
    return (
        select(BehaviorAssessment)
        .join(BehaviorRound, BehaviorRound.id == BehaviorAssessment.round_id)
        .where(BehaviorAssessment.employee_id == employee_id)
        .options(joinedload(BehaviorAssessment.round))
        .order_by(BehaviorRound.opened_at.desc(), BehaviorAssessment.id.desc())
    )


def results_of(session: Session, employee_id: int, limit: int) -> Sequence[BehaviorAssessment]:
    """Return the closed assessments of somebody, newest first."""
    return session.scalars(
        about(employee_id).where(BehaviorRound.state == RoundState.CLOSED).limit(limit)
    ).all()


def rounds(person: Person, state: str) -> Select[Any]:
    """Return the select of rounds that somebody manages: (round, people), open ones by due day."""
    count = (
        select(func.count())
        .where(BehaviorAssessment.round_id == BehaviorRound.id)
        .correlate(BehaviorRound)
        .scalar_subquery()
    )
    wanted = RoundState.CLOSED if state == RoundState.CLOSED else RoundState.OPEN
    is_open = wanted is RoundState.OPEN
    return (
        select(BehaviorRound, Department.name.label("department"), count.label("people"))
        .join(Department, Department.id == BehaviorRound.department_id)
        .where(BehaviorRound.state == wanted, _reach(person))
        .order_by(
            BehaviorRound.due_on if is_open else BehaviorRound.closed_at.desc(), BehaviorRound.id
        )
    )


def departments_to_open(session: Session, person: Person) -> Sequence[Department]:
    """Return the departments for which somebody may open a round, from the top down."""
    return session.scalars(select(Department).where(_reach(person)).order_by(Department.path)).all()


def assessments_in(found: BehaviorRound) -> Select[Any]:
    """Return the select of the people of a round, by name."""
    return (
        select(BehaviorAssessment)
        .join(Employee, Employee.id == BehaviorAssessment.employee_id)
        .where(BehaviorAssessment.round_id == found.id)
        .options(
            joinedload(BehaviorAssessment.employee),
            selectinload(BehaviorAssessment.raters).joinedload(BehaviorRater.employee),
        )
        .order_by(Employee.name_latin, BehaviorAssessment.id)
    )


def progress(session: Session, round_id: int) -> dict[int, dict[Group, tuple[int, int]]]:
    """Return how many were asked and have answered, by person and group.

    Pages show of it what anonymity.counts_to_show() leaves. Whoever was withdrawn stays counted:
    a number that changes by withdrawing somebody would say whether she had answered.
    """
    rows = session.execute(
        select(
            BehaviorRater.assessment_id,
            BehaviorRater.group,
            func.count().label("asked"),
            func.sum(case((BehaviorRater.is_answered, 1), else_=0)).label("answered"),
        )
        .join(BehaviorAssessment, BehaviorAssessment.id == BehaviorRater.assessment_id)
        .where(BehaviorAssessment.round_id == round_id)
        .group_by(BehaviorRater.assessment_id, BehaviorRater.group)
    )
    found: dict[int, dict[Group, tuple[int, int]]] = {}
    for row in rows:
        found.setdefault(row.assessment_id, {})[row.group] = (row.asked, row.answered)
    return found


def people_to_add(found: BehaviorRound, person: Person, text: str) -> Select[Any]:
    """Return the select of who may still be put into a round."""
    inside = select(BehaviorAssessment.employee_id).where(BehaviorAssessment.round_id == found.id)
    return (
        select(Employee)
        .join(Department, Department.id == Employee.department_id)
        .where(
            Employee.status == EmployeeStatus.ACTIVE,
            Employee.id != person.id,
            Employee.id.not_in(inside),
            is_below([found.department.path]),
            *_named(text),
        )
        .options(joinedload(Employee.department), joinedload(Employee.job_role))
        .order_by(Employee.name_latin, Employee.id)
    )


def candidates(
    assessment: BehaviorAssessment,
    text: str = "",
    *,
    first: Collection[int] = (),
    without: Collection[int] = (),
) -> Select[Any]:
    """Return the select of who may rate as a colleague: the same large department, by name.

    Neither the person nor her superior, who has a group of her own. Those named first come first.
    """
    person = assessment.employee
    large = "/".join(person.department.path.split("/")[:3]) + "/"
    return (
        select(Employee)
        .join(Department, Department.id == Employee.department_id)
        .where(
            Employee.status == EmployeeStatus.ACTIVE,
            Employee.id.not_in([person.id, person.manager_id or 0, *without]),
            Department.path.startswith(large, autoescape=True),
            *_named(text),
        )
        .options(joinedload(Employee.department), joinedload(Employee.job_role))
        .order_by(
            Employee.id.not_in(sorted(first)),
            Employee.department_id != person.department_id,
            Employee.name_latin,
            Employee.id,
        )
    )


def proposed_ids(session: Session, assessment_id: int) -> set[int]:
    """Return whom the assessed person proposes."""
    return set(
        session.scalars(
            select(BehaviorProposal.employee_id).where(
                BehaviorProposal.assessment_id == assessment_id
            )
        )
    )


def lessons_for(session: Session, area: str, most: int) -> list[tuple[str, dict[str, str]]]:
    """Return lessons that train an area, as id and title: only such as exist."""
    ids = session.scalars(
        select(Question.lesson_id)
        .join(QuestionSkill, QuestionSkill.question_id == Question.id)
        .where(
            QuestionSkill.competency_id.in_(COMPETENCIES.get(area, ())),
            Question.is_withdrawn.is_(False),
            Question.lesson_id.is_not(None),
        )
        .group_by(Question.lesson_id)
        .order_by(func.count().desc(), Question.lesson_id)
        .limit(most)
    ).all()
    titles = _lesson_titles(session, {str(each).split("/")[0] for each in ids})
    return [(each, titles[each]) for each in ids if each is not None and each in titles]


def _lesson_titles(session: Session, courses: set[str]) -> dict[str, dict[str, str]]:
    rows = session.execute(
        select(ContentItem.slug, ContentItem.current_revision_id).where(
            ContentItem.kind == "course",
            ContentItem.slug.in_(courses),
            ContentItem.is_withdrawn.is_(False),
        )
    ).all()
    data = revisions_data(session, [row.current_revision_id for row in rows])
    return {
        f"{row.slug}/{lesson['slug']}": {
            code: text["title"] for code, text in lesson["texts"].items()
        }
        for row in rows
        for lesson in data[row.current_revision_id]["lessons"]
    }


def _reach(person: Person) -> ColumnElement[bool]:
    """Return the twin of BEHAVIOR_MANAGE on a round; Department is joined."""
    if "hr" in person.rights:
        return true()
    return is_below(person.headed_paths) if person.headed_paths else false()


def _named(text: str) -> list[ColumnElement[bool]]:
    return [or_(Employee.search_text.like(like_pattern(word), escape="\\")) for word in words(text)]
