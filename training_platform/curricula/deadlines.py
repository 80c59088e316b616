"""Due days of courses as others read them: the reminders of notices, and calendars."""

from collections.abc import Iterable
from datetime import date

from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from training_platform.core.permissions import Permission
from training_platform.curricula.models import Assignment, Course
from training_platform.curricula.queries.due import IS_OPEN, IS_REQUIRED
from training_platform.notices import calendar, due


def register(app: Flask) -> None:
    """Let people be reminded of required courses, and find all due days in their calendar."""
    due.register(
        app,
        due.Kind(
            "courses",
            _l("Required courses"),
            open_courses,
            soon="course_due_soon",
            late="course_overdue",
            shown_to_superior=Permission.ASSIGNMENT_MANAGE,
            superior_href="/archives/people/{employee_id}",
        ),
    )
    calendar.register(app, "courses", days_of)


def open_courses(session: Session, first: date, last: date) -> Iterable[due.Item]:
    """Return the required courses that are due between two days and not completed."""
    for row in session.execute(_due_between(first, last).where(IS_REQUIRED)):
        yield due.Item(
            f"{row.id}", row.employee_id, row.title, row.due_on, f"/courses/{row.course_id}"
        )


def days_of(
    session: Session, employee_id: int, first: date, last: date
) -> Iterable[calendar.Entry]:
    """Return the due days of somebody's open courses."""
    own = _due_between(first, last).where(IS_OPEN, Assignment.employee_id == employee_id)
    for row in session.execute(own):
        yield calendar.Entry(
            f"{row.id}",
            {code: f"{begins}{text}" for code, begins, text in _titles(row.title)},
            row.due_on,
            href=f"/courses/{row.course_id}",
        )


def _titles(title: dict[str, str]) -> Iterable[tuple[str, str, str]]:
    begins = {"zh": "到期：", "en": "Due: "}
    return ((code, begins.get(code, ""), text) for code, text in title.items())


def _due_between(first: date, last: date) -> Select[int, int, str, dict[str, str], date | None]:
    return (
        select(
            Assignment.id,
            Assignment.employee_id,
            Assignment.course_id,
            Course.title,
            Assignment.due_on,
        )
        .join(Course, Course.id == Assignment.course_id)
        .where(Assignment.due_on.between(first, last))
        .order_by(Assignment.due_on, Assignment.id)
    )
