"""What certificates shows on other pages."""

from datetime import date
from typing import Any

from flask import Flask, render_template, request
from flask_login import current_user

from training_platform.certificates import due, queries
from training_platform.certificates.views.base import STATES
from training_platform.core import clock, slots
from training_platform.core.db import db
from training_platform.people.models import Employee


def init_app(app: Flask) -> None:
    """Fill the slots of the person's, the course's and the result's page."""
    slots.fill(app, "home.today", _on_today)
    slots.fill(app, "records.person", _cards_of_person)
    slots.fill(app, "curricula.course", _cards_of_course)
    slots.fill(app, "quizzes.result", _cards_of_result)


def _on_today() -> str:
    """Name the own certificates that end soon, or ended lately and were not renewed."""
    ending = due.ending_of(db.session(), current_user.id, clock.today())
    if not ending:
        return ""
    return render_template("certificates/_today.html", ending=ending, today=clock.today())


def _cards_of_person(employee: Employee, **_context: object) -> str:
    session, asked = db.session(), request.args.get("certified", "")
    on = day_of(asked)
    return render_template(
        "certificates/_person.html",
        cards=queries.cards_of(session, employee.id),
        states=STATES,
        asked=asked,
        on=on,
        held=queries.cards_on(session, employee.id, on) if on else [],
    )


def day_of(typed: str) -> date | None:
    """Return the day that an address names; None for none or for no day."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _cards_of_course(course_id: str, **_context: object) -> str:
    cards = queries.cards_for_course(db.session(), current_user.id, course_id)
    return render_template("certificates/_course.html", cards=cards[:1]) if cards else ""


def _cards_of_result(attempt: Any, **_context: object) -> str:
    """Draw the certificate that a passed attempt led to, on its owner's page."""
    if attempt.employee_id != current_user.id or not attempt.is_passed:
        return ""
    course = queries.course_of_paper(db.session(), attempt.paper_id)
    return _cards_of_course(course) if course else ""
