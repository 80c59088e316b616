"""The state rule in SQL: the twin of rules.state_of, for filters over all people."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, not_, or_, select

from training_platform.archives.compliance.items import Item, RoleNeeds
from training_platform.archives.compliance.rules import (
    DUE_DAYS,
    EXPIRING_DAYS,
    ItemKind,
    State,
)
from training_platform.certificates.models import Certificate
from training_platform.core import clock
from training_platform.curricula.models import Assignment, AssignmentState, CourseProgress
from training_platform.people.models import Employee
from training_platform.records.models import TrainingRecord
from training_platform.records.queries.subjects import IS_VOID
from training_platform.records.rules import Kind

PASSES = {ItemKind.EXAM: Kind.EXAM_PASSED, ItemKind.PRACTICAL: Kind.PRACTICAL_PASSED}


def is_in_state(roles: list[RoleNeeds], state: State, item: str = "") -> ColumnElement[bool]:
    """Return the condition that one of somebody's items (or the one named) is in a state."""
    today = clock.today()
    return or_(
        *(
            and_(
                Employee.job_role_id == role.job_role_id,
                or_(*(_state(each, state, today) for each in role.items if item in ("", each.key))),
            )
            for role in roles
            if any(item in ("", each.key) for each in role.items)
        ),
        Employee.id < 0,  # nobody, where no job role asks for it
    )


def is_ready(roles: list[RoleNeeds]) -> ColumnElement[bool]:
    """Return the condition that somebody has all that customers ask of the job role, today."""
    today = clock.today()
    return or_(
        *(
            and_(
                Employee.job_role_id == role.job_role_id,
                *(_proven(item, today) for item in role.ready),
            )
            for role in roles
            if role.ready
        ),
        Employee.id < 0,
    )


def _state(item: Item, state: State, today: date) -> ColumnElement[bool]:
    holds = _proven(item, today)
    match state:
        case State.DONE:
            return _proven(item, today + timedelta(EXPIRING_DAYS + 1))
        case State.EXPIRING:
            return and_(holds, not_(_proven(item, today + timedelta(EXPIRING_DAYS + 1))))
        case State.OVERDUE:
            return and_(not_(holds), or_(_was_proven(item), _due_before(item, today)))
    soon = _due_before(item, today + timedelta(DUE_DAYS + 1))
    is_open = and_(not_(holds), not_(_was_proven(item)), not_(_due_before(item, today)))
    return and_(is_open, soon if state is State.DUE else not_(soon))


def _proven(item: Item, day: date) -> ColumnElement[bool]:
    if item.kind is not ItemKind.CERTIFICATE:
        return _was_proven(item)
    return _certificates(
        item,
        or_(Certificate.valid_until.is_(None), Certificate.valid_until >= day),
        or_(Certificate.superseded_from.is_(None), Certificate.superseded_from > day),
    )


def _was_proven(item: Item) -> ColumnElement[bool]:
    if item.kind is ItemKind.CERTIFICATE:
        return _certificates(item)
    if item.kind is ItemKind.COURSE:
        return and_(_course_completed(item), not_(_assigned(item, asks_again())))
    return (
        select(TrainingRecord.id)
        .where(
            TrainingRecord.employee_id == Employee.id,
            TrainingRecord.kind == PASSES[item.kind].value,
            TrainingRecord.subject == item.subject,
            ~IS_VOID,
        )
        .exists()
    )


def asks_again() -> ColumnElement[bool]:
    """Return the condition that an assignment asks for a course, completed before or not."""
    return and_(Assignment.state == AssignmentState.ACTIVE, Assignment.is_required.is_(True))


def _course_completed(item: Item) -> ColumnElement[bool]:
    return (
        select(CourseProgress.course_id)
        .where(
            CourseProgress.employee_id == Employee.id,
            CourseProgress.course_id == item.subject,
            CourseProgress.completed_at.is_not(None),
        )
        .exists()
    )


def _certificates(item: Item, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(Certificate.id)
        .where(
            Certificate.employee_id == Employee.id,
            Certificate.kind == "course",
            Certificate.subject == item.subject,
            Certificate.revoked_at.is_(None),
            *conditions,
        )
        .exists()
    )


def _assigned(item: Item, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(Assignment.id)
        .where(
            Assignment.employee_id == Employee.id,
            Assignment.course_id == item.subject,
            *conditions,
        )
        .exists()
    )


def _due_before(item: Item, day: date) -> ColumnElement[bool]:
    if item.kind in PASSES:
        return Employee.job_role_since < day - timedelta(item.due_days)
    is_asked = Assignment.state != AssignmentState.REMOVED
    return _assigned(item, is_asked, Assignment.due_on < day)
