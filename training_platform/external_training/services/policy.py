"""The policy of external training, and exceptions from it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.db import expect_version
from training_platform.core.errors import RuleError
from training_platform.core.limits import required
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.external_training.models import (
    ExternalTrainingApplication,
    ExternalTrainingException,
    ExternalTrainingPolicy,
)
from training_platform.external_training.rules import (
    LONGEST_LINE,
    MOST_STEPS,
    OWES_REPORT,
    Policy,
    StepRole,
    StepRule,
)
from training_platform.people.models import Employee


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


THE_POLICY = "default"
DAYS = ("report_days", "sharing_days", "follow_up_days", "remind_days", "escalate_days")
MOST_DAYS = 365


def current_policy(session: Session) -> Policy:
    """Return what holds now; the defaults before anybody has edited it."""
    kept = session.get(ExternalTrainingPolicy, THE_POLICY)
    return Policy() if kept is None else values_of(kept)


def values_of(kept: ExternalTrainingPolicy) -> Policy:
    """Return what a row of the policy says."""
    days = {name: getattr(kept, name) for name in DAYS}
    chain = tuple(
        StepRule(StepRole(each["role"]), Decimal(each["least_amount"]), each.get("provider_id"))
        for each in kept.chain
    )
    return Policy(chain=chain, blocks_overdue=kept.blocks_overdue, **days)


def edit_policy(session: Session, actor: Person, wanted: Policy, *, expected_version: int) -> None:
    """Change steps and days, for what is submitted from now on.

    Raises ConflictError, NotPermittedError, and RuleError for a chain that decides nothing.
    """
    authorize(actor, None, Permission.EXTERNAL_TRAINING_MANAGE)
    _check(wanted)
    kept = session.get(ExternalTrainingPolicy, THE_POLICY)
    if kept is None:
        kept = ExternalTrainingPolicy(id=THE_POLICY, **_columns(Policy()))
        session.add(kept)
        session.flush()
    expect_version(kept, expected_version)
    for name, value in _columns(wanted).items():
        setattr(kept, name, value)
    session.flush()
    audit.record(session, actor, "external_training.edit_policy", kept, after=_columns(wanted))


def policy_version(session: Session) -> int:
    """Return the version that a form of the policy carries."""
    kept = session.get(ExternalTrainingPolicy, THE_POLICY)
    return kept.version if kept else 1


def _columns(policy: Policy) -> dict[str, Any]:
    chain = [
        {
            "role": each.role.value,
            "least_amount": str(each.least_amount),
            "provider_id": each.provider_id,
        }
        for each in policy.chain
    ]
    days = {name: getattr(policy, name) for name in DAYS}
    return {"chain": chain, "blocks_overdue": policy.blocks_overdue, **days}


def _check(wanted: Policy) -> None:
    if not any(not each.least_amount and each.provider_id is None for each in wanted.chain):
        raise RuleError(_("At least one step must hold for every application."), field="role_1")
    if len(wanted.chain) > MOST_STEPS:
        raise RuleError(_("At most %(most)s steps."), field="role_1", most=MOST_STEPS)
    for name in DAYS:
        if not 1 <= getattr(wanted, name) <= MOST_DAYS:
            raise RuleError(_("Enter a number of days between 1 and 365."), field=name)


def overdue_report(session: Session, employee_id: int) -> ExternalTrainingApplication | None:
    """Return an application of somebody whose report is overdue, the oldest first."""
    return session.scalars(
        select(ExternalTrainingApplication)
        .where(
            ExternalTrainingApplication.applicant_id == employee_id,
            ExternalTrainingApplication.state.in_(OWES_REPORT),
            ExternalTrainingApplication.report_due_on < clock.today(),
        )
        .order_by(ExternalTrainingApplication.report_due_on)
        .limit(1)
    ).first()


def is_blocked(session: Session, employee_id: int) -> bool:
    """Tell whether somebody owes a report, and nobody made an exception."""
    if not current_policy(session).blocks_overdue:
        return False
    if overdue_report(session, employee_id) is None:
        return False
    allowed = select(ExternalTrainingException.id).where(
        ExternalTrainingException.employee_id == employee_id,
        ExternalTrainingException.ends_on >= clock.today(),
    )
    return session.scalar(allowed.limit(1)) is None


def make_exception(
    session: Session, actor: Person, employee_id: int, ends_on: date, reason: str
) -> ExternalTrainingException:
    """Let somebody apply although a report is overdue, until a day.

    Raises NotPermittedError (for oneself, too), RuleError without a reason or for a past day.
    """
    authorize(actor, None, Permission.EXTERNAL_TRAINING_MANAGE)
    employee = session.get(Employee, employee_id)
    if employee is None:
        raise RuleError(_("There is nobody of this name or staff number."), field="employee")
    if employee_id == actor.id:
        raise RuleError(_("Nobody makes an exception for herself."), field="employee")
    if ends_on < clock.today():
        raise RuleError(_("Choose today or a later day."), field="ends_on")
    made = ExternalTrainingException(
        employee_id=employee_id,
        reason=required(reason, "reason", most=LONGEST_LINE),
        granted_by_id=actor.id or 0,
        granted_at=clock.now(),
        ends_on=ends_on,
    )
    session.add(made)
    session.flush()
    audit.record(session, actor, "external_training.make_exception", made, employee=employee_id)
    return made


def with_chain(policy: Policy, *chain: StepRule) -> Policy:
    """Return a policy with another chain."""
    return replace(policy, chain=chain)
