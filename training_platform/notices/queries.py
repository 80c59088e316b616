"""Selects over notices; no writes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import g
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from training_platform.core.db import fetch
from training_platform.notices.models import Notice
from training_platform.notices.wording import Wording, body_of, icon_of, title_of

_UNREAD = select(func.count()).where(
    Notice.employee_id == bindparam("employee_id"), Notice.read_at.is_(None)
)


def count_unread(session: Session, employee_id: int) -> int:
    """Return how many notices somebody has not read, asked once a request.

    The bell must never keep an error page from showing: 0 where the database does not answer.
    """
    if "notices_unread" not in g:
        try:
            g.notices_unread = fetch(session, _UNREAD, {"employee_id": employee_id}).scalar() or 0
        except SQLAlchemyError:
            session.rollback()
            g.notices_unread = 0
    return int(g.notices_unread)


def select_notices(employee_id: int) -> Select[Any]:
    """Return the select of somebody's notices, newest first."""
    return (
        select(
            Notice.id, Notice.kind, Notice.values, Notice.href, Notice.created_at, Notice.read_at
        )
        .where(Notice.employee_id == employee_id)
        .order_by(Notice.id.desc())
    )


class Line:
    """One notice as the list shows it, in the page's language."""

    def __init__(self, row: Any, wordings: Mapping[str, Wording]) -> None:
        self.id: int = row.id
        worded = wordings.get(row.kind)
        self.title = title_of(row.kind, row.values, worded)
        self.body = body_of(row.kind, row.values, worded)
        self.icon = icon_of(row.kind)
        self.href: str = row.href
        self.created_at: datetime = row.created_at
        self.is_read: bool = row.read_at is not None
