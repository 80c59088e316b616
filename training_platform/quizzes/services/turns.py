"""Whoever marks an attempt and whoever decides about a question take turns.

An attempt is marked by what is in force at that moment. Were a decision taken between its marking
and its commit, no job would find it: the attempt is not to be seen yet, and its marks are the old
ones. So a decision waits until every marking that has begun is over, for the milliseconds that it
takes, and those that come meanwhile are marked by the decision. Markings never wait for each other.

SQLite's one write lock does all this already.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from training_platform.core.db import fetch

#: The lock's name among those of the database; held until the transaction ends.
_NUMBER = 7_401_001
_SHARED = text(f"SELECT pg_advisory_xact_lock_shared({_NUMBER})")
_ALONE = text(f"SELECT pg_advisory_xact_lock({_NUMBER})")


def begin_marking(session: Session) -> None:
    """Keep decisions about questions away until this transaction ends. Call it before reading."""
    if session.get_bind().dialect.name == "postgresql":
        fetch(session, _SHARED)


def begin_deciding(session: Session) -> None:
    """Wait until every marking that has begun is committed, and keep others away.

    Call it before any row is locked: a marking in progress may want the same rows.
    """
    if session.get_bind().dialect.name == "postgresql":
        fetch(session, _ALONE)
