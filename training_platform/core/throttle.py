"""Counted tries: sign-in, reset, codes. In the database, so that it works with many workers."""

from datetime import datetime, timedelta

from sqlalchemy import Index, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from training_platform.core import clock
from training_platform.core.db import Base
from training_platform.core.errors import TooManyTriesError


class CountedTry(Base):
    """One try that counts against a limit."""

    __tablename__ = "counted_try"
    __table_args__ = (Index("ix_counted_try_scope_key", "scope", "key", "tried_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str]
    key: Mapped[str]
    tried_at: Mapped[datetime] = mapped_column(index=True)


def check(session: Session, scope: str, key: str, *, limit: int, minutes: int) -> None:
    """Raise TooManyTriesError if limit tries of this key lie within the last minutes."""
    since = clock.now() - timedelta(minutes=minutes)
    tried = session.execute(
        select(func.count(), func.min(CountedTry.tried_at)).where(
            CountedTry.scope == scope, CountedTry.key == key, CountedTry.tried_at > since
        )
    ).one()
    if tried[0] >= limit:
        oldest: datetime = tried[1]
        wait = oldest + timedelta(minutes=minutes) - clock.now()
        raise TooManyTriesError(max(1, int(wait.total_seconds())))


def count(session: Session, scope: str, key: str) -> None:
    """Count one try."""
    session.add(CountedTry(scope=scope, key=key, tried_at=clock.now()))


def forget(session: Session, scope: str, key: str) -> None:
    """Forget the tries of one key, after a success."""
    session.execute(delete(CountedTry).where(CountedTry.scope == scope, CountedTry.key == key))


def purge(session: Session) -> None:
    """Forget all tries older than a day."""
    session.execute(delete(CountedTry).where(CountedTry.tried_at < clock.now() - timedelta(days=1)))
