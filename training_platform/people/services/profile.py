"""What people do with their own account."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from training_platform.core import audit, clock, files
from training_platform.core.errors import NotPermittedError
from training_platform.core.permissions import Permission, authorize
from training_platform.people.models import Employee
from training_platform.people.services.sessions import end_sessions
from training_platform.people.viewer import Viewer

THEMES = ("system", "light", "dark")
#: Pictures that were replaced stay a day, for pages that are still open.
KEEP_REPLACED = timedelta(days=1)


@dataclass(frozen=True)
class Preferences:
    """How somebody wants to see the platform."""

    locale: str | None
    theme: str
    timezone: str | None


def save_preferences(session: Session, viewer: Viewer, wanted: Preferences) -> None:
    """Keep one's language, theme and time zone. No new version: HR's forms are not about this."""
    _update(
        session,
        viewer.id,
        locale=wanted.locale,
        theme=wanted.theme,
        timezone=wanted.timezone,
    )


def save_theme(session: Session, viewer: Viewer, theme: str) -> None:
    """Keep one's theme."""
    _update(session, viewer.id, theme=theme)


def set_picture(session: Session, viewer: Viewer, webp: bytes) -> None:
    """Keep a picture that was re-encoded by files.square_picture()."""
    stored = files.store(
        session,
        webp,
        name="picture.webp",
        media_type="image/webp",
        purpose="picture",
        owner_id=viewer.id,
    )
    _replace_picture(session, viewer, stored.id)


def remove_picture(session: Session, viewer: Viewer) -> None:
    """Show the letters of the name again."""
    _replace_picture(session, viewer, None)


def remove_picture_of(session: Session, employee: Employee, actor: Viewer) -> None:
    """Take an unfitting picture away, as whoever manages the account."""
    authorize(actor, employee, Permission.EMPLOYEE_MANAGE)
    _expire(session, employee.picture_id)
    employee.picture_id = None
    audit.record(session, actor, "people.remove_picture", employee)


def change_password(
    session: Session, viewer: Viewer, *, old_hash: str | None, new_hash: str
) -> None:
    """Set one's new password and end all other sessions.

    old_hash is what the old password was checked against before the transaction; raises
    NotPermittedError if it is no longer the one that counts.
    """
    changed = session.execute(
        update(Employee)
        .where(Employee.id == viewer.id, Employee.password_hash == old_hash)
        .values(password_hash=new_hash, must_change_password=False)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise NotPermittedError
    end_sessions(session, viewer.id, "password", except_id=viewer.session_id)
    employee = session.get_one(Employee, viewer.id)
    audit.record(session, viewer, "people.change_password", employee)


def _replace_picture(session: Session, viewer: Viewer, picture_id: int | None) -> None:
    _expire(session, viewer.picture_id)
    _update(session, viewer.id, picture_id=picture_id)


def _expire(session: Session, picture_id: int | None) -> None:
    stored = session.get(files.StoredFile, picture_id) if picture_id else None
    if stored is not None:
        stored.expires_at = clock.now() + KEEP_REPLACED


def _update(session: Session, employee_id: int, **values: object) -> None:
    session.execute(update(Employee).where(Employee.id == employee_id).values(**values))
