"""Lists: one's own, the inbox, the overview, budgets, providers, the library."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from training_platform.core import clock
from training_platform.core.db import Money, fetch
from training_platform.core.permissions import Person, Right
from training_platform.core.search import contains_all, words
from training_platform.external_training.models import (
    ApprovalDelegation,
    ApprovalStep,
    ApprovalStepPerson,
    BudgetMove,
    ExternalTrainingApplication,
    ExternalTrainingException,
    ExternalTrainingReport,
    TrainingBudget,
    TrainingProvider,
)
from training_platform.external_training.rules import OWES_REPORT, State
from training_platform.people.models import Department, Employee
from training_platform.people.queries import is_below

_A = ExternalTrainingApplication


@dataclass(frozen=True)
class Filter:
    """What the overview is narrowed to."""

    text: str = ""
    state: str = ""
    department_path: str = ""
    only_overdue: bool = False


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            _A.id,
            _A.title,
            _A.kind,
            _A.state,
            _A.starts_on,
            _A.ends_on,
            _A.report_due_on,
            _A.version,
            type_coerce(_A.fee_amount + _A.travel_amount + _A.lodging_amount, Money).label("total"),
            Employee.name.label("name"),
            Department.name.label("department"),
            TrainingProvider.name.label("provider"),
        )
        .join(Employee, Employee.id == _A.applicant_id)
        .join(Department, Department.id == Employee.department_id)
        .outerjoin(TrainingProvider, TrainingProvider.id == _A.provider_id)
    )


def mine(employee_id: int) -> Select[*tuple[Any, ...]]:
    """Return the select of somebody's own applications, the newest first."""
    return _rows().where(_A.applicant_id == employee_id).order_by(_A.id.desc())


def in_scope(person: Person) -> ColumnElement[bool]:
    """Return the condition that somebody oversees an application: the twin of the policy in SQL."""
    sent = _A.round > 0
    if {Right.HR.value, Right.EXECUTIVE.value} & person.rights:
        return sent
    return and_(sent, is_below(person.headed_paths)) if person.headed_paths else false()


def overseen(person: Person, wanted: Filter) -> Select[*tuple[Any, ...]]:
    """Return the select of the applications that somebody oversees, the newest first."""
    statement = _rows().where(in_scope(person)).order_by(_A.submitted_at.desc(), _A.id.desc())
    if wanted.state in list(State):
        statement = statement.where(_A.state == wanted.state)
    if wanted.department_path:
        statement = statement.where(
            Department.path.startswith(wanted.department_path, autoescape=True)
        )
    if wanted.only_overdue:
        statement = statement.where(_A.state.in_(OWES_REPORT), _A.report_due_on < clock.today())
    if found := words(wanted.text):
        columns = (_A.search_text, Employee.search_text, TrainingProvider.search_text)
        statement = statement.where(or_(*(contains_all(each, found) for each in columns)))
    return statement


def inbox(employee_id: int) -> Select[*tuple[Any, ...]]:
    """Return the select of what waits for somebody, herself or in another's place."""
    return (
        _rows()
        .add_columns(_A.submitted_at)
        .where(*_waits_for(employee_id, clock.today()))
        .order_by(_A.submitted_at, _A.id)
    )


def _waits_for(employee_id: Any, today: Any) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that an application waits for somebody on a day."""
    own_place = ApprovalStepPerson.employee_id == employee_id
    in_place_of = ApprovalStepPerson.employee_id.in_(
        select(ApprovalDelegation.delegator_id).where(
            ApprovalDelegation.delegate_id == employee_id,
            ApprovalDelegation.revoked_at.is_(None),
            ApprovalDelegation.starts_on <= today,
            ApprovalDelegation.ends_on >= today,
        )
    )
    taken = aliased(ApprovalStep)
    took_another = exists().where(
        taken.application_id == _A.id, taken.round == _A.round, taken.approver_id == employee_id
    )
    waits = (
        select(ApprovalStep.application_id)
        .join(ApprovalStepPerson, ApprovalStepPerson.step_id == ApprovalStep.id)
        .where(
            ApprovalStep.application_id == _A.id,
            ApprovalStep.round == _A.round,
            ApprovalStep.decision.is_(None),
            ApprovalStep.opened_at.is_not(None),
            or_(own_place, in_place_of),
        )
    )
    return (
        _A.state == State.IN_APPROVAL,
        _A.applicant_id != employee_id,
        exists(waits),
        ~took_another,
    )


#: Built once: Today asks it.
_WAITING = (
    select(func.count())
    .select_from(_A)
    .where(
        *_waits_for(
            bindparam("employee_id"), bindparam("today", type_=ApprovalDelegation.starts_on.type)
        )
    )
)


def count_waiting(session: Session, employee_id: int) -> int:
    """Return how many applications wait for somebody's decision: the length of the inbox."""
    values = {"employee_id": employee_id, "today": clock.today()}
    return int(fetch(session, _WAITING, values).scalar_one())


def library(text: str) -> Select[*tuple[Any, ...]]:
    """Return the select of reports that everybody may read: those that were accepted."""
    statement = (
        select(
            _A.id,
            _A.title,
            _A.kind,
            _A.closed_at,
            Employee.name.label("name"),
            Department.name.label("department"),
            TrainingProvider.name.label("provider"),
            ExternalTrainingReport.course_rating,
            ExternalTrainingReport.recommendation,
        )
        .join(ExternalTrainingReport, ExternalTrainingReport.application_id == _A.id)
        .join(Employee, Employee.id == _A.applicant_id)
        .join(Department, Department.id == Employee.department_id)
        .outerjoin(TrainingProvider, TrainingProvider.id == _A.provider_id)
        .where(_A.state == State.CLOSED)
        .order_by(_A.closed_at.desc(), _A.id.desc())
    )
    if found := words(text):
        columns = (
            _A.search_text,
            ExternalTrainingReport.search_text,
            Employee.search_text,
            TrainingProvider.search_text,
        )
        statement = statement.where(or_(*(contains_all(each, found) for each in columns)))
    return statement


def provider_ratings() -> Any:
    """Return the subquery of what accepted reports say of each provider."""
    return (
        select(
            _A.provider_id.label("provider_id"),
            func.count().label("reports"),
            func.avg(ExternalTrainingReport.provider_rating).label("rating"),
        )
        .join(ExternalTrainingReport, ExternalTrainingReport.application_id == _A.id)
        .where(_A.state == State.CLOSED)
        .group_by(_A.provider_id)
        .subquery()
    )


def providers(text: str, *, with_inactive: bool) -> Select[*tuple[Any, ...]]:
    """Return the select of providers with what people think of them, by name."""
    rated = provider_ratings()
    statement = (
        select(
            TrainingProvider.id,
            TrainingProvider.name,
            TrainingProvider.is_active,
            TrainingProvider.about,
            func.coalesce(rated.c.reports, 0).label("reports"),
            rated.c.rating,
        )
        .outerjoin(rated, rated.c.provider_id == TrainingProvider.id)
        .where(true() if with_inactive else TrainingProvider.is_active)
        .order_by(TrainingProvider.name)
    )
    if found := words(text):
        statement = statement.where(contains_all(TrainingProvider.search_text, found))
    return statement


def budgets(person: Person, year: int) -> Select[*tuple[Any, ...]]:
    """Return the select of the budgets of a year that somebody may see."""
    everything = {Right.HR.value, Right.EXECUTIVE.value} & person.rights
    below = is_below(person.headed_paths) if person.headed_paths else false()
    return (
        select(TrainingBudget, Department.name.label("department"))
        .join(Department, Department.id == TrainingBudget.department_id)
        .where(TrainingBudget.year == year, true() if everything else below)
        .order_by(Department.path)
    )


def budget_moves(budget_id: int) -> Select[*tuple[Any, ...]]:
    """Return the select of what happened to a budget, the newest first."""
    other = aliased(TrainingBudget)
    return (
        select(
            BudgetMove.kind,
            BudgetMove.amount,
            BudgetMove.reason,
            BudgetMove.happened_at,
            BudgetMove.application_id,
            _A.title,
            Employee.name.label("actor"),
            Department.name.label("other"),
        )
        .outerjoin(_A, _A.id == BudgetMove.application_id)
        .outerjoin(Employee, Employee.id == BudgetMove.actor_id)
        .outerjoin(other, other.id == BudgetMove.other_budget_id)
        .outerjoin(Department, Department.id == other.department_id)
        .where(BudgetMove.budget_id == budget_id)
        .order_by(BudgetMove.id.desc())
    )


def delegations(employee_id: int) -> Select[*tuple[Any, ...]]:
    """Return the select of the delegations that somebody gave, the newest first."""
    return (
        select(
            ApprovalDelegation.id,
            ApprovalDelegation.starts_on,
            ApprovalDelegation.ends_on,
            ApprovalDelegation.revoked_at,
            ApprovalDelegation.reason,
            Employee.name.label("delegate"),
        )
        .join(Employee, Employee.id == ApprovalDelegation.delegate_id)
        .where(ApprovalDelegation.delegator_id == employee_id)
        .order_by(ApprovalDelegation.id.desc())
    )


def exceptions() -> Select[*tuple[Any, ...]]:
    """Return the select of exceptions that HR made, the newest first."""
    by = aliased(Employee)
    return (
        select(
            ExternalTrainingException.reason,
            ExternalTrainingException.granted_at,
            ExternalTrainingException.ends_on,
            Employee.name.label("name"),
            by.name.label("granted_by"),
        )
        .join(Employee, Employee.id == ExternalTrainingException.employee_id)
        .join(by, by.id == ExternalTrainingException.granted_by_id)
        .order_by(ExternalTrainingException.id.desc())
    )
