"""Departments: a tree whose paths are kept right."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit
from training_platform.core.db import expect_version
from training_platform.core.errors import RuleError
from training_platform.core.i18n import Text
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.people.models import Department


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def create_department(
    session: Session, actor: Person, *, code: str, name: Text, parent_id: int | None = None
) -> Department:
    """Add a department below another, or at the root.

    Raises RuleError if the code is taken or the parent does not exist.
    """
    authorize(actor, None, Permission.DEPARTMENT_MANAGE)
    if session.scalar(select(Department.id).where(Department.code == code)):
        raise RuleError(_("Another department has this code."), field="code")
    parent = _parent(session, parent_id)
    department = Department(code=code, name=dict(name), parent_id=parent_id, path="")
    session.add(department)
    session.flush()  # the path holds the id
    department.path = f"{parent.path if parent else '/'}{department.id}/"
    session.flush()
    audit.record(session, actor, "people.create_department", department, code=code)
    return department


def rename_department(
    session: Session,
    department: Department,
    actor: Person,
    *,
    code: str,
    name: Text,
    expected_version: int,
) -> None:
    """Give a department another name or code.

    Raises ConflictError for an old version, RuleError if the code is taken.
    """
    authorize(actor, department, Permission.DEPARTMENT_MANAGE)
    expect_version(department, expected_version)
    taken = select(Department.id).where(Department.code == code, Department.id != department.id)
    if session.scalar(taken):
        raise RuleError(_("Another department has this code."), field="code")
    department.code, department.name = code, dict(name)
    audit.record(session, actor, "people.rename_department", department, code=code)


def move_department(
    session: Session,
    department: Department,
    actor: Person,
    parent_id: int | None,
    *,
    expected_version: int,
) -> None:
    """Move a department with everything below it.

    Raises ConflictError for an old version, RuleError if the new place lies inside the
    department itself.
    """
    authorize(actor, department, Permission.DEPARTMENT_MANAGE)
    expect_version(department, expected_version)
    parent = _parent(session, parent_id)
    if parent is not None and parent.path.startswith(department.path):
        text = _("A department cannot be placed inside itself.")
        raise RuleError(text, field="parent_id")
    if department.parent_id == parent_id:
        return
    old, new = department.path, f"{parent.path if parent else '/'}{department.id}/"
    below = session.scalars(
        select(Department).where(Department.path.startswith(old, autoescape=True))
    ).all()
    for each in below:
        each.path = new + each.path.removeprefix(old)
    department.parent_id = parent_id
    session.flush()
    audit.record(session, actor, "people.move_department", department, parent_id=parent_id)


def change_department(
    session: Session,
    department: Department,
    actor: Person,
    *,
    code: str,
    name: Text,
    parent_id: int | None,
    expected_version: int,
) -> None:
    """Rename and move in one step, as the form does; refuses what either refuses."""
    rename_department(
        session, department, actor, code=code, name=name, expected_version=expected_version
    )
    session.flush()  # the version counts on
    move_department(session, department, actor, parent_id, expected_version=department.version)


def _parent(session: Session, parent_id: int | None) -> Department | None:
    if parent_id is None:
        return None
    parent = session.get(Department, parent_id)
    if parent is None:
        raise RuleError(_("Choose a department from the list."), field="parent_id")
    return parent
