"""Assigning courses by hand and by rule, and taking assignments back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock, jobs
from training_platform.core.db import expect_version
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.events import emit
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.curricula import rules
from training_platform.curricula.events import CourseAssigned
from training_platform.curricula.models import (
    Assignment,
    AssignmentRule,
    AssignmentSource,
    AssignmentState,
    Course,
    CourseProgress,
)
from training_platform.curricula.services import rows
from training_platform.notices import services as notices
from training_platform.people.models import Department, Employee, EmployeeStatus


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


# ---- By hand --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Assigned:
    """What assigning by hand did, or would do."""

    given: list[Employee] = field(default_factory=list)
    already_assigned: list[Employee] = field(default_factory=list)
    already_completed: list[Employee] = field(default_factory=list)


def plan_assignment(
    session: Session, employees: Sequence[Employee], course: Course, ask: rules.Ask
) -> Assigned:
    """Tell for whom an assignment would change something, and why not for the others."""
    plan = Assigned()
    ids = [each.id for each in employees]
    standing = {
        row.employee_id: row
        for row in session.scalars(
            select(Assignment).where(
                Assignment.course_id == course.id, Assignment.employee_id.in_(ids)
            )
        )
    }
    completed = set(
        session.scalars(
            select(CourseProgress.employee_id).where(
                CourseProgress.course_id == course.id,
                CourseProgress.employee_id.in_(ids),
                CourseProgress.completed_at.is_not(None),
            )
        )
    )
    for employee in employees:
        row = standing.get(employee.id)
        if employee.id in completed or (row and row.state is AssignmentState.COMPLETED):
            plan.already_completed.append(employee)
        elif row is not None and _asks_no_more(row, ask):
            plan.already_assigned.append(employee)
        else:
            plan.given.append(employee)
    return plan


def _asks_no_more(row: Assignment, ask: rules.Ask) -> bool:
    if row.state is not AssignmentState.ACTIVE:
        return False
    has = rules.Ask(row.is_required, row.due_on)
    return not rules.is_stronger(ask, has)


def assign_course(
    session: Session,
    employees: Sequence[Employee],
    actor: Person,
    course: Course,
    due_on: date | None,
    *,
    required: bool,
) -> Assigned:
    """Assign a course to people by hand, and tell them. Whoever has or completed it keeps that.

    Raises NotPermittedError if one of them is not the actor's to assign to, RuleError for a
    withdrawn course, for a due day in the past, and for a required course without a due day.
    """
    for employee in employees:
        authorize(actor, employee, Permission.ASSIGNMENT_MANAGE)
    check_terms(course, due_on, required=required)
    ask = rules.Ask(required, due_on if required else None)
    plan = plan_assignment(session, employees, course, ask)
    for employee in plan.given:
        row = rows.assignment(session, employee.id, course.id)
        row.asked_required, row.asked_due_on = ask.is_required, ask.due_on
        row.source, row.rule_id, row.assigned_by_id = AssignmentSource.MANUAL, None, actor.id
        rows.settle(row)
        audit.record(session, actor, "curricula.assign", row, course=course.id, due=str(due_on))
        _announce(session, row, course, by_hand=True)
    return plan


def check_terms(course: Course, due_on: date | None, *, required: bool) -> None:
    """Raise RuleError where a course cannot be assigned on these terms."""
    if course.is_withdrawn:
        raise RuleError(_("This course is withdrawn. Choose another."), field="course_id")
    if required and due_on is None:
        raise RuleError(_("A required course needs a due day."), field="due_on")
    if due_on is not None and due_on < clock.today():
        raise RuleError(_("The due day lies in the past. Choose a later one."), field="due_on")


def withdraw_assignment(session: Session, assignment: Assignment, actor: Person) -> None:
    """Take back what a person or a rule assigned. What the curriculum asks for stays.

    Raises NotPermittedError if the employee is not the actor's to assign to, and RuleError where
    nobody but the curriculum asks for the course, or it is completed.
    """
    authorize(actor, assignment.employee, Permission.ASSIGNMENT_MANAGE)
    _take_back(session, assignment, actor)


def enrol(session: Session, course: Course, viewer: Person) -> None:
    """Add a course to one's own, as an elective; nothing happens where one has it already.

    Raises RuleError for a withdrawn course.
    """
    authorize(viewer, None, Permission.COURSE_READ)
    if course.is_withdrawn:
        raise RuleError(_("This course is withdrawn. Choose another."))
    if viewer.id is not None:
        take_up(session, course.id, viewer.id)


def take_up(session: Session, course_id: str, employee_id: int) -> None:
    """Put a course that somebody learns on her list, if nobody has assigned it."""
    statement = select(Assignment.state).where(
        Assignment.employee_id == employee_id, Assignment.course_id == course_id
    )
    if session.scalar(statement) in {AssignmentState.ACTIVE, AssignmentState.COMPLETED}:
        return
    row = rows.assignment(session, employee_id, course_id)
    row.asked_required, row.asked_due_on = False, None
    row.source, row.rule_id, row.assigned_by_id = AssignmentSource.MANUAL, None, employee_id
    progress = session.get(CourseProgress, {"employee_id": employee_id, "course_id": course_id})
    rows.settle(row, completed_at=progress.completed_at if progress else None)


def leave_course(session: Session, course: Course, viewer: Person) -> None:
    """Take a course off one's own list that one put there; the progress stays.

    Raises NotFoundError if the course is not on the list, RuleError if others asked for it.
    """
    row = session.scalars(
        select(Assignment).where(
            Assignment.employee_id == viewer.id, Assignment.course_id == course.id
        )
    ).first()
    if row is None or row.state is AssignmentState.REMOVED:
        raise NotFoundError
    if row.assigned_by_id != viewer.id:
        raise RuleError(_("This course was assigned to you. Ask whoever assigned it."))
    _take_back(session, row, viewer)


def _take_back(session: Session, row: Assignment, actor: Person) -> None:
    if row.state is AssignmentState.COMPLETED:
        raise RuleError(_("This course is completed, so there is nothing to withdraw."))
    if row.asked_required is None:
        raise RuleError(_("The curriculum of the job role asks for this course."))
    row.asked_required = row.asked_due_on = None
    rows.settle(row)
    audit.record(session, actor, "curricula.withdraw", row, course=row.course_id)


def _announce(session: Session, row: Assignment, course: Course, *, by_hand: bool = False) -> None:
    """Tell whoever got a course; an elective only where a person chose it for her."""
    session.flush()
    if row.due_on is not None or by_hand:
        notices.notify(
            session,
            row.employee_id,
            "course_assigned",
            key=f"curricula:assigned:{row.id}:{row.due_on}",
            href=f"/courses/{course.id}",
            by_mail=True,
            title=course.title,
            due=row.due_on.isoformat() if row.due_on else "",
        )
    emit(session, CourseAssigned(row.id, row.employee_id, row.course_id))


# ---- By rule --------------------------------------------------------------------------------


@dataclass(frozen=True)
class RuleInput:
    """What HR enters for an assignment rule."""

    name: str
    course_id: str
    job_role_id: str | None
    department_id: int | None
    hired_since: date | None
    is_required: bool
    due_days: int


def create_rule(session: Session, actor: Person, data: RuleInput) -> AssignmentRule:
    """Make an assignment rule; a job applies it to everybody it means.

    Raises NotPermittedError if the actor may not manage curricula, RuleError for a course that is
    unknown or withdrawn.
    """
    authorize(actor, None, Permission.CURRICULUM_MANAGE)
    _check_rule(session, data)
    rule = AssignmentRule(**data.__dict__, created_by_id=actor.id, created_at=clock.now())
    session.add(rule)
    session.flush()
    audit.record(session, actor, "curricula.create_rule", rule, course=rule.course_id)
    _queue(session, rule)
    return rule


def change_rule(
    session: Session,
    rule: AssignmentRule,
    actor: Person,
    data: RuleInput,
    *,
    expected_version: int,
) -> None:
    """Change a rule; whoever it no longer means loses what it asked, unless it is completed.

    Raises ConflictError if the rule is not the version that the actor has seen, RuleError if it
    is no longer active or the course is unknown or withdrawn.
    """
    expect_version(rule, expected_version)
    authorize(actor, rule, Permission.CURRICULUM_MANAGE)
    _check_rule(session, data)
    if not rule.is_active:
        raise RuleError(_("This rule is no longer active. Make a new one."))
    for name, value in data.__dict__.items():
        setattr(rule, name, value)
    session.flush()
    audit.record(session, actor, "curricula.change_rule", rule, course=rule.course_id)
    _queue(session, rule)


def deactivate_rule(
    session: Session, rule: AssignmentRule, actor: Person, *, expected_version: int
) -> None:
    """Stop a rule: it means nobody new. Who got the course by it keeps it.

    Raises ConflictError if the rule is not the version that the actor has seen.
    """
    expect_version(rule, expected_version)
    authorize(actor, rule, Permission.CURRICULUM_MANAGE)
    rule.is_active = False
    audit.record(session, actor, "curricula.deactivate_rule", rule, course=rule.course_id)


def _check_rule(session: Session, data: RuleInput) -> None:
    course = session.get(Course, data.course_id)
    if course is None or course.is_withdrawn:
        raise RuleError(_("This course is withdrawn. Choose another."), field="course_id")


def _queue(session: Session, rule: AssignmentRule) -> None:
    jobs.put(
        session,
        "curricula.apply_rule",
        {"rule_id": rule.id},
        key=f"{rule.id}:{rule.version}",
        owner_id=rule.created_by_id,
    )


def sync_rules(session: Session, employee: Employee) -> None:
    """Bring somebody's assignments in line with the active rules, both ways.

    What a person assigned by hand goes before every rule; of two rules the stronger one holds.
    """
    if employee.status is EmployeeStatus.LEFT:
        return
    who = rules.Candidate(employee.job_role_id, employee.department.path, employee.hired_on)
    asks: dict[str, tuple[AssignmentRule, rules.Ask]] = {}
    known = session.execute(
        select(AssignmentRule, Department.path, Course.is_withdrawn)
        .join(Course, Course.id == AssignmentRule.course_id)
        .outerjoin(Department, Department.id == AssignmentRule.department_id)
        .where(AssignmentRule.is_active.is_(True))
        .order_by(AssignmentRule.id)
    ).all()
    for rule, path, is_withdrawn in known:
        if is_withdrawn or not rules.rule_means(rule, path, who):
            continue
        ask = rules.rule_ask(rule, clock.company_day(rule.created_at), employee.hired_on)
        held = asks.get(rule.course_id)
        if held is None or rules.is_stronger(ask, held[1]):
            asks[rule.course_id] = (rule, ask)
    for rule, ask in asks.values():
        _apply_rule(session, employee, rule, ask)
    _forget_rules(session, employee, {rule.id for rule, _p, _w in known}, set(asks))


def _apply_rule(session: Session, employee: Employee, rule: AssignmentRule, ask: rules.Ask) -> None:
    row = rows.assignment(session, employee.id, rule.course_id)
    is_by_hand = row.asked_required is not None and row.source is AssignmentSource.MANUAL
    is_own_wish = is_by_hand and row.assigned_by_id == employee.id
    if row.state is AssignmentState.COMPLETED or (is_by_hand and not is_own_wish):
        return
    if row.rule_id == rule.id and rows.own_ask(row) == ask:
        return
    was_active = row.state is AssignmentState.ACTIVE
    row.asked_required, row.asked_due_on = ask.is_required, ask.due_on
    row.source, row.rule_id, row.assigned_by_id = AssignmentSource.RULE, rule.id, None
    progress = session.get(
        CourseProgress, {"employee_id": employee.id, "course_id": rule.course_id}
    )
    rows.settle(row, completed_at=progress.completed_at if progress else None)
    if not was_active and row.state is AssignmentState.ACTIVE:
        _announce(session, row, session.get_one(Course, rule.course_id))


def _forget_rules(session: Session, employee: Employee, active: set[int], asked: set[str]) -> None:
    for row in session.scalars(
        select(Assignment).where(
            Assignment.employee_id == employee.id,
            Assignment.source == AssignmentSource.RULE,
            Assignment.state == AssignmentState.ACTIVE,
        )
    ):
        if row.rule_id in active and row.course_id not in asked:
            row.asked_required = row.asked_due_on = None
            rows.settle(row)
