"""The matrix of people and required items, for a page of people at a time. No writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from training_platform.archives.compliance import conditions, rules
from training_platform.archives.compliance.items import Item, RoleNeeds
from training_platform.archives.compliance.models import ComplianceProof, ReadinessRule
from training_platform.archives.compliance.rules import FOREVER, ItemKind, State
from training_platform.certificates.models import Certificate, life_of
from training_platform.core import clock
from training_platform.core.permissions import Person
from training_platform.core.search import contains_all, words
from training_platform.core.text import whole_number
from training_platform.curricula.models import Assignment, AssignmentState, CourseProgress
from training_platform.curricula.queries.team import in_reach
from training_platform.people.models import Department, Employee, EmployeeStatus, JobRole
from training_platform.records.models import TrainingRecord
from training_platform.records.queries.subjects import IS_VOID

PEOPLE_PER_PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """What the matrix is narrowed to; empty values narrow nothing."""

    query: str = ""
    department: str = ""
    job_role: str = ""
    item: str = ""
    state: str = ""
    #: ready, not_ready: for the view of readiness.
    ready: str = ""


@dataclass(frozen=True)
class Cell:
    """Where one person stands with one item, and what shows it."""

    state: State
    until: date | None
    due_on: date | None
    #: When the proof was earned, and its page.
    since: date | None = None
    proof: str = ""

    @property
    def day(self) -> date | None:
        """Return the day that counts: the end of the proof, else the due day."""
        return rules.due_day(self.until, self.due_on)


Cells = dict[int, dict[str, Cell]]


def people(person: Person, roles: Mapping[str, RoleNeeds], wanted: Wanted) -> Select[Any]:
    """Return the select of the people in reach whose job role asks for something."""
    asked = _roles_of(roles, wanted)
    statement = (
        select(
            Employee.id,
            Employee.name,
            Employee.staff_number,
            Employee.job_role_id,
            Employee.job_role_since,
            Department.name.label("department"),
            JobRole.name.label("job_role"),
        )
        .join(Department, Department.id == Employee.department_id)
        .join(JobRole, JobRole.id == Employee.job_role_id)
        .where(
            Employee.status == EmployeeStatus.ACTIVE,
            in_reach(person),
            Employee.job_role_id.in_([role.job_role_id for role in asked]),
        )
        .order_by(Department.path, Employee.name_latin, Employee.id)
    )
    if found := words(wanted.query):
        statement = statement.where(contains_all(Employee.search_text, found))
    if (department := whole_number(wanted.department)) is not None:
        statement = statement.where(Department.path.like(f"%/{department}/%"))
    if wanted.state in list(State):
        state = State(wanted.state)
        statement = statement.where(conditions.is_in_state(asked, state, wanted.item))
    if wanted.ready in {"ready", "not_ready"}:
        ready = conditions.is_ready(asked)
        statement = statement.where(ready if wanted.ready == "ready" else ~ready)
    return statement


def _roles_of(roles: Mapping[str, RoleNeeds], wanted: Wanted) -> list[RoleNeeds]:
    """Return the job roles that the filter leaves, of those that ask for something."""
    return [
        role
        for role in roles.values()
        if role.items
        and wanted.job_role in ("", role.job_role_id)
        and (not wanted.item or any(item.key == wanted.item for item in role.items))
    ]


def one_person(session: Session, employee_id: int) -> Any:
    """Return one person as people() does, whatever she reaches."""
    return session.execute(
        select(
            Employee.id,
            Employee.name,
            Employee.staff_number,
            Employee.job_role_id,
            Employee.job_role_since,
            Department.name.label("department"),
            JobRole.name.label("job_role"),
        )
        .join(Department, Department.id == Employee.department_id)
        .outerjoin(JobRole, JobRole.id == Employee.job_role_id)
        .where(Employee.id == employee_id)
    ).one()


def count_states(session: Session, people: Select[Any], roles: Iterable[RoleNeeds]) -> Any:
    """Return how many of some people there are, have something overdue, and are ready."""
    given = list(roles)
    late = conditions.is_in_state(given, State.OVERDUE)
    counted = people.order_by(None).with_only_columns(
        func.count(),
        func.count().filter(late),
        func.count().filter(conditions.is_ready(given)),
        maintain_column_froms=True,
    )
    return session.execute(counted).one()


# ---- Cells ----------------------------------------------------------------------------------


@dataclass
class _Known:
    """What stands of some people: by person and subject."""

    completed: dict[tuple[int, str], date]
    assigned: dict[tuple[int, str], Any]
    certificates: dict[tuple[int, str], list[Any]]
    passes: dict[tuple[int, str, str], date]


def cells_of(session: Session, people: Sequence[Any], roles: Mapping[str, RoleNeeds]) -> Cells:
    """Return the cells of some people: four statements, however many they are."""
    today = clock.today()
    known = _read(session, [row.id for row in people])
    return {
        row.id: {
            item.key: _cell(item, row, known, today)
            for item in (roles[row.job_role_id].items if row.job_role_id in roles else ())
        }
        for row in people
    }


def _cell(item: Item, row: Any, known: _Known, today: date) -> Cell:
    if item.kind in conditions.PASSES:
        kind = conditions.PASSES[item.kind].value
        passed = known.passes.get((row.id, kind, item.subject))
        due = row.job_role_since + timedelta(item.due_days)
        until = FOREVER if passed else None
        return Cell(rules.state_of(until, due, today), until, due, passed, item.href)
    assignment = known.assigned.get((row.id, item.subject))
    due_on = assignment.due_on if assignment else None
    if item.kind is ItemKind.COURSE:
        done = known.completed.get((row.id, item.subject))
        again = assignment and assignment.is_required and _is_active(assignment)
        until = FOREVER if done and not again else None
        return Cell(rules.state_of(until, due_on, today), until, due_on, done, item.href)
    return _certificate_cell(known.certificates.get((row.id, item.subject), []), due_on, today)


def _certificate_cell(found: list[Any], due_on: date | None, today: date) -> Cell:
    best, last = None, None
    for row in found:
        ends = life_of(row).last_day or FOREVER
        if last is None or ends >= last:
            best, last = row, ends
    since = best.issued_on if best else None
    proof = f"/certificates/{best.code}" if best else ""
    return Cell(rules.state_of(last, due_on, today), last, due_on, since, proof)


def _is_active(assignment: Any) -> bool:
    return bool(assignment.state is AssignmentState.ACTIVE)


def _read(session: Session, ids: Sequence[int]) -> _Known:
    known = _Known({}, {}, {}, {})
    row: Any
    if not ids:
        return known
    for row in session.execute(
        select(
            CourseProgress.employee_id, CourseProgress.course_id, CourseProgress.completed_at
        ).where(CourseProgress.employee_id.in_(ids), CourseProgress.completed_at.is_not(None))
    ):
        known.completed[row.employee_id, row.course_id] = clock.company_day(row.completed_at)
    for row in session.execute(
        select(
            Assignment.employee_id,
            Assignment.course_id,
            Assignment.state,
            Assignment.is_required,
            Assignment.due_on,
        ).where(Assignment.employee_id.in_(ids), Assignment.state != AssignmentState.REMOVED)
    ):
        known.assigned[row.employee_id, row.course_id] = row
    for row in session.execute(_certificates().where(Certificate.employee_id.in_(ids))):
        known.certificates.setdefault((row.employee_id, row.subject), []).append(row)
    kinds = [kind.value for kind in conditions.PASSES.values()]
    for row in session.execute(
        select(
            TrainingRecord.employee_id,
            TrainingRecord.kind,
            TrainingRecord.subject,
            func.max(TrainingRecord.happened_at).label("passed_at"),
        )
        .where(TrainingRecord.employee_id.in_(ids), TrainingRecord.kind.in_(kinds), ~IS_VOID)
        .group_by(TrainingRecord.employee_id, TrainingRecord.kind, TrainingRecord.subject)
    ):
        day = clock.company_day(row.passed_at)
        known.passes[row.employee_id, row.kind, row.subject] = day
    return known


def _certificates() -> Any:
    return (
        select(
            Certificate.employee_id,
            Certificate.subject,
            Certificate.code,
            Certificate.issued_on,
            Certificate.valid_until,
            Certificate.superseded_from,
            Certificate.revoked_at,
        )
        .where(Certificate.kind == "course", Certificate.revoked_at.is_(None))
        .order_by(Certificate.id)
    )


# ---- Rules and proofs -----------------------------------------------------------------------


def proofs() -> Select[Any]:
    """Return the select of the proofs of days, the newest first, without their rows."""
    return (
        select(
            ComplianceProof.id,
            ComplianceProof.title,
            ComplianceProof.day,
            ComplianceProof.purpose,
            ComplianceProof.people_count,
            ComplianceProof.held_count,
            ComplianceProof.made_at,
            ComplianceProof.pdf_id,
            Employee.name.label("by"),
            JobRole.name.label("job_role"),
            Department.name.label("department"),
        )
        .join(Employee, Employee.id == ComplianceProof.made_by_id)
        .outerjoin(JobRole, JobRole.id == ComplianceProof.job_role_id)
        .outerjoin(Department, Department.id == ComplianceProof.department_id)
        .order_by(ComplianceProof.id.desc())
    )


def ids_by_number(session: Session, numbers: Sequence[str]) -> dict[str, int]:
    """Return the ids of people by their staff numbers; whoever is anonymized has none."""
    found = select(Employee.staff_number, Employee.id).where(Employee.staff_number.in_(numbers))
    return {row.staff_number: row.id for row in session.execute(found)}


def rule_of(session: Session, job_role_id: str) -> ReadinessRule | None:
    """Return the rule that HR wrote for a job role; None where the shipped one holds."""
    return session.get(ReadinessRule, job_role_id)
