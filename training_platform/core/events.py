"""What a package announces, so that packages above it can react in the same transaction.

The emitting package defines the event, create_app lists the reactions in the order of the layers.
Reactions run first in, first out, when the outermost emit drains them. Each has its own savepoint:
a fault rolls back that reaction alone and leaves a row to be retried, so reactions are idempotent.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column

from training_platform.core import clock
from training_platform.core.db import Base, Json, is_out_of_space

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """Something that happened. Fields are ids and texts only: an event must survive as JSON."""


EventType = TypeVar("EventType", bound=Event)


@dataclass(frozen=True)
class Reaction:
    """What follows an event; made by on()."""

    event_type: type[Event]
    run: Callable[[Session, Any], None]

    @property
    def name(self) -> str:
        """Name the reaction in logs and failure rows."""
        return f"{self.run.__module__}.{self.run.__qualname__}"


def on(event_type: type[EventType], run: Callable[[Session, EventType], None]) -> Reaction:
    """Pair an event with a function that takes it."""
    return Reaction(event_type, run)


class FailedReaction(Base):
    """A reaction that raised; retry_failed runs it again."""

    __tablename__ = "failed_reaction"
    id: Mapped[int] = mapped_column(primary_key=True)
    reaction: Mapped[str]
    payload: Mapped[Mapping[str, Any]] = mapped_column(Json)
    fault: Mapped[str]
    failed_at: Mapped[datetime]


def wire(app: Flask, reactions: Iterable[Reaction]) -> None:
    """Give the application its reactions, in the order in which they run."""
    app.extensions["reactions"] = tuple(reactions)


def emit(session: Session, event: Event) -> None:
    """Announce an event; what follows has run when the outermost emit returns."""
    reactions: tuple[Reaction, ...] = current_app.extensions["reactions"]
    _run(session, [(each, event) for each in reactions if each.event_type is type(event)])


def retry_failed(session: Session) -> None:
    """Run every failed reaction again; one that fails again leaves a new row."""
    known = {each.name: each for each in current_app.extensions["reactions"]}
    failures = session.scalars(select(FailedReaction).order_by(FailedReaction.id)).all()
    calls = []
    for failure in failures:
        reaction = known.get(failure.reaction)
        if reaction is None:
            continue  # it was renamed or is gone: the row stays for the administrator
        try:
            calls.append((reaction, reaction.event_type(**failure.payload)))
        except TypeError:
            log.exception("the event of failed reaction %s is of another version", failure.id)
            continue
        session.delete(failure)
    _run(session, calls)


def _run(session: Session, calls: Iterable[tuple[Reaction, Event]]) -> None:
    waiting: deque[tuple[Reaction, Event]] | None = session.info.get("reactions")
    if waiting is not None:
        waiting.extend(calls)
        return
    waiting = session.info["reactions"] = deque(calls)
    try:
        while waiting:
            reaction, event = waiting.popleft()
            already_waiting = len(waiting)
            if not _succeeds(session, reaction, event):
                while len(waiting) > already_waiting:  # what it announced did not happen
                    waiting.pop()
    finally:
        del session.info["reactions"]


def _succeeds(session: Session, reaction: Reaction, event: Event) -> bool:
    session.flush()  # a fault of the act itself is no fault of the reaction
    try:
        with session.begin_nested():
            reaction.run(session, event)
    except DBAPIError as fault:
        if fault.connection_invalidated or is_out_of_space(fault):
            raise  # nothing at all can be saved now
        _keep(session, reaction, event, fault)
        return False
    except Exception as fault:
        _keep(session, reaction, event, fault)
        return False
    return True


def _keep(session: Session, reaction: Reaction, event: Event, fault: Exception) -> None:
    log.error("reaction %s failed", reaction.name, exc_info=fault)
    session.add(
        FailedReaction(
            reaction=reaction.name,
            payload=asdict(event),
            fault=repr(fault)[:2000],
            failed_at=clock.now(),
        )
    )
