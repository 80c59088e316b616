"""Somebody left the company: what she applied for ends, what waits for her waits for others."""

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.permissions import SYSTEM
from training_platform.external_training.models import (
    ApprovalDelegation,
    ApprovalStep,
    ApprovalStepPerson,
    ExternalTrainingApplication,
    ExternalTrainingFile,
)
from training_platform.external_training.rules import Act, FilePurpose, Role, State, next_state
from training_platform.external_training.services import budget
from training_platform.external_training.services.approving import hand_on
from training_platform.external_training.services.base import note

UNDECIDED = (State.NOMINATED, State.DRAFT, State.RETURNED, State.IN_APPROVAL)
_A = ExternalTrainingApplication


def let_go(session: Session, employee_id: int) -> None:
    """End what somebody who left applied for and has not attended; money held for it is free.

    Steps that waited for her are given to those who may take them now, and delegations end. Done
    again it changes nothing.
    """
    wanted = select(_A).where(
        _A.applicant_id == employee_id,
        or_(
            _A.state.in_(UNDECIDED),
            (_A.state == State.APPROVED) & (_A.starts_on > clock.today()),
        ),
    )
    for each in session.scalars(wanted.order_by(_A.id)).all():
        _end(session, each)
    _end_delegations(session, employee_id)
    waiting = (
        select(_A)
        .join(ApprovalStep, ApprovalStep.application_id == _A.id)
        .join(ApprovalStepPerson, ApprovalStepPerson.step_id == ApprovalStep.id)
        .where(
            ApprovalStepPerson.employee_id == employee_id,
            _A.state == State.IN_APPROVAL,
            ApprovalStep.round == _A.round,
            ApprovalStep.decision.is_(None),
        )
    )
    for each in session.scalars(waiting.order_by(_A.id)).unique().all():
        hand_on(session, each)


def remove_files(session: Session, employee_id: int) -> None:
    """Remove what somebody handed in, once her name is taken off; material for others stays."""
    own = (
        select(ExternalTrainingFile)
        .join(_A, _A.id == ExternalTrainingFile.application_id)
        .where(_A.applicant_id == employee_id, ExternalTrainingFile.purpose != FilePurpose.MATERIAL)
    )
    for each in session.scalars(own).all():
        each.file.expires_at = clock.now()  # the tidying job removes the file
        session.delete(each)
    session.flush()


def _end(session: Session, application: ExternalTrainingApplication) -> None:
    state = application.state
    act = Act.CANCEL if state is State.APPROVED else Act.WITHDRAW
    application.state = next_state(state, act, frozenset(Role))
    note(session, application, SYSTEM, act, left=True)
    if state is State.APPROVED:
        budget.cancel(session, application, SYSTEM)
    elif state is State.IN_APPROVAL:
        budget.release(session, application, SYSTEM)


def _end_delegations(session: Session, employee_id: int) -> None:
    session.execute(
        update(ApprovalDelegation)
        .where(
            or_(
                ApprovalDelegation.delegator_id == employee_id,
                ApprovalDelegation.delegate_id == employee_id,
            ),
            ApprovalDelegation.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )
