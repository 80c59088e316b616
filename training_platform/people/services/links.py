"""Links that work once: the first sign-in of new people, and passwords that were forgotten."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import render_template
from flask_babel import force_locale, gettext
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from training_platform.core import audit, clock, jobs, outbox, throttle
from training_platform.core.errors import InvalidTransitionError
from training_platform.core.permissions import SYSTEM, Permission, Person, authorize
from training_platform.core.text import fold
from training_platform.core.web import external_url
from training_platform.people.models import Employee, EmployeeStatus, OneTimeLink
from training_platform.people.services.sessions import end_sessions
from training_platform.people.services.sign_in import Place
from training_platform.people.viewer import digest, new_token, viewer_of

RESET = "reset"
WELCOME = "welcome"
LIFETIME = {RESET: timedelta(hours=1), WELCOME: timedelta(days=7)}
SCOPE = "reset"
NETWORK_LIMIT = 20
MINUTES = 60
#: More mails an hour to one person would be a nuisance that strangers can cause.
LIMIT = 3


def ask_reset(session: Session, typed: str, place: Place) -> None:
    """Note that somebody forgot a password; a job looks whether there is such an account.

    So the answer, and the time it takes, is the same for every name. Raises TooManyTriesError
    for a network that asks too often.
    """
    network = place.network or ""
    throttle.check(session, SCOPE, network, limit=NETWORK_LIMIT, minutes=MINUTES)
    throttle.count(session, SCOPE, network)
    jobs.put(session, "people.send_reset", {"typed": typed[:200]}, key=new_token())


def send_reset(session: Session, typed: str) -> None:
    """Send a reset link to whoever has this user name or mail address; otherwise do nothing."""
    employee = session.scalars(
        select(Employee).where(
            or_(Employee.username == fold(typed), func.lower(Employee.email) == typed.lower()),
            Employee.status == EmployeeStatus.ACTIVE,
        )
    ).first()
    if employee is None or _sent_lately(session, employee.id) >= LIMIT:
        return
    token, link = _make_link(session, employee, RESET)
    _mail(session, employee, link, external_url("people.reset_password", token=token))
    audit.record(session, SYSTEM, "people.send_reset", employee)


def send_welcome(session: Session, employee: Employee, actor: Person) -> str:
    """Send the link for the first sign-in and return its address; earlier ones stop working.

    Raises InvalidTransitionError for people who may not sign in.
    """
    authorize(actor, employee, Permission.EMPLOYEE_MANAGE)
    if employee.status is not EmployeeStatus.ACTIVE:
        raise InvalidTransitionError
    token, link = _make_link(session, employee, WELCOME)
    address = external_url("people.welcome", token=token)
    _mail(session, employee, link, address)
    audit.record(session, actor, "people.send_welcome", employee)
    return address


def find_link(session: Session, token: str, purpose: str) -> OneTimeLink | None:
    """Return the link if it still works, for a person who may sign in."""
    return session.scalars(
        select(OneTimeLink)
        .join(Employee, Employee.id == OneTimeLink.employee_id)
        .where(
            OneTimeLink.token_digest == digest(token),
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > clock.now(),
            Employee.status == EmployeeStatus.ACTIVE,
        )
    ).one_or_none()


def use_link(session: Session, token: str, purpose: str, new_hash: str) -> bool:
    """Set the password and end all sessions; False if the link does not work (any more)."""
    link = find_link(session, token, purpose)
    if link is None:
        return False
    employee_id = link.employee_id
    claimed = session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None))
        .values(used_at=clock.now())
    )
    if not claimed.rowcount:  # type: ignore[attr-defined]
        return False
    _forget_unused(session, employee_id)
    session.execute(
        update(Employee)
        .where(Employee.id == employee_id)
        .values(password_hash=new_hash, must_change_password=False)
    )
    end_sessions(session, employee_id, "password")
    employee = session.get_one(Employee, employee_id)
    audit.record(session, viewer_of(session, employee), f"people.use_{purpose}_link", employee)
    return True


@jobs.job("people.send_reset")
def _send_reset_job(context: jobs.JobContext, payload: Mapping[str, Any]) -> None:
    from training_platform.core.db import writing  # noqa: PLC0415  # services never open one

    with writing() as session:
        if jobs.is_first_effect(session, context.job_id):
            send_reset(session, payload["typed"])


def _make_link(session: Session, employee: Employee, purpose: str) -> tuple[str, OneTimeLink]:
    if purpose == WELCOME:
        _forget_unused(session, employee.id)
    token, now = new_token(), clock.now()
    link = OneTimeLink(
        token_digest=digest(token),
        employee_id=employee.id,
        purpose=purpose,
        created_at=now,
        expires_at=now + LIFETIME[purpose],
    )
    session.add(link)
    session.flush()  # the mail's key names the id
    return token, link


def _forget_unused(session: Session, employee_id: int) -> None:
    session.execute(
        delete(OneTimeLink).where(
            OneTimeLink.employee_id == employee_id, OneTimeLink.used_at.is_(None)
        )
    )


def _sent_lately(session: Session, employee_id: int) -> int:
    since = clock.now() - timedelta(hours=1)
    sent = select(func.count()).where(
        OneTimeLink.employee_id == employee_id,
        OneTimeLink.purpose == RESET,
        OneTimeLink.created_at > since,
    )
    return session.scalar(sent) or 0


def _mail(session: Session, employee: Employee, link: OneTimeLink, address: str) -> None:
    from flask import current_app  # noqa: PLC0415

    with force_locale(employee.locale or current_app.config["DEFAULT_LOCALE"]):
        subject = {
            RESET: gettext("Choose a new password"),
            WELCOME: gettext("Your account at the Customer Relations Academy"),
        }[link.purpose]
        body = render_template(
            f"emails/people/{link.purpose}.txt",
            name=employee.name,
            username=employee.username,
            address=address,
            expires_at=link.expires_at,
        )
    outbox.send(
        session,
        key=f"people.link:{link.token_digest[:32]}",  # ids may come again, digests not
        recipient=employee.email,
        subject=subject,
        body=body,
        employee_id=employee.id,
        kind=f"people.{link.purpose}",
    )
