"""Mails, wordings and due days for tests."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.outbox import Mail


def make_mail(
    session: Session, employee_id: int | None = None, *, key: str = "mail:1", **values: Any
) -> Mail:
    """Return a mail that was sent, to somebody or to an address."""
    now: datetime = clock.now()
    mail = Mail(
        key=key,
        employee_id=employee_id,
        recipient=values.pop("recipient", "reader@company.example"),
        subject=values.pop("subject", "You passed Customer data"),
        body=values.pop("body", "The words of the mail."),
        kind=values.pop("kind", "quiz_passed"),
        created_at=now,
        sent_at=values.pop("sent_at", now),
        **values,
    )
    session.add(mail)
    session.flush()
    return mail
