"""Due days of practices as others read them: the reminders of notices, and calendars."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from training_platform.core.permissions import Permission
from training_platform.mentoring.models import Practice
from training_platform.mentoring.rules import State
from training_platform.notices import calendar, due
from training_platform.notices.rules import Reminders
from training_platform.people.models import Employee


def register(app: Flask) -> None:
    """Let trainees be reminded of practices, and find their days and the mentors' in calendars."""
    due.register(
        app,
        due.Kind(
            "practices",
            _l("Mentored practice"),
            running,
            reminders=Reminders(days_before=(7,), days_after=(1, 8, 15, 22), escalate_after=8),
            soon="practice_due_soon",
            late="practice_overdue",
            shown_to_superior=Permission.RECORD_READ,
            superior_href="/archives/people/{employee_id}",
        ),
    )
    calendar.register(app, "practices", days_of)


def running(session: Session, first: date, last: date) -> Iterable[due.Item]:
    """Return the practices that run and are due between two days, the report not handed in."""
    for row in session.execute(_running(first, last)):
        yield due.Item(
            f"{row.id}",
            row.trainee_id,
            row.title,
            row.due_on,
            f"/practice-work/{row.id}",
            {"trainee": row.trainee, "mentor": row.mentor},
        )


def days_of(
    session: Session, employee_id: int, first: date, last: date
) -> Iterable[calendar.Entry]:
    """Return the due days of practices that somebody does, or looks after as mentor."""
    concerns = or_(Practice.trainee_id == employee_id, Practice.mentor_id == employee_id)
    for row in session.execute(_running(first, last).where(concerns)):
        of_whom = "" if row.trainee_id == employee_id else row.trainee
        yield calendar.Entry(
            f"{row.id}",
            {
                "zh": f"实践锻炼到期：{row.title}" + (f"（{of_whom}）" if of_whom else ""),
                "en": f"Practice due: {row.title}" + (f" ({of_whom})" if of_whom else ""),
            },
            row.due_on,
            href=f"/practice-work/{row.id}",
            is_private=bool(of_whom),
        )


def _running(first: date, last: date) -> Select[*tuple[Any, ...]]:
    trainee, mentor = aliased(Employee), aliased(Employee)
    return (
        select(
            Practice.id,
            Practice.trainee_id,
            Practice.title,
            Practice.due_on,
            trainee.name.label("trainee"),
            mentor.name.label("mentor"),
        )
        .join(trainee, trainee.id == Practice.trainee_id)
        .join(mentor, mentor.id == Practice.mentor_id)
        .where(Practice.state == State.RUNNING, Practice.due_on.between(first, last))
        .order_by(Practice.due_on, Practice.id)
    )
