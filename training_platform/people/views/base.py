"""The blueprint of people, its places in the shell, and what every page of the shell knows."""

from typing import Any

from flask import Blueprint, Flask, g, request
from flask_babel import lazy_gettext as _l

from training_platform.core.navigation import Place, address_of
from training_platform.core.permissions import Permission
from training_platform.core.text import network_of
from training_platform.people.services.sign_in import Place as Origin
from training_platform.people.texts import (
    IMPORT_STATES,
    STATUSES,
    action_text,
    device_text,
    subject_text,
)

bp = Blueprint("people", __name__)

#: Places of the shell.
PLACES = (
    Place(
        key="me",
        text=_l("Me"),
        icon="user",
        endpoint="people.account",
        permission=Permission.SIGNED_IN,
        position=50,
        is_primary=True,
        endpoints=tuple(
            f"people.{name}"
            for name in (
                "security",
                "history",
                "change_password",
                "set_picture",
                "renew_recovery_codes",
                "remove_second_factor",
            )
        ),
    ),
    Place(
        key="administration",
        text=_l("Administration"),
        icon="settings",
        endpoint="people.employees",
        permission=Permission.EMPLOYEE_MANAGE,
        position=90,
        endpoints=tuple(
            f"people.{name}"
            for name in (
                "new_employee",
                "edit_employee",
                "change_job_role",
                "change_status",
                "departments",
                "new_department",
                "edit_department",
                "job_roles",
                "imports",
                "staff_import",
                "audit_log",
                "background_jobs",
            )
        ),
    ),
)


def init_app(app: Flask) -> None:
    """Tell the shell where to sign out and where the theme is kept."""
    app.context_processor(_shell_context)
    app.jinja_env.filters.update(
        action=action_text,
        subject=subject_text,
        device=device_text,
        import_state=IMPORT_STATES.__getitem__,
        person_status=STATUSES.__getitem__,
    )


def origin() -> Origin:
    """Return where the request comes from: its network, never the whole address."""
    return Origin(network_of(request.remote_addr), request.headers.get("User-Agent", ""))


def _shell_context() -> dict[str, Any]:
    viewer = g.get("viewer")
    if viewer is None:
        return {}
    return {
        "sign_out_url": address_of("people.sign_out"),
        "theme_url": address_of("people.set_theme"),
        "viewer_name": viewer.shown_name,
    }
