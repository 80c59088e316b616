"""Sessions: one row for each signed-in browser."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.errors import NotPermittedError
from training_platform.core.permissions import Permission, Person, authorize, may
from training_platform.people.models import Employee, UserSession
from training_platform.people.viewer import SLIDING, Viewer, digest, new_token


def open_session(
    session: Session,
    employee_id: int,
    *,
    network: str | None = None,
    user_agent: str = "",
    has_second_factor: bool = False,
) -> str:
    """Add a session and return its token, which is kept nowhere but in the browser."""
    token = new_token()
    session.add(
        UserSession(
            token_digest=digest(token),
            employee_id=employee_id,
            created_at=clock.now(),
            last_seen_at=clock.now(),
            expires_at=clock.now() + SLIDING,
            network=network,
            user_agent=user_agent[:200],
            has_second_factor=has_second_factor,
        )
    )
    return token


def end_session(session: Session, ending: UserSession, actor: Person, reason: str) -> None:
    """End one session; only its owner and whoever manages the account may.

    Raises NotPermittedError for others. A session that has ended stays as it is.
    """
    employee = session.get_one(Employee, ending.employee_id)
    if employee.id != actor.id and not may(actor, employee, Permission.EMPLOYEE_MANAGE):
        raise NotPermittedError
    if ending.ended_at is None:
        ending.ended_at, ending.end_reason = clock.now(), reason
        audit.record(session, actor, "people.end_session", employee, reason=reason)


def end_sessions(
    session: Session, employee_id: int, reason: str, *, except_id: int | None = None
) -> int:
    """End all sessions of one person, but for one if wanted; return how many ended.

    A part of other acts, which authorize and audit.
    """
    statement = (
        update(UserSession)
        .where(UserSession.employee_id == employee_id, UserSession.ended_at.is_(None))
        .values(ended_at=clock.now(), end_reason=reason)
    )
    if except_id is not None:
        statement = statement.where(UserSession.id != except_id)
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def end_other_sessions(session: Session, viewer: Viewer) -> int:
    """Sign all of one's own devices out but the present one; return how many there were."""
    ended = end_sessions(session, viewer.id, "ended_by_owner", except_id=viewer.session_id)
    employee = session.get_one(Employee, viewer.id)
    audit.record(session, viewer, "people.end_session", employee, count=ended)
    return ended


def end_sessions_of(session: Session, employee: Employee, actor: Person) -> int:
    """Sign all devices of somebody out, as whoever manages the account."""
    authorize(actor, employee, Permission.EMPLOYEE_MANAGE)
    ended = end_sessions(session, employee.id, "ended_by_admin")
    audit.record(session, actor, "people.end_session", employee, count=ended)
    return ended
