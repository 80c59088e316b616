"""Staff imports: checked first, applied in one transaction, undone where that is still possible."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.db import expect_version
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.permissions import Permission, Person, authorize, may
from training_platform.core.text import fold, pinyin
from training_platform.people.models import (
    AccessGrant,
    Department,
    Employee,
    EmployeeStatus,
    JobRole,
    OneTimeLink,
    StaffImport,
    UserSession,
)
from training_platform.people.services.employees import (
    EmployeeChanges,
    NewEmployee,
    change_job_role,
    create_employee,
    mark_left,
    reactivate,
    update_employee,
)
from training_platform.people.staff_list import MAX_CELL, REQUIRED, Line, parse_day

CHECKED, APPLIED, UNDONE = "checked", "applied", "undone"
CREATE, UPDATE, UNCHANGED, WRONG = "create", "update", "unchanged", "wrong"
_MAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_USERNAME = re.compile(r"^[a-z0-9][a-z0-9._-]{1,39}$")


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass
class _Known:
    """What the rows are compared with, read once."""

    departments: dict[str, Department]
    job_roles: dict[str, JobRole]
    by_number: dict[str, Employee]
    by_username: dict[str, Employee]
    by_id: dict[int, Employee]


def check_import(
    session: Session, actor: Person, lines: Sequence[Line], file_name: str
) -> StaffImport:
    """Compare a staff list with what is kept and write down what each row would do.

    Nothing changes yet. Each wrong row says which columns are wrong and why.
    """
    authorize(actor, None, Permission.IMPORT_MANAGE)
    known = _read_known(session)
    rows = [_check_line(line, known, actor) for line in lines]
    _refuse_doubles(rows)
    _check_managers(rows, known)
    found = StaffImport(
        file_name=file_name[:200],
        state=CHECKED,
        rows=rows,
        changes=[],
        created_by_id=actor.id,
        created_at=clock.now(),
    )
    session.add(found)
    session.flush()
    audit.record(session, actor, "people.check_import", found, rows=len(rows))
    return found


def counts_of(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Return how many rows would create, update, change nothing, or are wrong."""
    kinds = [row["does"] for row in rows]
    return {kind: kinds.count(kind) for kind in (CREATE, UPDATE, UNCHANGED, WRONG)}


def apply_import(
    session: Session, found: StaffImport, actor: Person, *, expected_version: int
) -> None:
    """Create and update people as the check had said, all or nothing.

    Raises ConflictError for an old version, InvalidTransitionError if it is applied already,
    RuleError while a row is wrong or if the staff list changed since the check.
    """
    authorize(actor, found, Permission.IMPORT_MANAGE)
    expect_version(found, expected_version)
    if found.state != CHECKED:
        raise InvalidTransitionError
    if counts_of(found.rows)[WRONG]:
        raise RuleError(_("Correct the rows that are wrong, then send the list again."))
    known = _read_known(session)
    changes = []
    for row in found.rows:
        if row["does"] == CREATE:
            changes.append(_create(session, actor, row, known))
        elif row["does"] == UPDATE:
            changes.append(_update(session, actor, row, known))
    _set_managers(session, found.rows, known, changes)
    found.state, found.applied_at, found.changes = APPLIED, clock.now(), changes
    audit.record(session, actor, "people.apply_import", found, **counts_of(found.rows))


def undo_import(
    session: Session, found: StaffImport, actor: Person, *, expected_version: int
) -> list[dict[str, str]]:
    """Take an import back as far as that is possible; return what could not be undone, and why.

    People who were added and have not signed in are removed, or marked as left where others
    already refer to them. Fields that were changed go back where nobody changed them since.
    Raises InvalidTransitionError unless the import is applied.
    """
    authorize(actor, found, Permission.IMPORT_MANAGE)
    expect_version(found, expected_version)
    if found.state != APPLIED:
        raise InvalidTransitionError
    left = []
    for change in reversed(found.changes):
        employee = session.get(Employee, change["employee_id"])
        if employee is None:
            continue
        name, number = employee.name, employee.staff_number
        reason = (
            _remove(session, employee, actor)
            if change["created"]
            else _restore(session, employee, actor, change["before"], change["after"])
        )
        if reason:
            left.append({"name": name, "staff_number": number, "reason": reason})
    found.state, found.undone_at = UNDONE, clock.now()
    found.changes = [*found.changes, {"not_undone": left}] if left else found.changes
    audit.record(session, actor, "people.undo_import", found, not_undone=len(left))
    return left


def _read_known(session: Session) -> _Known:
    employees = session.scalars(select(Employee)).all()
    departments: dict[str, Department] = {}
    for department in session.scalars(select(Department)):
        for name in (department.code, *department.name.values()):
            departments.setdefault(fold(name), department)
    job_roles: dict[str, JobRole] = {}
    for role in session.scalars(select(JobRole)):
        for name in (role.id, *role.name.values()):
            job_roles.setdefault(fold(name), role)
    return _Known(
        departments=departments,
        job_roles=job_roles,
        by_number={each.staff_number: each for each in employees},
        by_username={each.username: each for each in employees},
        by_id={each.id: each for each in employees},
    )


def _check_line(line: Line, known: _Known, actor: Person) -> dict[str, Any]:
    """Return the row as it is kept: number, texts, what it does, errors by column."""
    texts = line.values
    errors: list[dict[str, str]] = []

    def wrong(field: str, reason: str) -> None:
        errors.append({"field": field, "reason": reason})

    for field in REQUIRED:
        if not texts.get(field):
            wrong(field, _("This is missing."))
    for field, text in texts.items():
        if len(text) > MAX_CELL:
            wrong(field, _("This is too long."))
    employee = known.by_number.get(texts["staff_number"])
    department = known.departments.get(fold(texts["department"]))
    if texts["department"] and department is None:
        wrong("department", _("There is no such department."))
    role = known.job_roles.get(fold(texts.get("job_role", "")))
    if texts.get("job_role") and role is None:
        wrong("job_role", _("There is no such job role."))
    if texts["email"] and not _MAIL.match(texts["email"]):
        wrong("email", _("This is no e-mail address."))
    if texts.get("hired_on") and parse_day(texts["hired_on"]) is None:
        wrong("hired_on", _("Write the day as 2026-03-01."))
    username = _username(texts, employee)
    if username and not _USERNAME.match(username):
        wrong("username", _("Use 2 to 40 Latin letters, digits, dots or hyphens."))
    owner = known.by_username.get(username)
    if owner is not None and owner is not employee:
        wrong("username", _("Another person has this user name."))
    if employee is not None and employee.status is EmployeeStatus.LEFT and employee.password_hash:
        wrong("staff_number", _("This person has left. Reactivate the account first."))
    if employee is not None and not may(actor, employee, Permission.EMPLOYEE_MANAGE):
        wrong("staff_number", _("You may not change this person's account."))
    values = {
        "staff_number": texts["staff_number"],
        "name": texts["name"],
        "name_latin": texts.get("name_latin")
        or (
            employee.name_latin
            if employee and employee.name == texts["name"]
            else pinyin(texts["name"])
        ),
        "username": username,
        "email": texts["email"],
        "department_id": department.id if department else None,
        "job_role_id": role.id if role else (employee.job_role_id if employee else None),
        "manager": texts.get("manager", ""),
        "hired_on": texts.get("hired_on", ""),
    }
    changed = _changed_fields(employee, values, known) if employee and not errors else []
    return {
        "number": line.number,
        "values": values,
        "errors": errors,
        "changed": changed,
        "does": WRONG
        if errors
        else CREATE
        if employee is None
        else UPDATE
        if changed
        else UNCHANGED,
    }


def _username(texts: dict[str, str], employee: Employee | None) -> str:
    """Return the typed user name, the present one, or the part of the address before the @."""
    typed = texts.get("username", "") or (employee.username if employee else "")
    return (typed or texts["email"].partition("@")[0]).casefold()


def _changed_fields(employee: Employee, values: dict[str, Any], known: _Known) -> list[str]:
    columns = ("name", "name_latin", "username", "email", "department_id", "job_role_id")
    changed = [column for column in columns if getattr(employee, column) != values[column]]
    if employee.status is EmployeeStatus.LEFT:
        changed.append("status")  # an import that was undone, sent again
    day = parse_day(values["hired_on"])
    if day is not None and day != employee.hired_on:
        changed.append("hired_on")
    if values["manager"]:
        manager = known.by_number.get(values["manager"])
        if manager is None or manager.id != employee.manager_id:
            changed.append("manager_id")
    return changed


def _refuse_doubles(rows: Sequence[dict[str, Any]]) -> None:
    for field in ("staff_number", "username"):
        seen: dict[str, int] = {}
        for row in rows:
            value = row["values"][field]
            if not value:
                continue
            if value in seen:
                reason = _("The same stands in an earlier row.")
                row["errors"].append({"field": field, "reason": reason})
                row["does"] = WRONG
            else:
                seen[value] = row["number"]


def _check_managers(rows: Sequence[dict[str, Any]], known: _Known) -> None:
    """Refuse unknown managers and circles: nobody may be above herself once all is applied."""
    above: dict[str, str | None] = {}
    for number, employee in known.by_number.items():
        manager = known.by_id.get(employee.manager_id or 0)
        above[number] = manager.staff_number if manager else None
    for row in rows:
        values = row["values"]
        above[values["staff_number"]] = values["manager"] or above.get(values["staff_number"])
    for row in rows:
        number, manager = row["values"]["staff_number"], row["values"]["manager"]
        if not manager:
            continue
        if manager not in above:
            _mark_wrong(row, "manager", _("Nobody has this staff number."))
            continue
        seen = {number}
        at: str | None = manager
        while at is not None and at not in seen:
            seen.add(at)
            at = above.get(at)
        if at == number:
            _mark_wrong(row, "manager", _("Nobody can be above herself."))


def _mark_wrong(row: dict[str, Any], field: str, reason: str) -> None:
    row["errors"].append({"field": field, "reason": reason})
    row["does"] = WRONG


def _create(session: Session, actor: Person, row: dict[str, Any], known: _Known) -> dict[str, Any]:
    values = row["values"]
    if values["staff_number"] in known.by_number:
        raise RuleError(_("The staff list changed since the check. Send the list again."))
    employee = create_employee(
        session,
        actor,
        NewEmployee(
            staff_number=values["staff_number"],
            username=values["username"],
            name=values["name"],
            name_latin=values["name_latin"],
            email=values["email"],
            department_id=values["department_id"],
            job_role_id=values["job_role_id"],
            hired_on=parse_day(values["hired_on"]),
        ),
    )
    known.by_number[employee.staff_number] = employee
    return {"employee_id": employee.id, "created": True, "before": {}, "after": {}}


def _update(session: Session, actor: Person, row: dict[str, Any], known: _Known) -> dict[str, Any]:
    values, changed = row["values"], row["changed"]
    employee = known.by_number.get(values["staff_number"])
    if employee is None:
        raise RuleError(_("The staff list changed since the check. Send the list again."))
    fields = [field for field in changed if field != "manager_id"]
    before = {field: _plain(getattr(employee, field)) for field in fields}
    if "status" in fields:
        reactivate(session, employee, actor, expected_version=employee.version)
        session.flush()
    if "job_role_id" in fields:
        change_job_role(
            session,
            employee,
            actor,
            values["job_role_id"],
            max(clock.today(), employee.hired_on),
            expected_version=employee.version,
        )
    update_employee(
        session,
        employee,
        actor,
        EmployeeChanges(
            staff_number=employee.staff_number,
            username=values["username"],
            name=values["name"],
            name_latin=values["name_latin"],
            email=values["email"],
            department_id=values["department_id"],
            manager_id=employee.manager_id,
            hired_on=parse_day(values["hired_on"]),
        ),
        expected_version=employee.version,
    )
    after = {field: _plain(getattr(employee, field)) for field in fields}
    return {"employee_id": employee.id, "created": False, "before": before, "after": after}


def _set_managers(
    session: Session, rows: Sequence[dict[str, Any]], known: _Known, changes: list[dict[str, Any]]
) -> None:
    """Name the managers once everybody exists: a manager may stand below in the list."""
    by_id = {change["employee_id"]: change for change in changes}
    for row in rows:
        if row["does"] == UNCHANGED or not row["values"]["manager"]:
            continue
        employee = known.by_number[row["values"]["staff_number"]]
        manager = known.by_number.get(row["values"]["manager"])
        if manager is None:
            raise RuleError(_("The staff list changed since the check. Send the list again."))
        if employee.manager_id != manager.id:
            change = by_id[employee.id]
            change["before"]["manager_id"] = employee.manager_id
            change["after"]["manager_id"] = manager.id
            employee.manager_id = manager.id
    session.flush()


def _remove(session: Session, employee: Employee, actor: Person) -> str | None:
    """Remove somebody who was added; return why that is not possible, or None."""
    has_signed_in = session.scalar(
        select(UserSession.id).where(UserSession.employee_id == employee.id).limit(1)
    )
    if has_signed_in or employee.password_hash:
        return _("Has signed in already. Mark the person as left instead.")
    if session.scalar(select(AccessGrant.id).where(AccessGrant.employee_id == employee.id)):
        return _("Holds access rights already. Take them away first.")
    number = employee.staff_number
    try:
        with session.begin_nested():  # a foreign key keeps whoever others refer to
            session.execute(delete(OneTimeLink).where(OneTimeLink.employee_id == employee.id))
            session.delete(employee)
            session.flush()
    except IntegrityError as error:
        if "foreign key" not in str(error.orig).lower():
            raise
        mark_left(session, employee, actor, expected_version=employee.version)
        return _("Training records refer to this person already: marked as left.")
    audit.record(session, actor, "people.remove_created", None, staff_number=number)
    return None


def _restore(
    session: Session,
    employee: Employee,
    actor: Person,
    before: dict[str, Any],
    after: dict[str, Any],
) -> str | None:
    """Put back what the import changed; return why a part stays, or None."""
    since = [field for field in after if _plain(getattr(employee, field)) != after[field]]
    back = {field: value for field, value in before.items() if field not in since}
    if not may(actor, employee, Permission.EMPLOYEE_MANAGE):
        return _("You may not change this person's account.")
    try:
        if "job_role_id" in back:
            change_job_role(
                session,
                employee,
                actor,
                back["job_role_id"],
                max(clock.today(), employee.hired_on),
                expected_version=employee.version,
            )
        update_employee(
            session,
            employee,
            actor,
            _changes_back(employee, back),
            expected_version=employee.version,
        )
        if back.get("status") == EmployeeStatus.LEFT:
            mark_left(session, employee, actor, expected_version=employee.version)
    except RuleError as error:
        return error.text
    return _("Somebody changed this person since; the newer values stay.") if since else None


def _changes_back(employee: Employee, back: dict[str, Any]) -> EmployeeChanges:
    def value(field: str) -> Any:
        return back[field] if field in back else getattr(employee, field)

    hired_on = value("hired_on")
    return EmployeeChanges(
        staff_number=employee.staff_number,
        username=value("username"),
        name=value("name"),
        name_latin=value("name_latin"),
        email=value("email"),
        department_id=value("department_id"),
        manager_id=value("manager_id"),
        hired_on=date.fromisoformat(hired_on) if isinstance(hired_on, str) else hired_on,
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
