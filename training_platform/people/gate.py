"""Nobody gets past an unfinished sign-in: a password to change, a second factor to show."""

from urllib.parse import urlencode

from flask import current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from training_platform.core.errors import NotSignedInError
from training_platform.core.web import SAFE_METHODS, is_htmx, wants_json
from training_platform.people.viewer import Viewer

#: Always open to whoever is half signed in.
OPEN = frozenset({"static", "people.sign_out", "people.set_theme"})


def require_complete_sign_in() -> ResponseReturnValue | None:
    """Lead to the page that finishes the sign-in, if something is missing."""
    viewer: Viewer | None = g.get("viewer")
    if viewer is None or request.endpoint in OPEN or _is_public():
        return None
    wanted = missing_step(viewer)
    if wanted is None or request.endpoint == wanted:
        return None
    if wants_json() or is_htmx():
        raise NotSignedInError
    address = request.full_path.rstrip("?") if request.method in SAFE_METHODS else "/"
    return redirect(url_for(wanted) + "?" + urlencode({"next": address}), code=303)


def missing_step(viewer: Viewer) -> str | None:
    """Return the page that this sign-in still needs; None if it is complete.

    A second factor that was set up is always asked for. Privileged rights must have one,
    except in the demo, whose passwords are public anyway.
    """
    if viewer.has_totp and not viewer.has_second_factor:
        return "people.second_factor"
    if viewer.must_change_password:
        return "people.change_password"
    if viewer.is_privileged and not viewer.has_second_factor and not current_app.config["DEMO"]:
        return "people.enrol_second_factor"
    return None


def _is_public() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "is_public", False))
