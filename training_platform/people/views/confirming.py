"""Asking for the password again, without holding the write lock while it is checked."""

from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from training_platform.core import throttle
from training_platform.core.db import reading, transaction
from training_platform.people import passwords
from training_platform.people.forms.account import ConfirmPasswordForm
from training_platform.people.models import Employee

SCOPE = "confirm_password"
LIMIT = 10
MINUTES = 15


def password_is_right(form: ConfirmPasswordForm) -> bool:
    """Check the typed password; write a refusal beside the field if it is wrong."""
    return kept_hash(form) is not None


def kept_hash(form: ConfirmPasswordForm) -> str | None:
    """Return the hash that the typed password fits, else None with a refusal in the form.

    Raises TooManyTriesError after too many wrong ones.
    """
    key = str(current_user.id)
    with reading() as session:
        throttle.check(session, SCOPE, key, limit=LIMIT, minutes=MINUTES)
        kept = session.scalar(select(Employee.password_hash).where(Employee.id == current_user.id))
    if passwords.verify(kept, form.password.data or ""):
        return kept
    with transaction() as session:
        throttle.count(session, SCOPE, key)
    form.password.errors = [_("This is not your password.")]
    return None
