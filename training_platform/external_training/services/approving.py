"""Deciding: steps of a round, who may take them, delegations, reminders."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.db import expect_version, lock
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.core.limits import limited, required
from training_platform.core.permissions import Permission, Person, Right, authorize
from training_platform.external_training.models import (
    ApprovalDelegation,
    ApprovalStep,
    ApprovalStepPerson,
    ExternalTrainingApplication,
)
from training_platform.external_training.permissions import roles_of, stands_in_for
from training_platform.external_training.rules import (
    LONGEST_LINE,
    Decision,
    Office,
    State,
    StepRole,
    act_of,
    days_from,
    deciders,
    needs_reason,
    next_state,
    steps_for,
)
from training_platform.external_training.services import budget, policy
from training_platform.external_training.services.base import note, tell
from training_platform.notices import services as notices
from training_platform.people.models import AccessGrant, Employee, EmployeeStatus


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Verdict:
    """What is decided in a step, and what is said about it."""

    decision: Decision
    note: str = ""


def open_round(session: Session, application: ExternalTrainingApplication) -> None:
    """Lay out the steps of a new round and let the first one wait.

    Raises RuleError where nobody may take a step.
    """
    for position, role in enumerate(steps_ahead(session, application), start=1):
        step = ApprovalStep(
            application_id=application.id, round=application.round, position=position, role=role
        )
        session.add(step)
    session.flush()
    session.refresh(application, ["steps"])
    _open_next(session, application)


def steps_ahead(session: Session, application: ExternalTrainingApplication) -> list[StepRole]:
    """Return whose steps an application takes once it is sent, by the policy of today."""
    chain = policy.current_policy(session).chain
    return steps_for(chain, application.total, application.provider_id)


def _open_next(session: Session, application: ExternalTrainingApplication) -> None:
    step = application.waiting_step
    if step is None:
        return
    step.opened_at = clock.now()
    assign(session, application, step)
    if not step.people:
        raise RuleError(_("There is nobody who may decide this. Please tell HR."))
    for each in step.people:
        _ask(session, application, step, each.employee_id, "asked")


def assign(session: Session, application: ExternalTrainingApplication, step: ApprovalStep) -> None:
    """Name who may take a step, by what rights people hold now."""
    taken = [each.approver_id for each in application.current_steps if each.approver_id]
    office = office_of(session, application.department.path)
    wanted = deciders(step.role, application.applicant_id, office, taken)
    if wanted and {each.employee_id for each in step.people} != set(wanted):
        step.people = [ApprovalStepPerson(employee_id=each) for each in wanted]
        session.flush()


def hand_on(session: Session, application: ExternalTrainingApplication) -> None:
    """Give a waiting step to those who may take it now; who is new among them is asked."""
    step = application.waiting_step
    if step is None:
        return
    before = {each.employee_id for each in step.people}
    assign(session, application, step)
    for each in step.people:
        if each.employee_id not in before:
            _ask(session, application, step, each.employee_id, f"handed_on:{application.version}")


def office_of(session: Session, department_path: str) -> Office:
    """Return who could decide about somebody of a department."""
    above = [int(part) for part in department_path.strip("/").split("/") if part]
    rows = session.execute(
        select(
            AccessGrant.right,
            Employee.id,
            func.coalesce(AccessGrant.department_id, Employee.department_id).label("of"),
        )
        .join(Employee, Employee.id == AccessGrant.employee_id)
        .where(
            AccessGrant.right.in_((Right.DEPARTMENT_HEAD, Right.EXECUTIVE, Right.HR)),
            Employee.status == EmployeeStatus.ACTIVE,
        )
        .order_by(Employee.id)
    ).all()
    heads = [
        [row.id for row in rows if row.right is Right.DEPARTMENT_HEAD and row.of == each]
        for each in reversed(above)
    ]
    return Office(
        heads=heads,
        leaders=[row.id for row in rows if row.right is Right.EXECUTIVE],
        hr=[row.id for row in rows if row.right is Right.HR],
    )


def _ask(
    session: Session,
    application: ExternalTrainingApplication,
    step: ApprovalStep,
    employee_id: int,
    key: str,
) -> None:
    """Ask somebody to decide, and whoever stands in for her today."""
    today = clock.today()
    standing_in = session.scalars(
        select(ApprovalDelegation.delegate_id).where(
            ApprovalDelegation.delegator_id == employee_id,
            ApprovalDelegation.delegate_id != application.applicant_id,
            ApprovalDelegation.revoked_at.is_(None),
            ApprovalDelegation.starts_on <= today,
            ApprovalDelegation.ends_on >= today,
        )
    ).all()
    for each in {employee_id, *standing_in}:
        tell(
            session,
            each,
            "external_to_decide",
            application,
            f"{key}:{application.round}:{step.position}",
            page="/decision",
            by_mail=True,
        )


def decide(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    verdict: Verdict,
    *,
    expected_version: int,
) -> None:
    """Take the waiting step and move the application on.

    Raises ConflictError if the application is not the version that the approver has seen,
    InvalidTransitionError if it waits for nothing, NotPermittedError where the step is not hers,
    and RuleError without a needed reason or where the budget has too little left.
    """
    lock(session, ExternalTrainingApplication, application.id)
    expect_version(application, expected_version)
    act = act_of(verdict.decision)
    steps = [each for each in application.current_steps if each.decision is None]
    roles = roles_of(actor, application)
    state = next_state(application.state, act, roles, steps_left=len(steps) - 1)
    said = required if needs_reason(verdict.decision) else limited
    text, step = said(verdict.note, "note"), steps[0]
    stood_for = stands_in_for(actor, step)
    if stood_for is None or not _still_holds(session, application, step, stood_for):
        raise NotPermittedError
    on_behalf_of = stood_for if stood_for != actor.id else None
    step.approver_id, step.on_behalf_of_id = actor.id, on_behalf_of
    step.decision, step.note, step.decided_at = verdict.decision, text, clock.now()
    application.state = state
    note(
        session,
        application,
        actor,
        act,
        reason=text,
        on_behalf_of_id=on_behalf_of,
        decision=verdict.decision.value,
        step=step.position,
    )
    _follow(session, application, actor, verdict.decision, text)


def _still_holds(
    session: Session, application: ExternalTrainingApplication, step: ApprovalStep, employee_id: int
) -> bool:
    """Tell whether somebody whom a step was given to could be given it now, too."""
    taken = [each.approver_id for each in application.current_steps if each.approver_id]
    office = office_of(session, application.department.path)
    return employee_id in deciders(step.role, application.applicant_id, office, taken)


def _follow(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    decision: Decision,
    text: str,
) -> None:
    owner, key = application.applicant_id, f"{decision.value}:{application.version}"
    if decision is Decision.CONDITIONS:
        lines = [application.conditions, text]
        application.conditions = "\n".join(line for line in lines if line)
    if application.state is State.IN_APPROVAL:
        _open_next(session, application)
    elif application.state is State.APPROVED:
        budget.commit(session, application, actor)
        application.approved_at = clock.now()
        days = policy.current_policy(session).report_days
        assert application.ends_on is not None  # noqa: S101  # checked at submission
        application.report_due_on = days_from(application.ends_on, days)
        kind = "external_approved_with" if application.conditions else "external_approved"
        tell(session, owner, kind, application, key, by_mail=True, reason=application.conditions)
    else:
        budget.release(session, application, actor)
        kind = "external_returned" if application.state is State.RETURNED else "external_refused"
        tell(session, owner, kind, application, key, by_mail=True, reason=text)
    session.flush()


def decide_many(
    session: Session, actor: Person, chosen: dict[int, int]
) -> tuple[list[int], list[int]]:
    """Approve several applications (id → version seen); return which were and which were not.

    Each by itself: one that was changed meanwhile, or that the budget cannot bear, stays.
    """
    done: list[int] = []
    left: list[int] = []
    for ident, version in sorted(chosen.items()):
        application = session.get(ExternalTrainingApplication, ident)
        if application is None:
            continue
        try:
            with session.begin_nested():
                verdict = Verdict(Decision.APPROVED)
                decide(session, application, actor, verdict, expected_version=version)
        except (ConflictError, InvalidTransitionError, NotPermittedError, RuleError):
            session.expire_all()
            left.append(ident)
        else:
            done.append(ident)
    return done, left


def decides_at_all(person: Person) -> bool:
    """Tell whether steps can be somebody's own: heads, leaders, HR."""
    return bool(person.headed_paths) or bool({Right.EXECUTIVE, Right.HR} & person.rights)


def delegate(
    session: Session, actor: Person, delegate_id: int, span: tuple[date, date], reason: str = ""
) -> ApprovalDelegation:
    """Let somebody decide in one's place, from one day to another; both count.

    Raises NotPermittedError for those who decide nothing, RuleError for what cannot be.
    """
    starts_on, ends_on = span
    if not (
        actor.headed_paths or {Right.EXECUTIVE, Right.HR, Right.DEPARTMENT_HEAD} & actor.rights
    ):
        raise NotPermittedError
    named = session.get(Employee, delegate_id)
    if named is None or named.status is not EmployeeStatus.ACTIVE:
        raise RuleError(_("There is nobody of this name or staff number."), field="delegate")
    if delegate_id == actor.id:
        raise RuleError(_("Choose somebody else."), field="delegate")
    if ends_on < starts_on:
        raise RuleError(_("The last day lies before the first."), field="ends_on")
    if ends_on < clock.today():
        raise RuleError(_("Choose today or a later day."), field="ends_on")
    made = ApprovalDelegation(
        delegator_id=actor.id,
        delegate_id=delegate_id,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=limited(reason, "reason", most=LONGEST_LINE),
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    audit.record(session, actor, "external_training.delegate", made, to=delegate_id)
    _tell_delegate(session, made, "external_delegated")
    return made


def revoke_delegation(session: Session, made: ApprovalDelegation, actor: Person) -> None:
    """End a delegation at once; ending it again changes nothing."""
    authorize(actor, made, Permission.EXTERNAL_TRAINING_DELEGATE)
    if made.revoked_at is not None:
        return
    made.revoked_at = clock.now()
    session.flush()
    audit.record(session, actor, "external_training.revoke_delegation", made, to=made.delegate_id)
    _tell_delegate(session, made, "external_delegation_ended")


def _tell_delegate(session: Session, made: ApprovalDelegation, kind: str) -> None:
    notices.notify(
        session,
        made.delegate_id,
        kind,
        key=f"external_training:delegation:{made.id}:{kind}",
        href="/external-training/inbox",
        name=session.get_one(Employee, made.delegator_id).name,
        first=made.starts_on.isoformat(),
        last=made.ends_on.isoformat(),
    )
