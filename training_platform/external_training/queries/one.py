"""What a page about one application, one person or one budget asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from training_platform.core import clock, slots
from training_platform.core.db import fetch
from training_platform.core.files import StoredFile
from training_platform.core.permissions import Person, Right
from training_platform.external_training.models import (
    ExternalTrainingApplication,
    ExternalTrainingEvent,
    ExternalTrainingFile,
    ExternalTrainingReport,
    SharingSession,
    TrainingBudget,
    TrainingProvider,
)
from training_platform.external_training.queries.lists import count_waiting
from training_platform.external_training.rules import (
    COMMITTED,
    OWES_REPORT,
    RESERVED,
    STANDING,
    BudgetState,
    State,
)
from training_platform.people.models import (
    Competency,
    CompetencyTarget,
    Department,
    Employee,
    EmployeeStatus,
)
from training_platform.people.queries import is_below
from training_platform.records.models import CompetencyLevel

_A = ExternalTrainingApplication
MOST_OPTIONS = 300


@dataclass(frozen=True)
class BudgetView:
    """The budget of an application, and what it would hold afterwards."""

    budget: TrainingBudget | None
    state: BudgetState | None
    #: Whether an approval would be more than there is.
    is_short: bool


def budget_view(
    session: Session, application: ExternalTrainingApplication, found: TrainingBudget | None
) -> BudgetView:
    """Return how the budget stands for an application that is asked for."""
    if found is None:
        return BudgetView(None, None, is_short=bool(application.total))
    state = found.state
    is_held = application.state in COMMITTED or application.state not in {
        State.DRAFT,
        State.RETURNED,
        *RESERVED,
    }
    return BudgetView(found, state, is_short=not is_held and application.total > state.free)


def timeline(application_id: int) -> Select[Any]:
    """Return the select of what was done to an application, the newest first."""
    behalf = aliased(Employee)
    event = ExternalTrainingEvent
    return (
        select(
            event.act,
            event.reason,
            event.details,
            event.happened_at,
            Employee.name.label("name"),
            behalf.name.label("behalf"),
        )
        .outerjoin(Employee, Employee.id == event.actor_id)
        .outerjoin(behalf, behalf.id == event.on_behalf_of_id)
        .where(event.application_id == application_id)
        .order_by(event.id.desc())
    )


def files_of(session: Session, application_id: int) -> Sequence[Any]:
    """Return the files of an application, oldest first."""
    kept = ExternalTrainingFile
    return session.execute(
        select(kept.id, kept.purpose, kept.added_at, StoredFile.name, StoredFile.size_bytes)
        .join(StoredFile, StoredFile.id == kept.file_id)
        .where(kept.application_id == application_id)
        .order_by(kept.id)
    ).all()


def file_of(session: Session, application_id: int, ident: int) -> ExternalTrainingFile | None:
    """Return a file of an application; None where it belongs to another."""
    found = session.get(ExternalTrainingFile, ident)
    return found if found is not None and found.application_id == application_id else None


def conflicts(
    session: Session, application: ExternalTrainingApplication
) -> list[tuple[str, str, str | None]]:
    """Return what else somebody has on these days: text, days, address.

    Other applications, and whatever other parts of the platform answer to the slot
    external_training.conflicts(employee_id, first, last).
    """
    first, last = application.starts_on, application.ends_on
    if first is None or last is None:
        return []
    rows = session.execute(
        select(_A.id, _A.title, _A.starts_on, _A.ends_on)
        .where(
            _A.applicant_id == application.applicant_id,
            _A.id != application.id,
            _A.state.in_(STANDING),
            _A.starts_on <= last,
            _A.ends_on >= first,
        )
        .order_by(_A.starts_on)
        .limit(10)
    )
    own = [
        (row.title, f"{row.starts_on} – {row.ends_on}", f"/external-training/{row.id}")
        for row in rows
    ]
    others = slots.ask(
        "external_training.conflicts",
        employee_id=application.applicant_id,
        first=first,
        last=last,
    )
    return [*own, *chain(*others)]


def provider_options(session: Session) -> list[tuple[str, str]]:
    """Return the providers that can be chosen."""
    rows = session.execute(
        select(TrainingProvider.id, TrainingProvider.name)
        .where(TrainingProvider.is_active)
        .order_by(TrainingProvider.name)
        .limit(MOST_OPTIONS)
    )
    return [(str(row.id), row.name) for row in rows]


def competency_options(session: Session, employee: Employee) -> list[tuple[str, Any, int, int]]:
    """Return the competencies with their gaps: id, name, level shown, level wanted."""
    target = and_(
        CompetencyTarget.competency_id == Competency.id,
        CompetencyTarget.job_role_id == (employee.job_role_id or ""),
    )
    shown = and_(
        CompetencyLevel.competency_id == Competency.id, CompetencyLevel.employee_id == employee.id
    )
    rows = session.execute(
        select(
            Competency.id,
            Competency.name,
            func.coalesce(CompetencyLevel.level, 0).label("level"),
            func.coalesce(CompetencyTarget.level, 0).label("target"),
        )
        .outerjoin(CompetencyTarget, target)
        .outerjoin(CompetencyLevel, shown)
        .order_by(Competency.position)
    )
    return [(row.id, row.name, row.level, row.target) for row in rows]


def person_called(session: Session, text: str, person: Person | None = None) -> Sequence[int]:
    """Return the ids of at most two active people of this name, user name or staff number.

    With a person only those whom she may nominate: HR anybody, a head her own people.
    """
    wanted = text.strip()
    condition: ColumnElement[bool] = true()
    if person is not None and Right.HR not in person.rights:
        condition = is_below(person.headed_paths) if person.headed_paths else false()
    return session.scalars(
        select(Employee.id)
        .join(Department, Department.id == Employee.department_id)
        .where(
            condition,
            Employee.status == EmployeeStatus.ACTIVE,
            or_(
                Employee.name == wanted,
                Employee.username == wanted.lower(),
                Employee.staff_number == wanted.upper(),
            ),
        )
        .order_by(Employee.id)
        .limit(2)
    ).all()


def departments_of(session: Session, person: Person) -> Sequence[Any]:
    """Return the departments whose trainings somebody oversees."""
    everything = {Right.HR.value, Right.EXECUTIVE.value} & person.rights
    below = is_below(person.headed_paths) if person.headed_paths else false()
    return session.execute(
        select(Department.id, Department.name, Department.path)
        .where(true() if everything else below)
        .order_by(Department.path)
    ).all()


def team_options(
    session: Session, application: ExternalTrainingApplication
) -> list[tuple[str, str]]:
    """Return the colleagues who may have listened to a sharing session."""
    rows = session.execute(
        select(Employee.id, Employee.name)
        .where(
            Employee.department_id == application.applicant.department_id,
            Employee.status == EmployeeStatus.ACTIVE,
            Employee.id != application.applicant_id,
        )
        .order_by(Employee.name, Employee.id)
        .limit(MOST_OPTIONS)
    )
    return [(str(row.id), row.name) for row in rows]


def shared_report(session: Session, application_id: int) -> Any:
    """Return a report of the library, as one row; None where there is none to read."""
    report = ExternalTrainingReport
    return session.execute(
        select(
            _A.id,
            _A.title,
            _A.kind,
            _A.closed_at,
            _A.starts_on,
            _A.ends_on,
            _A.provider_id,
            TrainingProvider.name.label("provider"),
            Employee.name.label("name"),
            Department.name.label("department"),
            report.learned,
            report.use_at_work,
            report.recommendation,
            report.provider_rating,
            report.course_rating,
            report.follow_up,
            report.followed_up_at,
        )
        .join(report, report.application_id == _A.id)
        .join(Employee, Employee.id == _A.applicant_id)
        .join(Department, Department.id == Employee.department_id)
        .outerjoin(TrainingProvider, TrainingProvider.id == _A.provider_id)
        .where(_A.id == application_id, _A.state == State.CLOSED)
    ).one_or_none()


def trainings_of(session: Session, employee_id: int, most: int = 10) -> Sequence[Any]:
    """Return the external trainings of somebody, for the page about her: what was sent."""
    return session.execute(
        select(_A.id, _A.title, _A.state, _A.starts_on, _A.ends_on)
        .where(_A.applicant_id == employee_id, _A.round > 0)
        .order_by(_A.starts_on.desc(), _A.id.desc())
        .limit(most)
    ).all()


_WORDS_OF_DUE = (State.RETURNED, State.NOMINATED, State.REPORT_DUE)


#: Built once: Today asks it.
_OWN_DUE = (
    select(_A.id, _A.title, _A.state, _A.ends_on, _A.report_due_on)
    .where(
        _A.applicant_id == bindparam("employee_id"),
        or_(
            _A.state.in_(_WORDS_OF_DUE),
            and_(
                _A.state == State.APPROVED,
                _A.ends_on < bindparam("today", type_=_A.ends_on.type),
            ),
        ),
    )
    .order_by(_A.report_due_on, _A.id)
    .limit(10)
)


def due_for(session: Session, employee_id: int) -> dict[str, Any]:
    """Return what somebody has to do: decisions that wait, and applications that want her."""
    values = {"employee_id": employee_id, "today": clock.today()}
    own = fetch(session, _OWN_DUE, values).all()
    return {"waiting": count_waiting(session, employee_id), "own": own}


def late_reports(day: date) -> Select[Any]:
    """Return the select of applications whose report is overdue on a day."""
    return (
        select(ExternalTrainingApplication)
        .where(_A.state.in_(OWES_REPORT), _A.report_due_on < day)
        .order_by(_A.report_due_on, _A.id)
    )


def planned_session(session: Session, application_id: int) -> SharingSession | None:
    """Return the sharing session of an application."""
    return session.scalars(
        select(SharingSession).where(SharingSession.application_id == application_id)
    ).one_or_none()
