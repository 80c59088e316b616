"""The second factor: codes of an authenticator app, and recovery codes for a lost telephone."""

import hmac
import secrets
from unicodedata import normalize

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from training_platform.core import audit, clock, crypto, throttle
from training_platform.core.db import lock
from training_platform.core.errors import NotPermittedError, RuleError
from training_platform.core.permissions import PRIVILEGED, Permission, authorize
from training_platform.people.models import Employee, RecoveryCode, UserSession
from training_platform.people.services.sessions import end_sessions
from training_platform.people.viewer import Viewer, digest, new_token

PURPOSE = "totp"
SCOPE = "second_factor"
LIMIT = 10
MINUTES = 15
STEP_SECONDS = 30
CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def new_secret() -> str:
    """Return a secret for an authenticator app; nothing is stored yet."""
    return pyotp.random_base32()


def enrol(session: Session, viewer: Viewer, secret: str, code: str) -> tuple[str, list[str]]:
    """Take a secret into use once its code was shown.

    Returns the session's new token and the recovery codes, which are shown this once.

    The present session counts as complete, all others end. Raises RuleError for a wrong code.
    """
    employee = lock(session, Employee, viewer.id)
    step = _step_of(secret, code, after=0)
    if step is None:
        text = _("This code is not right. Wait for the next one and try again.")
        raise RuleError(text, field="code")
    kept = crypto.encrypt(secret, purpose=PURPOSE)
    _update(session, employee.id, totp_secret=kept, totp_last_step=step)
    token = _complete(session, viewer)
    end_sessions(session, employee.id, "second_factor", except_id=viewer.session_id)
    audit.record(session, viewer, "people.enrol_second_factor", employee)
    return token, _renew_codes(session, employee.id)


def show_code(session: Session, viewer: Viewer, code: str) -> str | None:
    """Complete the session and return its new token, or count the failed try and return None.

    A step of the app and a recovery code work once. Raises TooManyTriesError after too many.
    """
    throttle.check(session, SCOPE, str(viewer.id), limit=LIMIT, minutes=MINUTES)
    employee = lock(session, Employee, viewer.id)
    if employee.totp_secret is None:
        raise NotPermittedError
    secret = crypto.decrypt(employee.totp_secret, purpose=PURPOSE)
    step = _step_of(secret, code, after=employee.totp_last_step)
    if step is not None:
        _update(session, employee.id, totp_last_step=step)
    elif not _use_recovery_code(session, employee.id, code):
        throttle.count(session, SCOPE, str(viewer.id))
        audit.record(session, viewer, "people.second_factor_failed", employee)
        return None
    else:
        audit.record(session, viewer, "people.use_recovery_code", employee)
    throttle.forget(session, SCOPE, str(viewer.id))
    audit.record(session, viewer, "people.show_second_factor", employee)
    return _complete(session, viewer)


def renew_recovery_codes(session: Session, viewer: Viewer) -> list[str]:
    """Replace the recovery codes; return the new ones, this once."""
    employee = lock(session, Employee, viewer.id)
    if employee.totp_secret is None:
        raise NotPermittedError
    audit.record(session, viewer, "people.renew_recovery_codes", employee)
    return _renew_codes(session, employee.id)


def count_recovery_codes(session: Session, employee_id: int) -> int:
    """Return how many recovery codes are left."""
    unused = select(func.count()).where(
        RecoveryCode.employee_id == employee_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(unused) or 0


def remove(session: Session, employee: Employee, actor: Viewer, *, is_demo: bool) -> None:
    """Take the second factor away: one's own where no right asks for it, or that of a lost phone.

    Ends the person's other sessions. Raises NotPermittedError and RuleError accordingly.
    """
    is_own = employee.id == actor.id
    if not is_own:
        authorize(actor, employee, Permission.EMPLOYEE_MANAGE)
    elif not is_demo and not PRIVILEGED.isdisjoint(actor.rights):
        raise RuleError(_("Your access rights ask for a second factor. It cannot be removed."))
    _update(session, employee.id, totp_secret=None)
    session.execute(delete(RecoveryCode).where(RecoveryCode.employee_id == employee.id))
    kept = actor.session_id if is_own else None
    end_sessions(session, employee.id, "second_factor", except_id=kept)
    audit.record(session, actor, "people.remove_second_factor", employee)


def _step_of(secret: str, code: str, *, after: int) -> int | None:
    """Return the time step that the code belongs to, if it was not used before."""
    totp = pyotp.TOTP(secret)
    typed = "".join(normalize("NFKC", code).split())  # Chinese keyboards also type wide digits
    if not typed.isascii():
        return None
    now = int(clock.now().timestamp()) // STEP_SECONDS
    for step in (now, now - 1, now + 1):
        if step > after and hmac.compare_digest(totp.generate_otp(step), typed):
            return step
    return None


def _use_recovery_code(session: Session, employee_id: int, code: str) -> bool:
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.employee_id == employee_id,
            RecoveryCode.digest == _digest(employee_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def _renew_codes(session: Session, employee_id: int) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.employee_id == employee_id))
    codes = []
    for _number in range(CODES):
        letters = "".join(secrets.choice(_ALPHABET) for _letter in range(16))
        codes.append("-".join(letters[at : at + 4] for at in range(0, 16, 4)))
        session.add(RecoveryCode(employee_id=employee_id, digest=_digest(employee_id, codes[-1])))
    return codes


def _digest(employee_id: int, code: str) -> str:
    letters = "".join(character for character in code.lower() if character.isalnum())
    return digest(f"{employee_id}:{letters}")


def _complete(session: Session, viewer: Viewer) -> str:
    token = new_token()
    session.execute(
        update(UserSession)
        .where(UserSession.id == viewer.session_id)
        .values(has_second_factor=True, token_digest=digest(token))
    )
    return token


def _update(session: Session, employee_id: int, **values: object) -> None:
    """Change the account without a new version: nobody else's form is about this."""
    session.execute(update(Employee).where(Employee.id == employee_id).values(**values))
