"""Mail: written in the same transaction as its cause, sent by a job, every one traceable."""

import hashlib
import smtplib
import ssl
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from training_platform.core import clock, jobs
from training_platform.core.db import Base, db, fetch, writing

JOB = "mail.send"


class Mail(Base):
    """One e-mail that was or will be sent."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    employee_id: Mapped[int | None] = mapped_column(index=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    #: What it is about: the kind of a notice, or <package>.<what>; None in old rows.
    kind: Mapped[str | None]
    #: The mail that somebody sent again by this one.
    resent_from_id: Mapped[int | None]


_INSERT = insert(Mail).returning(Mail.id)


def send(
    session: Session,
    *,
    key: str,
    recipient: str,
    subject: str,
    body: str,
    employee_id: int | None = None,
    kind: str | None = None,
    resent_from_id: int | None = None,
) -> int:
    """Queue one plain-text mail, once per key; return its id. A subject loses its line breaks."""
    mail_id: int = fetch(
        session,
        _INSERT,
        {
            "key": key,
            "employee_id": employee_id,
            "recipient": recipient,
            "subject": " ".join(subject.split()),
            "body": body,
            "created_at": clock.now(),
            "kind": kind,
            "resent_from_id": resent_from_id,
        },
    ).scalar_one()
    jobs.put(session, JOB, {"mail_id": mail_id}, key=key)
    return mail_id


@jobs.job(JOB)
def deliver(_context: jobs.JobContext, payload: Mapping[str, Any]) -> None:
    """Send one mail; a second delivery of the job finds it sent and does nothing."""
    mail = db.session.get_one(Mail, payload["mail_id"])
    if mail.sent_at is not None:
        return
    _transport(_message(mail), mail.id)
    with writing() as session:
        session.get_one(Mail, payload["mail_id"]).sent_at = clock.now()


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"] = current_app.config["MAIL_FROM"]
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = _message_id(mail)
    message.set_content(mail.body)
    return message


def _message_id(mail: Mail) -> str:
    """Return the same id at each try: a mail server that got it already may know it again."""
    return f"<{hashlib.sha256(mail.key.encode()).hexdigest()[:32]}.{mail.id}@training.example>"


def _transport(message: EmailMessage, mail_id: int) -> None:
    address = current_app.config["MAIL_URL"]
    if not address:  # no mail server: keep the mail where the administrator can read it
        folder = Path(current_app.instance_path) / "outbox"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{mail_id:08d}.eml").write_bytes(message.as_bytes())
        return
    url = urlsplit(address)
    host, port = url.hostname or "localhost", url.port
    context = ssl.create_default_context()
    if url.scheme == "smtps":
        client: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=20, context=context)
    else:
        client = smtplib.SMTP(host, port or 25, timeout=20)
    with client:
        if url.scheme == "smtp+starttls":
            client.starttls(context=context)
        if url.username:
            client.login(unquote(url.username), unquote(url.password or ""))
        client.send_message(message)
