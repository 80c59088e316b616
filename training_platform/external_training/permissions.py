"""Who may do what in external training. What may be done when stands in rules.py."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import object_session

from training_platform.core import clock
from training_platform.core.permissions import (
    Permission,
    Predicate,
    Right,
    anybody,
    holds,
    is_within,
)
from training_platform.external_training.models.approval import ApprovalDelegation, ApprovalStep
from training_platform.external_training.rules import Role, State

_UNSENT = frozenset({State.NOMINATED, State.DECLINED, State.DRAFT})


def stands_in_for(person: Any, step: ApprovalStep | None) -> int | None:
    """Return in whose place somebody may take a step: her own id, a delegator's, or None.

    Asked at the decision, so a delegation that was revoked has ended at once.
    """
    if step is None or person.id is None:
        return None
    wanted = {each.employee_id for each in step.people}
    if person.id in wanted:
        return int(person.id)
    session = object_session(step)
    today = clock.today()
    if session is None or not wanted:
        return None
    return session.scalar(
        select(ApprovalDelegation.delegator_id)
        .where(
            ApprovalDelegation.delegate_id == person.id,
            ApprovalDelegation.delegator_id.in_(wanted),
            ApprovalDelegation.revoked_at.is_(None),
            ApprovalDelegation.starts_on <= today,
            ApprovalDelegation.ends_on >= today,
        )
        .order_by(ApprovalDelegation.id)
        .limit(1)
    )


def roles_of(person: Any, application: Any) -> frozenset[Role]:
    """Return what somebody is to an application; the applicant is nothing else to her own."""
    if person.id is None:
        return frozenset()
    if application.applicant_id == person.id:
        return frozenset({Role.OWNER})
    held = {Role.NOMINATOR} if application.nominated_by_id == person.id else set()
    if person.headed_paths and is_within(application.department.path, person.headed_paths):
        held.add(Role.HEAD)
    if Right.EXECUTIVE in person.rights:
        held.add(Role.LEADER)
    if Right.HR in person.rights:
        held.add(Role.HR)
    if application.state is State.IN_APPROVAL and _may_take(person, application):
        held.add(Role.APPROVER)
    return frozenset(held)


def _may_take(person: Any, application: Any) -> bool:
    if any(step.approver_id == person.id for step in application.current_steps):
        return False  # nobody takes two steps, not even in somebody else's place
    return stands_in_for(person, application.waiting_step) is not None


def reads(person: Any, application: Any) -> bool:
    """Tell whether somebody may read an application: an unsent one is its owner's alone."""
    if application is None:
        return person.id is not None
    roles = roles_of(person, application)
    if application.state in _UNSENT and application.round == 0:
        return bool(roles & {Role.OWNER, Role.NOMINATOR})
    return bool(roles) or _decided(person, application)


def _decided(person: Any, application: Any) -> bool:
    return any(step.approver_id == person.id for step in application.steps)


def _is(*roles: Role) -> Predicate:
    wanted = frozenset(roles)
    return lambda person, application: (
        person.id is not None
        and (application is None or not wanted.isdisjoint(roles_of(person, application)))
    )


def oversees(person: Any, _subject: Any) -> bool:
    """Tell whether somebody looks after the trainings of others: heads, leaders, HR."""
    return bool(person.headed_paths) or bool({Right.HR, Right.EXECUTIVE} & person.rights)


def may_see_budget(person: Any, budget: Any) -> bool:
    """Tell whether a budget may be seen: a head's own and below, all for leaders and HR."""
    if budget is None:
        return oversees(person, None)
    if {Right.HR, Right.EXECUTIVE} & person.rights:
        return True
    return bool(person.headed_paths) and is_within(budget.department.path, person.headed_paths)


def is_own_delegation(person: Any, delegation: Any) -> bool:
    """Tell whether somebody gave a delegation."""
    return person.id is not None and (delegation is None or delegation.delegator_id == person.id)


POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.EXTERNAL_TRAINING_BUDGET: (may_see_budget,),
    Permission.EXTERNAL_TRAINING_CHECK: (_is(Role.HEAD, Role.HR),),
    Permission.EXTERNAL_TRAINING_DECIDE: (_is(Role.APPROVER),),
    Permission.EXTERNAL_TRAINING_DELEGATE: (is_own_delegation,),
    Permission.EXTERNAL_TRAINING_MANAGE: (holds(Right.HR),),
    Permission.EXTERNAL_TRAINING_OVERSEE: (oversees,),
    Permission.EXTERNAL_TRAINING_OWN: (_is(Role.OWNER),),
    Permission.EXTERNAL_TRAINING_READ: (reads,),
    Permission.EXTERNAL_TRAINING_USE: (anybody,),
}
