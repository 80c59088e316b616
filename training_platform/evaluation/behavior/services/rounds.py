"""Rounds: opened by HR or a head, filled with people, extended, closed, opened again."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from training_platform.assessment.rubrics.models import Rubric
from training_platform.core import audit, clock
from training_platform.core.db import expect_version
from training_platform.core.errors import InvalidTransitionError, NotFoundError, RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.evaluation.behavior import anonymity, rules
from training_platform.evaluation.behavior.models import (
    BehaviorAssessment,
    BehaviorRater,
    BehaviorRating,
    BehaviorRound,
)
from training_platform.evaluation.behavior.queries import given_of, rating_rows
from training_platform.evaluation.behavior.rules import Group, Plan, PlanFault, RoundState
from training_platform.evaluation.behavior.services.asking import ask
from training_platform.evaluation.behavior.texts import PLAN_FAULTS, record_title
from training_platform.notices import services as notices
from training_platform.people.models import Department, Employee, EmployeeStatus
from training_platform.records import services as records
from training_platform.records.rules import Kind


def open_round(
    session: Session, actor: Person, department: Department, plan: Plan, *, asks_self: bool
) -> BehaviorRound:
    """Open a round for people of a department; nobody is in it yet.

    The forms are pinned as they are now. Raises NotPermittedError for another's department,
    RuleError for a plan that makes no sense, NotFoundError where the forms are not published.
    """
    _expect_plan(rules.plan_fault(plan, clock.today()))
    is_training = plan.occasion is rules.Occasion.TRAINING
    found = BehaviorRound(
        department_id=department.id,
        department=department,
        occasion=plan.occasion,
        training_name=plan.training_name.strip() if is_training else "",
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        due_on=plan.due_on,
        asks_self=asks_self,
        revision_id=_revision_of(session, rules.RUBRIC),
        customer_revision_id=_revision_of(session, rules.CUSTOMER_RUBRIC),
        state=RoundState.OPEN,
        opened_by_id=actor.id,
        opened_at=clock.now(),
        closings=0,
    )
    authorize(actor, found, Permission.BEHAVIOR_MANAGE)
    session.add(found)
    session.flush()
    audit.record(session, actor, "evaluation.open_round", found)
    return found


def add_people(
    session: Session, found: BehaviorRound, actor: Person, employee_ids: Iterable[int]
) -> int:
    """Put people into a round and ask superior and, if wanted, the person; return how many.

    Left out: who is in it already, who works elsewhere, and the actor: nobody assesses herself.
    """
    authorize(actor, found, Permission.BEHAVIOR_MANAGE)
    _expect_open(found)
    wanted = set(employee_ids) - {each.employee_id for each in found.assessments} - {actor.id}
    people = session.scalars(
        select(Employee)
        .join(Department, Department.id == Employee.department_id)
        .where(
            Employee.id.in_(wanted),
            Employee.status == EmployeeStatus.ACTIVE,
            Department.path.startswith(found.department.path, autoescape=True),
        )
        .order_by(Employee.id)
    ).all()
    for each in people:
        _add(session, found, each)
    if people:
        audit.record(session, actor, "evaluation.add_people", found, people=len(people))
    return len(people)


def set_due(
    session: Session, found: BehaviorRound, actor: Person, due_on: date, *, expected_version: int
) -> None:
    """Give an open round more time, or open a closed one again.

    Raises ConflictError where somebody else changed the round, RuleError for a day that is past
    or too far away.
    """
    authorize(actor, found, Permission.BEHAVIOR_MANAGE)
    expect_version(found, expected_version)
    _expect_plan(rules.due_fault(due_on, clock.today()))
    was_open = found.is_open
    found.due_on, found.state, found.closed_at = due_on, RoundState.OPEN, None
    session.flush()
    act = "extend_round" if was_open else "reopen_round"
    audit.record(session, actor, f"evaluation.{act}", found, due=due_on.isoformat())


def close_round(
    session: Session, found: BehaviorRound, actor: Person, *, expected_version: int
) -> None:
    """End a round: release what may be shown, record it, and tell the people.

    Addresses and keys of customers are forgotten. Raises ConflictError where somebody else changed
    the round, InvalidTransitionError where it is closed.
    """
    authorize(actor, found, Permission.BEHAVIOR_MANAGE)
    expect_version(found, expected_version)
    _expect_open(found)
    found.state, found.closed_at = RoundState.CLOSED, clock.now()
    found.closings += 1
    session.flush()
    for each in found.assessments:
        if _release(session, each, found.closings):
            _announce(session, found, each)
    session.execute(
        update(BehaviorRater)
        .where(
            BehaviorRater.assessment_id.in_([each.id for each in found.assessments]),
            BehaviorRater.group == Group.CUSTOMER,
        )
        .values(email=None, key_digest=None),
        execution_options={"synchronize_session": "fetch"},
    )
    audit.record(session, actor, "evaluation.close_round", found)


def _add(session: Session, found: BehaviorRound, person: Employee) -> None:
    assessment = BehaviorAssessment(
        employee_id=person.id, employee=person, department_id=person.department_id
    )
    found.assessments.append(assessment)
    session.flush()
    if person.manager is not None and person.manager.status is EmployeeStatus.ACTIVE:
        ask(session, assessment, Group.SUPERIOR, person.manager.id)
    if found.asks_self:
        ask(session, assessment, Group.SELF, person.id)


def _release(session: Session, assessment: BehaviorAssessment, closing: int) -> bool:
    """Put what may be shown into cells; tell whether there is anything new to see."""
    rows: dict[int, BehaviorRating] = {
        each.id: each for each in rating_rows(session, assessment.id)
    }
    cells = anonymity.cells_to_release(map(given_of, rows.values()), closing)
    for ident, cell in cells.items():
        rows[ident].cell = cell
    session.flush()
    return bool(cells)


def _announce(session: Session, found: BehaviorRound, assessment: BehaviorAssessment) -> None:
    """Record the assessment, without a figure: what is shown may grow when it is opened again."""
    title = record_title(found)
    records.append_id(
        session,
        assessment.employee_id,
        Kind.BEHAVIOR_ASSESSED,
        f"behavior/{found.id}",
        source=f"behavior:{assessment.id}",
        title=title,
        occasion=found.occasion.value,
        training=found.training_name,
        starts_on=found.starts_on.isoformat(),
        ends_on=found.ends_on.isoformat(),
    )
    person = assessment.employee
    for reader, kind in ((person.id, "behavior_result"), (person.manager_id, "behavior_result_of")):
        if reader is not None:
            notices.notify(
                session,
                reader,
                kind,
                key=f"{kind}:{assessment.id}:{found.closings}",
                href=f"/evaluation/assessments/{assessment.id}",
                title=title,
                name=person.name,
            )


def _revision_of(session: Session, slug: str) -> int:
    rubric = session.get(Rubric, slug)
    if rubric is None:
        raise NotFoundError
    return rubric.revision_id


def _expect_plan(fault: PlanFault | None) -> None:
    if fault is not None:
        raise RuleError(PLAN_FAULTS[fault], field=fault.value.removesuffix("_late"))


def _expect_open(found: BehaviorRound) -> None:
    if not found.is_open:
        raise InvalidTransitionError
