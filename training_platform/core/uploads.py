"""Files that are refused before they are read: too large for the platform, or for their form."""

import io
from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g, request
from werkzeug.datastructures import ImmutableMultiDict

from training_platform.core.errors import TooLargeError

MEGABYTE = 1024 * 1024
View = TypeVar("View", bound=Callable[..., Any])


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


TOO_LARGE = _("The file is too large: at most %(limit)s MB. Choose a smaller one.")
_BODY = _("What you sent is too large: at most %(limit)s MB go at once.")
_TEXT = _("What you typed is too long: at most %(limit)s MB of text go at once.")


def takes_file(view: View) -> View:
    """Declare that a view takes a file and draws its form again where nothing was sent.

    It must do nothing unless its form is valid: after a refusal it runs with an empty one.
    """
    view.takes_file = True  # type: ignore[attr-defined]
    return view


def most_megabytes() -> int:
    """Return how large a file may be: what goes at once, less the form around it."""
    return max(int(current_app.config["MAX_CONTENT_LENGTH"]) // MEGABYTE - 1, 1)


def is_refused() -> bool:
    """Tell whether the request's file was refused unread: every form of it is invalid."""
    return bool(g.get("is_file_refused"))


def refuse_file() -> None:
    """Go on as if nothing had been sent, except that no form is valid."""
    g.is_file_refused = True
    empty: ImmutableMultiDict[str, Any] = ImmutableMultiDict()
    request.__dict__.update(stream=io.BytesIO(), form=empty, files=empty, values=empty)


def too_large() -> TooLargeError:
    """Return the refusal of a request, with the limit that it broke."""
    limit: int = current_app.config["MAX_CONTENT_LENGTH"]
    if request.content_length is not None and request.content_length <= limit:
        text, limit = _TEXT, current_app.config["MAX_FORM_MEMORY_SIZE"]
        return TooLargeError(text, limit=limit // MEGABYTE)
    return TooLargeError(_BODY, limit=limit // MEGABYTE)
