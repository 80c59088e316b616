"""Contests as calendars read them: when somebody who was entered is to take part."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.notices import calendar
from training_platform.practicals.contests.models import Contest, ContestEntrant


def register(app: Flask) -> None:
    """Put contests into the calendars of those who take part."""
    calendar.register(app, "contests", contests_of)


def contests_of(
    session: Session, employee_id: int, first: date, last: date
) -> Iterable[calendar.Entry]:
    """Return the contests that somebody is entered in and that have a time."""
    rows = session.execute(
        select(Contest.id, Contest.name, Contest.starts_at, Contest.minutes)
        .join(ContestEntrant, ContestEntrant.contest_id == Contest.id)
        .where(
            ContestEntrant.employee_id == employee_id,
            Contest.canceled_at.is_(None),
            Contest.starts_at >= _midnight(first),
            Contest.starts_at < _midnight(last + timedelta(days=1)),
        )
        .order_by(Contest.starts_at, Contest.id)
    )
    for row in rows:
        assert row.starts_at is not None  # noqa: S101  # the select asks for it
        yield calendar.Entry(
            f"{row.id}",
            {"zh": f"竞赛：{row.name}", "en": f"Contest: {row.name}"},
            row.starts_at,
            row.starts_at + timedelta(minutes=row.minutes),
            href=f"/practicals/contests/{row.id}",
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.company_zone()).astimezone(UTC)
