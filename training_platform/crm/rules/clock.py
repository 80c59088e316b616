"""The sandbox's own time."""

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What a layer knows of its time."""

    virtual_at: datetime
    seen_at: datetime
    drift_seconds: int


def virtual_now(layer: Clock, real_now: datetime) -> datetime:
    """Return the sandbox's time: it runs with the real one while somebody works.

    Between two acts it moves by drift_seconds at most, so that a week away costs no follow-up.
    """
    passed = max(timedelta(), real_now - layer.seen_at)
    return layer.virtual_at + min(passed, timedelta(seconds=layer.drift_seconds))
