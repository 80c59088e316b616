"""Ways between the pages about one person: archive, what is required, data and account."""

from typing import Any

from flask import Flask, render_template, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from training_platform.core import slots
from training_platform.core.permissions import Permission, may
from training_platform.people.models import Employee

#: Page, what its link says, icon, and what whoever opens it must hold.
_PAGES = (
    ("archives.person", _l("Training record"), "archive", Permission.ARCHIVE_READ),
    ("compliance.person", _l("Compliance"), "shield-check", Permission.COMPLIANCE_READ),
    ("people.employee", _l("Data"), "id", Permission.EMPLOYEE_READ),
)


def init_app(app: Flask) -> None:
    """Offer the ways on the page about a person's data too, which lies below the archive."""
    slots.fill(app, "people.employee_actions", _on_employee)


def ways_from(here: str, employee: Employee) -> list[tuple[str, Any, str]]:
    """Return address, text and icon of the other pages about somebody that the viewer may read."""
    return [
        (url_for(page, employee_id=employee.id), text, icon)
        for page, text, icon, permission in _PAGES
        if page != here and may(current_user, employee, permission)
    ]


def _on_employee(employee: Employee, **_context: object) -> str:
    ways = ways_from("people.employee", employee)
    return render_template("archives/_ways.html", ways=ways)
