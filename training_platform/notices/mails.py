"""Every mail that was or will be sent: who, what, when, and what went wrong; sending one again."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from training_platform.core import audit
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.jobs import Job, JobState
from training_platform.core.outbox import JOB, Mail, send
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.core.search import contains_all, words
from training_platform.core.text import like_pattern
from training_platform.notices.mailing import DIGEST
from training_platform.notices.texts import TEXTS
from training_platform.people.models import Employee, EmployeeStatus


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


class MailState(StrEnum):
    """Where a mail stands."""

    QUEUED = "queued"
    RETRYING = "retrying"
    SENT = "sent"
    FAILED = "failed"


STATES = {
    MailState.QUEUED: _l("Waiting"),
    MailState.RETRYING: _l("Trying again"),
    MailState.SENT: _l("Sent"),
    MailState.FAILED: _l("Not sent"),
}
TONES = {MailState.SENT: "ok", MailState.FAILED: "bad", MailState.RETRYING: "warn"}
#: Mails that are no notices, as the list calls them. Their bodies hold links that open an account
#: or a questionnaire, so nobody but the recipient ever reads them.
OTHERS: dict[str, Any] = {
    "people.reset": _l("New password"),
    "people.welcome": _l("First sign-in"),
    "behavior.customer": _l("Questions to a customer"),
}
OTHER: Any = _l("Other mail")
DIGEST_NAME: Any = _l("Digest")

_IS_ITS_JOB = (Job.name == JOB) & (Job.key == Mail.key)
_COLUMNS: tuple[Any, ...] = (
    Mail.id,
    Mail.key,
    Mail.kind,
    Mail.employee_id,
    Mail.recipient,
    Mail.subject,
    Mail.body,
    Mail.created_at,
    Mail.sent_at,
    Mail.resent_from_id,
    Job.state,
    Job.tries,
    Job.fault,
    Job.run_after,
    Employee.name,
    Employee.staff_number,
)


@dataclass(frozen=True)
class Line:
    """One mail as the list and its page show it."""

    row: Any

    @property
    def state(self) -> MailState:
        """Return where it stands."""
        if self.row.sent_at is not None:
            return MailState.SENT
        if self.row.state is JobState.FAILED or self.row.state is None:
            return MailState.FAILED
        return MailState.RETRYING if self.row.tries and self.row.fault else MailState.QUEUED

    @property
    def is_readable(self) -> bool:
        """Tell whether HR may read subject and body."""
        return is_readable(self.row.kind, self.row.key)

    @property
    def may_go_again(self) -> bool:
        """Tell whether it can be sent again."""
        return self.is_readable and self.state in {MailState.SENT, MailState.FAILED}


def is_readable(kind: str | None, key: str) -> bool:
    """Tell whether a mail holds no secret: notices do not; old rows tell them by their key."""
    return kind == DIGEST or kind in TEXTS or (kind is None and key.startswith("notice:"))


def select_mails(state: str = "", text: str = "", kind: str = "") -> Select[Any]:
    """Return the select of mails, the newest first; text looks through recipients."""
    found = _select().order_by(Mail.id.desc())
    if state in _CONDITIONS:
        found = found.where(_CONDITIONS[state])
    if kind:
        found = found.where(Mail.kind == kind)
    if text:
        by_name = contains_all(Employee.search_text, words(text)) if words(text) else None
        by_address = Mail.recipient.ilike(like_pattern(text), escape="\\")
        found = found.where(by_address if by_name is None else or_(by_name, by_address))
    return found


def find(session: Session, mail_id: int) -> Line | None:
    """Return one mail; None where there is none."""
    row = session.execute(_select().where(Mail.id == mail_id)).one_or_none()
    return Line(row) if row else None


def resent(session: Session, mail_id: int) -> list[Any]:
    """Return (id, created_at) of the mails that sent this one again."""
    again = select(Mail.id, Mail.created_at).where(Mail.resent_from_id == mail_id).order_by(Mail.id)
    return list(session.execute(again.limit(20)))


def send_again(session: Session, actor: Person, mail_id: int) -> int:
    """Send a mail once more, to the address that the employee has now; return the new mail's id.

    Raises NotPermittedError, InvalidTransitionError while it is still on its way, and RuleError
    for a mail with a secret or for somebody who left.
    """
    authorize(actor, None, Permission.NOTICE_MANAGE)
    mail = session.get_one(Mail, mail_id, with_for_update=True)
    line = find(session, mail_id)
    if not is_readable(mail.kind, mail.key):
        raise RuleError(_("This mail held a link for one use. Let a new link be sent instead."))
    if line is None or not line.may_go_again:
        raise InvalidTransitionError
    number = len(resent(session, mail_id)) + 1
    new_id = send(
        session,
        key=f"{mail.key}:again:{number}",
        recipient=_address_now(session, mail),
        subject=mail.subject,
        body=mail.body,
        employee_id=mail.employee_id,
        kind=mail.kind,
        resent_from_id=mail.id,
    )
    audit.record(session, actor, "notices.send_again", mail, new=new_id)
    return new_id


def name_of(kind: str | None) -> Any:
    """Return what the list calls a kind of mail that is no notice."""
    return DIGEST_NAME if kind == DIGEST else OTHERS.get(kind or "", OTHER)


def _select() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .outerjoin(Job, _IS_ITS_JOB)
        .outerjoin(Employee, Employee.id == Mail.employee_id)
    )


def _address_now(session: Session, mail: Mail) -> str:
    employee = session.get(Employee, mail.employee_id) if mail.employee_id else None
    if employee is None or employee.status is not EmployeeStatus.ACTIVE or not employee.email:
        raise RuleError(_("The recipient has no open account with an address any more."))
    return employee.email


_UNSENT = Mail.sent_at.is_(None)
_CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "queued": _UNSENT & (Job.state.in_((JobState.WAITING, JobState.RUNNING))),
    "sent": Mail.sent_at.is_not(None),
    "failed": _UNSENT & ((Job.state == JobState.FAILED) | Job.id.is_(None)),
}
