"""The audit log: one append-only row for what people do, in the same transaction; sealed by a job.

The chain is not written inside the transaction: one global chain there would make every writer
wait for every other. A job seals what is there each second.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import g, has_request_context, request
from sqlalchemy import ForeignKey, Index, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from training_platform.core import clock
from training_platform.core.db import Base, fetch
from training_platform.core.permissions import Person
from training_platform.core.text import network_of

GENESIS = "0" * 64
SEAL_AT_MOST = 5_000


class AuditSeal(Base):
    """One link of the chain: it covers all events that were not yet sealed."""

    __tablename__ = "audit_seal"

    id: Mapped[int] = mapped_column(primary_key=True)
    sealed_at: Mapped[datetime]
    event_count: Mapped[int]
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


class AuditEvent(Base):
    """审计日志: who did what to what, when, from where. Never changed, except for its seal."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject", "subject_kind", "subject_id"),
        Index("ix_audit_event_actor_id_id", "actor_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    happened_at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(index=True)
    subject_kind: Mapped[str | None]
    subject_id: Mapped[str | None]
    network: Mapped[str | None]
    request_id: Mapped[str | None]
    details: Mapped[dict[str, Any]]
    seal_id: Mapped[int | None] = mapped_column(ForeignKey("audit_seal.id"), index=True)


_INSERT = insert(AuditEvent)


def record(
    session: Session,
    actor: Person | None,
    action: str,
    subject: object | None = None,
    **details: Any,
) -> None:
    """Write one event. Details are plain values, never secrets, ratings or free text of others.

    The action is named <package>.<verb>. The subject is a model row (its table and key are kept).
    """
    in_request = has_request_context()
    fetch(
        session,
        _INSERT,
        {
            "happened_at": clock.now(),
            "actor_id": actor.id if actor else None,
            "action": action,
            "subject_kind": getattr(subject, "__tablename__", None),
            "subject_id": None if subject is None else str(getattr(subject, "id", "")),
            "network": network_of(request.remote_addr) if in_request else None,
            "request_id": g.get("request_id") if in_request else None,
            "details": details,
        },
    )


def seal(session: Session) -> int:
    """Seal what is not yet sealed, in the order of the ids; return how many events."""
    events = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.seal_id.is_(None))
        .order_by(AuditEvent.id)
        .limit(SEAL_AT_MOST)
    ).all()
    if not events:
        return 0
    last = session.scalars(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1)).first()
    previous = last.hash if last else GENESIS
    link = AuditSeal(
        sealed_at=clock.now(),
        event_count=len(events),
        previous_hash=previous,
        hash=_hash(previous, [_canonical(event) for event in events]),
    )
    session.add(link)
    session.flush()  # the id is needed for the bulk update
    session.execute(
        update(AuditEvent)
        .where(AuditEvent.id.in_([event.id for event in events]))
        .values(seal_id=link.id)
    )
    return len(events)


def verify(session: Session) -> str | None:
    """Recompute the chain; return None if it holds, else what is broken and where."""
    previous = GENESIS
    for link in session.scalars(select(AuditSeal).order_by(AuditSeal.id)):
        events = session.scalars(
            select(AuditEvent).where(AuditEvent.seal_id == link.id).order_by(AuditEvent.id)
        ).all()
        if link.previous_hash != previous:
            return f"audit seal {link.id} does not follow the one before it"
        if len(events) != link.event_count:
            return f"audit seal {link.id} covers {link.event_count} events, {len(events)} are there"
        if link.hash != _hash(previous, [_canonical(event) for event in events]):
            return f"audit seal {link.id} does not match its events"
        previous = link.hash
    return None


def count_unsealed(session: Session) -> int:
    """Return how many events wait for their seal."""
    return session.scalar(select(func.count()).where(AuditEvent.seal_id.is_(None))) or 0


def _canonical(event: AuditEvent) -> Mapping[str, Any]:
    return {
        "id": event.id,
        "at": event.happened_at.isoformat(),
        "actor": event.actor_id,
        "action": event.action,
        "kind": event.subject_kind,
        "subject": event.subject_id,
        "network": event.network,
        "request": event.request_id,
        "details": event.details,
    }


def _hash(previous: str, events: list[Mapping[str, Any]]) -> str:
    text = json.dumps(events, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(b"\x00" + previous.encode() + text.encode()).hexdigest()
