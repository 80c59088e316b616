"""Whoever looks at a page: read in one small statement on each request, never an ORM entity."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, g, request
from flask import session as cookie
from flask_login import LoginManager
from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, aliased

from training_platform.core import clock
from training_platform.core.db import db, fetch, writing
from training_platform.core.i18n import language, pick
from training_platform.core.permissions import PRIVILEGED, Right
from training_platform.people.models import (
    AccessGrant,
    Department,
    Employee,
    EmployeeStatus,
    UserSession,
)

login_manager = LoginManager()
login_manager.session_protection = None  # the row in the database is the session

SLIDING = timedelta(days=30)
PRIVILEGED_IDLE = timedelta(minutes=30)
PRIVILEGED_AT_MOST = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=5)
PRIVILEGED_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Viewer:
    """The signed-in person, with what permissions and pages ask for all the time."""

    id: int
    session_id: int
    name: str
    name_latin: str
    username: str
    department_id: int
    department_path: str
    department_name: dict[str, Any]
    job_role_id: str | None
    locale: str | None
    theme: str
    timezone: str | None
    picture_id: int | None
    must_change_password: bool
    has_second_factor: bool
    has_totp: bool
    rights: frozenset[str]
    headed_paths: tuple[str, ...]
    #: Somebody reports to this person.
    leads_people: bool = False

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return the id as Flask-Login keeps it."""
        return str(self.id)

    @property
    def is_privileged(self) -> bool:
        """Tell whether a right is held that asks for a second factor and a short session."""
        return not PRIVILEGED.isdisjoint(self.rights)

    def has(self, *rights: Right) -> bool:
        """Tell whether one of the rights is held."""
        return any(right in self.rights for right in rights)

    @property
    def shown_name(self) -> str:
        """Return the name as the page's language greets: in English the Latin one, if known."""
        return self.name if language() == "zh" else self.name_latin or self.name

    @property
    def department(self) -> str:
        """Return the department's name in the page's language."""
        return pick(self.department_name)


_report = aliased(Employee)
_headed = aliased(Department)
#: One row for each right that the person holds, or one without a right.
_SESSION = (
    select(
        UserSession.id,
        UserSession.created_at,
        UserSession.last_seen_at,
        UserSession.expires_at,
        UserSession.has_second_factor,
        Employee.id.label("employee_id"),
        Employee.name,
        Employee.name_latin,
        Employee.username,
        Employee.department_id,
        Department.path,
        Department.name.label("department_name"),
        Employee.job_role_id,
        Employee.locale,
        Employee.theme,
        Employee.timezone,
        Employee.picture_id,
        Employee.must_change_password,
        Employee.totp_secret.is_not(None).label("has_totp"),
        exists().where(_report.manager_id == Employee.id).label("leads_people"),
        AccessGrant.right,
        _headed.path.label("headed_path"),
    )
    .join(Employee, Employee.id == UserSession.employee_id)
    .join(Department, Department.id == Employee.department_id)
    .outerjoin(AccessGrant, AccessGrant.employee_id == Employee.id)
    .outerjoin(_headed, _headed.id == AccessGrant.department_id)
    .where(
        UserSession.token_digest == bindparam("digest"),
        UserSession.ended_at.is_(None),
        Employee.status == EmployeeStatus.ACTIVE,
    )
)
_RIGHTS = (
    select(AccessGrant.right, Department.path)
    .outerjoin(Department, Department.id == AccessGrant.department_id)
    .where(AccessGrant.employee_id == bindparam("employee_id"))
)

_TOUCH = (
    update(UserSession)
    .where(UserSession.id == bindparam("of"))
    .values(last_seen_at=bindparam("now"), expires_at=bindparam("end"))
)


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """Return an opaque token of 256 bits."""
    return secrets.token_urlsafe(32)


def rights_of(
    session: Session, employee_id: int, department_path: str
) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the rights that somebody holds, and the paths of the departments that she heads.

    A head's grant without a department means her own.
    """
    rows = fetch(session, _RIGHTS, {"employee_id": employee_id}).all()
    return _held(((right, path) for right, path in rows), department_path)


def _held(
    grants: Iterable[tuple[Right, str | None]], department_path: str
) -> tuple[frozenset[str], tuple[str, ...]]:
    rows = list(grants)
    rights = frozenset(right.value for right, _path in rows)
    headed = tuple(
        path or department_path for right, path in rows if right is Right.DEPARTMENT_HEAD
    )
    return rights, headed


def viewer_of(session: Session, employee: Employee, *, session_id: int = 0) -> Viewer:
    """Return an employee as an acting person: for commands, the demo company and tests."""
    department = session.get_one(Department, employee.department_id)
    rights, headed = rights_of(session, employee.id, department.path)
    return Viewer(
        id=employee.id,
        session_id=session_id,
        name=employee.name,
        name_latin=employee.name_latin,
        username=employee.username,
        department_id=employee.department_id,
        department_path=department.path,
        department_name=department.name,
        job_role_id=employee.job_role_id,
        locale=employee.locale,
        theme=employee.theme,
        timezone=employee.timezone,
        picture_id=employee.picture_id,
        must_change_password=employee.must_change_password,
        has_second_factor=True,
        has_totp=employee.totp_secret is not None,
        rights=rights,
        headed_paths=headed,
        leads_people=bool(
            session.scalar(select(exists().where(_report.manager_id == employee.id)))
        ),
    )


def is_alive(
    created_at: datetime, last_seen_at: datetime, expires_at: datetime, *, is_privileged: bool
) -> bool:
    """Tell whether a session still counts: 30 days sliding, or 30 minutes idle and 12 hours."""
    now = clock.now()
    if now >= expires_at:
        return False
    if not is_privileged:
        return True
    return now - last_seen_at < PRIVILEGED_IDLE and now - created_at < PRIVILEGED_AT_MOST


@login_manager.request_loader
def load_viewer(_request: Any) -> Viewer | None:
    """Return whoever the cookie's token names, if the session in the database is alive."""
    token = cookie.get("sid")
    if not token:
        return None
    rows = fetch(db.session(), _SESSION, {"digest": digest(token)}).all()
    if not rows:
        return None
    row = rows[0]
    grants = ((each.right, each.headed_path) for each in rows if each.right is not None)
    rights, headed = _held(grants, row.path)
    viewer = Viewer(
        id=row.employee_id,
        session_id=row.id,
        name=row.name,
        name_latin=row.name_latin,
        username=row.username,
        department_id=row.department_id,
        department_path=row.path,
        department_name=row.department_name,
        job_role_id=row.job_role_id,
        locale=row.locale,
        theme=row.theme,
        timezone=row.timezone,
        picture_id=row.picture_id,
        must_change_password=row.must_change_password,
        has_second_factor=row.has_second_factor,
        has_totp=row.has_totp,
        rights=rights,
        headed_paths=headed,
        leads_people=row.leads_people,
    )
    if not is_alive(
        row.created_at, row.last_seen_at, row.expires_at, is_privileged=viewer.is_privileged
    ):
        return None
    g.viewer = viewer
    pause = PRIVILEGED_TOUCH_EVERY if viewer.is_privileged else TOUCH_EVERY
    if clock.now() - row.last_seen_at > pause:
        g.touch_session = row.id
    return viewer


def leave_idle() -> None:
    """Let this request be no sign of use: a page asked for it by itself, again and again."""
    g.leaves_idle = True


def touch_session(response: Any) -> Any:
    """After a page: note now and then that the session was used. Never a reason for a fault."""
    session_id = g.pop("touch_session", None)
    if session_id is None or g.get("leaves_idle") or request.endpoint == "static":
        return response
    try:
        with writing() as session:
            now = clock.now()
            fetch(session, _TOUCH, {"of": session_id, "now": now, "end": now + SLIDING})
    except DBAPIError:
        db.session.rollback()
    return response


def init_app(app: Flask) -> None:
    """Let Flask-Login read the viewer from our session."""
    login_manager.init_app(app)
    app.after_request(touch_session)
