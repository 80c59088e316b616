"""What notices does when a lower package announces something."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import String, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from training_platform.core.outbox import Mail
from training_platform.notices.models import CalendarFeed, Notice, NoticeSettings, WaitingMail
from training_platform.people.events import EmployeeAnonymized
from training_platform.people.models import Employee

#: Shorter texts would be found in words that name nobody.
SHORTEST = 2


def forget_person(session: Session, event: EmployeeAnonymized) -> None:
    """Remove what was told to somebody, and take her name out of what others were told of her.

    A mail to her stays as a line that a mail was sent: when and about what kind of thing.
    """
    own = event.employee_id
    for model in (WaitingMail, Notice, NoticeSettings, CalendarFeed):
        session.execute(delete(model).where(model.employee_id == own))
    session.execute(
        update(Mail).where(Mail.employee_id == own).values(recipient="", subject="", body="")
    )
    names = [name for name in event.names if len(name) >= SHORTEST]
    if not names:
        return
    pseudonym = session.get_one(Employee, own).name
    clean = _replacer(names, pseudonym, _longer_names(session, names))
    _clean_notices(session, names, clean)
    _clean_mails(session, names, clean)


def _replacer(names: Sequence[str], pseudonym: str, others: Sequence[str]) -> Callable[[str], str]:
    """Return what puts the pseudonym in the place of each name, but not within others' names."""
    longest_first = sorted({*names, *others}, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(each) for each in longest_first))

    def put(found: re.Match[str]) -> str:
        return pseudonym if found[0] in names else found[0]

    return lambda text: pattern.sub(put, text)


def _longer_names(session: Session, names: Sequence[str]) -> list[str]:
    """Return the names of others that hold one of these within them: they are left alone."""
    holds = or_(*(column.contains(name, autoescape=True) for column in _NAMES for name in names))
    rows = session.execute(select(*_NAMES).where(holds)).all()
    return [text for row in rows for text in row if text and text not in names]


_NAMES = (Employee.name, Employee.name_latin, Employee.email, Employee.username)


def _clean_notices(session: Session, names: Sequence[str], clean: Callable[[str], str]) -> None:
    said = cast(Notice.values, String)
    # JSON is kept with escapes on one database and without on the other.
    forms = {form for name in names for form in (name, json.dumps(name)[1:-1])}
    found = select(Notice).where(or_(*(said.contains(each, autoescape=True) for each in forms)))
    for notice in session.scalars(found):
        notice.values = _in_all(notice.values, clean)
    session.flush()


def _clean_mails(session: Session, names: Sequence[str], clean: Callable[[str], str]) -> None:
    columns = (Mail.subject, Mail.body)
    found = select(Mail).where(
        or_(*(column.contains(name, autoescape=True) for column in columns for name in names))
    )
    for mail in session.scalars(found):
        mail.subject, mail.body = clean(mail.subject), clean(mail.body)
    session.flush()


def _in_all(value: Any, clean: Callable[[str], str]) -> Any:
    """Return plain values with every text in them cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _in_all(each, clean) for key, each in value.items()}
    if isinstance(value, list):
        return [_in_all(each, clean) for each in value]
    return value
