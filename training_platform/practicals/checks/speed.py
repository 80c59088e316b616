"""Checks of how fast work was done that is right. Pure."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from training_platform.practicals import schemas
from training_platform.practicals.checks.findings import Finding
from training_platform.practicals.checks.state import match_rows
from training_platform.practicals.world import World

_MINUTE = 60


def rate(check: schemas.Rate, world: World) -> Finding:
    """Count the new records that match the key, by the minute until the last was entered.

    Nothing counts where too many of what was entered is wrong: speed is no excuse.
    """
    matched = match_rows(check, world)
    entered = matched.found + len(matched.extra)
    seconds = _seconds(check.entity, world)
    is_careful = entered > 0 and Fraction(matched.right, entered) >= Fraction(check.accuracy)
    speed = Fraction(matched.right * _MINUTE, max(seconds, 1))
    wanted = Fraction(check.per_minute)
    shown = (Decimal(speed.numerator) / Decimal(speed.denominator)).quantize(
        Decimal("0.01"), ROUND_HALF_UP
    )
    return Finding(
        min(Fraction(1), speed / wanted) if is_careful else Fraction(0),
        str(shown),
        str(check.per_minute),
        tuple(matched.gaps),
        {"right": matched.right, "entered": entered, "seconds": seconds},
    )


def _seconds(entity: str, world: World) -> int:
    """Return the real time from the start to the last record that was entered."""
    made = [
        row["happened_at"]
        for row in world.events
        if row["act"] == "create" and row.get("entity") == entity
    ]
    ended = max(made, default=world.evidence.ended_at)
    started = datetime.fromisoformat(world.evidence.started_at)
    return int((datetime.fromisoformat(ended) - started).total_seconds())
