"""What can go wrong in the business, as opposed to in the code."""

from collections.abc import Mapping
from typing import Any


def _(text: str) -> str:
    """Mark a text for the catalogs; the error page translates it."""
    return text


class DomainError(Exception):
    """A request that the business rules refuse. Shown to the user; never logged as a fault.

    text and advice are message ids; values fills their placeholders.
    """

    http_status = 400
    text = _("This is not possible.")
    advice = _("Go back, look at what you entered, and try again.")
    #: Instead of the advice, where the page carries what was sent.
    advice_on_sending_again = ""
    subject: object | None = None

    def __init__(self, text: str | None = None, **values: Any) -> None:
        self.text = text or type(self).text
        self.values: Mapping[str, Any] = values
        super().__init__(self.text)


class NotSignedInError(DomainError):
    """Nobody is signed in."""

    http_status = 401
    text = _("Please sign in.")
    advice = _("Sign in, and you come back to this page.")


class SessionOverError(NotSignedInError):
    """Somebody sent a form, but the sign-in had ended meanwhile; nothing was saved."""

    text = _("You are no longer signed in. Nothing was saved yet.")
    advice = _("Sign in again. What you had entered stands below.")
    advice_on_sending_again = _(
        "Sign in in a new tab, come back here, and continue: what you had entered goes along."
    )


class NotPermittedError(DomainError):
    """The person may read the object, but not do this to it."""

    http_status = 403
    text = _("You may not do this.")
    advice = _("Ask your training administrator if you think that you should.")


class NotFoundError(DomainError):
    """There is no such object, or the person may not know that there is one."""

    http_status = 404
    text = _("This page does not exist, or it is not yours to see.")
    advice = _("Check the address, or start from today's page.")


class InvalidTransitionError(DomainError):
    """The object is not in a state that allows this."""

    http_status = 409
    text = _("This is no longer possible in the present state.")
    advice = _("Reload the page to see what is true now.")


class ConflictError(DomainError):
    """Somebody else changed the subject meanwhile; the error page shows what it is now."""

    http_status = 409
    text = _("Somebody else changed this while you were working on it. Nothing was saved.")
    advice = _("Compare what is true now with what you had entered, then decide again.")

    def __init__(self, subject: object | None = None) -> None:
        super().__init__()
        self.subject = subject


class TooLargeError(DomainError):
    """More was sent than this place takes."""

    http_status = 413
    text = _("What you sent is too large.")
    advice = _("Choose a smaller file, or send it in parts.")


class RuleError(DomainError):
    """A rule of the department refuses well-formed input; field names the culprit."""

    http_status = 422
    text = _("This cannot be saved as it is.")

    def __init__(self, text: str | None = None, *, field: str | None = None, **values: Any) -> None:
        super().__init__(text, **values)
        self.field = field


class TooManyTriesError(DomainError):
    """Too many tries from one place or for one account; seconds says how long to wait."""

    http_status = 429
    text = _("Too many tries. Please wait a moment.")
    advice = _("Wait, then try again. Nothing else has changed.")

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class UnavailableError(DomainError):
    """Something that the platform needs does not answer; nothing was saved."""

    http_status = 503
    text = _("The platform is busy or being looked after. Nothing was saved.")
    advice = _("What you typed is still in your browser: go back and send it again in a minute.")


class NoSpaceError(DomainError):
    """The disk is full; nothing was saved, reading goes on."""

    http_status = 507
    text = _("The server has no space left. Nothing was saved.")
    advice = _("Tell the administrator. Reading still works; what you typed is in your browser.")
