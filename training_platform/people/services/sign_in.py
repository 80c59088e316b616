"""Signing in and out."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock, throttle
from training_platform.core.text import fold
from training_platform.people.models import Employee, EmployeeStatus, UserSession
from training_platform.people.services.sessions import open_session
from training_platform.people.viewer import digest, viewer_of

SCOPE = "sign_in"
NETWORK_SCOPE = "sign_in_network"
MINUTES = 15
LIMIT = 10
NETWORK_LIMIT = 100


@dataclass(frozen=True)
class Candidate:
    """Whom a typed user name may mean: read before the password is checked."""

    username: str
    employee_id: int | None
    password_hash: str | None


@dataclass(frozen=True)
class Place:
    """Where a request comes from."""

    network: str | None
    user_agent: str = ""


def find_candidate(session: Session, username: str, place: Place) -> Candidate:
    """Return whom the user name means, also when it means nobody.

    Raises TooManyTriesError where too many tries failed for this name and network, or for the
    network alone; equally for names that nobody has.
    """
    name = fold(username)
    network = place.network or ""
    throttle.check(session, SCOPE, f"{name}|{network}", limit=LIMIT, minutes=MINUTES)
    throttle.check(session, NETWORK_SCOPE, network, limit=NETWORK_LIMIT, minutes=MINUTES)
    row = session.execute(
        select(Employee.id, Employee.password_hash).where(Employee.username == name)
    ).first()
    return Candidate(name, row.id if row else None, row.password_hash if row else None)


def sign_in(
    session: Session,
    candidate: Candidate,
    place: Place,
    *,
    is_right: bool,
    new_hash: str | None = None,
) -> str | None:
    """Open a session and return its token, or count the failed try and return None.

    is_right says whether the password fits candidate.password_hash. A password that changed
    meanwhile, a suspended or departed person and an unknown name fail in the same way.
    """
    network = place.network or ""
    employee = session.get(Employee, candidate.employee_id) if candidate.employee_id else None
    if (
        not is_right
        or employee is None
        or employee.status is not EmployeeStatus.ACTIVE
        or employee.password_hash != candidate.password_hash
    ):
        throttle.count(session, SCOPE, f"{candidate.username}|{network}")
        throttle.count(session, NETWORK_SCOPE, network)
        audit.record(session, None, "people.sign_in_failed", employee)
        return None
    throttle.forget(session, SCOPE, f"{candidate.username}|{network}")
    if new_hash:
        employee.password_hash = new_hash
    audit.record(session, viewer_of(session, employee), "people.sign_in", employee)
    return open_session(session, employee.id, network=place.network, user_agent=place.user_agent)


def sign_out(session: Session, token: str | None) -> None:
    """End the session of a token; nothing happens if it has ended."""
    row = session.scalars(
        select(UserSession).where(
            UserSession.token_digest == digest(token or ""), UserSession.ended_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        return
    employee = session.get_one(Employee, row.employee_id)
    row.ended_at, row.end_reason = clock.now(), "signed_out"
    audit.record(session, viewer_of(session, employee), "people.sign_out", employee)
