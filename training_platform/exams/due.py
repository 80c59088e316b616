"""Sittings as calendars read them: the one that runs, until its time is over."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.exams.models import Exam, ExamSitting
from training_platform.exams.rules import SittingState
from training_platform.notices import calendar


def register(app: Flask) -> None:
    """Put sittings into calendars; a sitting has minutes, not days, so nobody is reminded."""
    calendar.register(app, "exams", sittings_of)


def sittings_of(
    session: Session, employee_id: int, first: date, last: date
) -> Iterable[calendar.Entry]:
    """Return somebody's sitting that runs, from its beginning to the end of its time."""
    rows = session.execute(
        select(ExamSitting.token, ExamSitting.started_at, ExamSitting.deadline_at, Exam.title)
        .join(Exam, Exam.id == ExamSitting.exam_id)
        .where(
            ExamSitting.employee_id == employee_id,
            ExamSitting.state == SittingState.IN_PROGRESS,
            ExamSitting.deadline_at >= _midnight(first),
            ExamSitting.started_at < _midnight(last + timedelta(days=1)),
        )
        .order_by(ExamSitting.started_at, ExamSitting.id)
    )
    for row in rows:
        begins = {"zh": "综合考核：", "en": "Exam: "}
        yield calendar.Entry(
            row.token,
            {code: f"{begins.get(code, '')}{text}" for code, text in row.title.items()},
            row.started_at,
            row.deadline_at,
            href=f"/exams/sittings/{row.token}",
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.company_zone()).astimezone(UTC)
