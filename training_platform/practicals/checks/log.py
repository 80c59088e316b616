"""Checks of what was done, in which order and how soon. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from training_platform.practicals import schemas
from training_platform.practicals.checks.findings import (
    Finding,
    Gap,
    all_or_nothing,
    between,
)
from training_platform.practicals.checks.state import conditions
from training_platform.practicals.evidence import Row
from training_platform.practicals.selecting import chosen_events, resolve, select
from training_platform.practicals.world import World

#: Acts that look at a record without changing it.
LOOKS = frozenset({"view"})
_HOUR = Decimal(3600)


def event(check: schemas.Event, world: World) -> Finding:
    """Count how often it was done."""
    found = _done(world, check.where)
    return all_or_nothing(holds=len(found) >= check.least, seen=len(found), wanted=check.least)


def event_absent(check: schemas.EventAbsent, world: World) -> Finding:
    """Name where it was done, though it must not be."""
    found = _done(world, check.where)
    gaps = tuple(Gap((row["entity"], row["record_id"])) for row in found if row.get("record_id"))
    return all_or_nothing(holds=not found, seen=len(found), wanted=0, gaps=gaps)


def event_order(check: schemas.EventOrder, world: World) -> Finding:
    """Tell that each step was first done before the next was."""
    firsts = [min((row["seq"] for row in _done(world, step)), default=None) for step in check.steps]
    done = [each for each in firsts if each is not None]
    holds = len(done) == len(firsts) and all(first < then for first, then in pairwise(done))
    return all_or_nothing(holds=holds, seen=len(done), wanted=len(firsts))


def within(check: schemas.Within, world: World) -> Finding:
    """Tell for how many records it was done in time, by the sandbox's own clock."""
    rows = select(world, check.entity, conditions(check.where))
    acts = _by_record(_done(world, check.act), check.by)
    late = [
        Gap((check.entity, number), check.since, acts.get(number), str(check.hours))
        for number, row in rows.items()
        if not _in_time(row.get(check.since), acts.get(number), check.hours)
    ]
    share = Fraction(len(rows) - len(late), len(rows)) if rows else Fraction(0)
    part = between(share, check.none, check.full)
    return Finding(part, len(rows) - len(late), len(rows), tuple(late))


def elapsed(check: schemas.Elapsed, world: World) -> Finding:
    """Measure the real time between two moments; nothing where one of them never came."""
    began = _moment(world, check.begin, world.evidence.started_at)
    ended = _moment(world, check.end, world.evidence.ended_at)
    wanted = check.bands[0].seconds
    if began is None or ended is None:
        return Finding(Fraction(0), None, wanted)
    seconds = int((_instant(ended) - _instant(began)).total_seconds())
    bands = sorted(check.bands, key=lambda band: band.seconds)
    share = next((band.share for band in bands if seconds <= band.seconds), Decimal(0))
    return Finding(Fraction(share), seconds, wanted)


def access_only(check: schemas.AccessOnly, world: World) -> Finding:
    """Name the records that were opened without need."""
    needed = set(resolve(check.key, world.evidence))
    opened = {
        row["record_id"]
        for row in world.events
        if row["act"] in LOOKS and row.get("entity") == check.entity and row.get("record_id")
    }
    gaps = tuple(Gap((check.entity, number), seen="extra") for number in sorted(opened - needed))
    return all_or_nothing(holds=not gaps, seen=len(opened), wanted=len(needed), gaps=gaps)


def _done(world: World, where: Sequence[schemas.Where]) -> list[Row]:
    return chosen_events(world.events, conditions(where), world.evidence)


def _by_record(events: Sequence[Row], by: str) -> Mapping[int, str]:
    """Return the first virtual time at which it was done, by record."""
    found: dict[int, str] = {}
    for row in events:
        name, _dot, rest = by.partition(".")
        value: Any = row.get(name) if not rest else (row.get(name) or {}).get(rest)
        number = value[1] if isinstance(value, list | tuple) else value
        if isinstance(number, int):
            found.setdefault(number, row["virtual_at"])
    return found


def _in_time(since: str | None, done: str | None, hours: Decimal) -> bool:
    if since is None or done is None:
        return False
    seconds = Decimal((_instant(done) - _instant(since)).total_seconds())
    return 0 <= seconds <= hours * _HOUR


def _moment(world: World, where: Sequence[schemas.Where] | None, default: str) -> str | None:
    if where is None:
        return default
    return next((row["happened_at"] for row in _done(world, where)), None)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
