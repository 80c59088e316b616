"""Checks of what lies in the workspace. Pure."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from training_platform.practicals import schemas
from training_platform.practicals.checks.findings import (
    Finding,
    Gap,
    Place,
    all_or_nothing,
    between,
    f1,
)
from training_platform.practicals.evidence import Row
from training_platform.practicals.matchers import is_empty, keys_of, read_decimal, same
from training_platform.practicals.selecting import Condition, filter_of, resolve, select
from training_platform.practicals.world import World


def conditions(where: Sequence[schemas.Where]) -> list[Condition]:
    """Return the conditions of a check as selecting takes them."""
    return [{"field": each.field, "op": each.op, "value": each.value} for each in where]


def exists(check: schemas.Exists, world: World) -> Finding:
    """Count the records that must be there."""
    found = select(world, check.entity, conditions(check.where))
    holds = len(found) >= check.least
    return all_or_nothing(holds=holds, seen=len(found), wanted=check.least)


def absent(check: schemas.Absent, world: World) -> Finding:
    """Name the records that must not be there."""
    found = select(world, check.entity, conditions(check.where))
    gaps = tuple(Gap((check.entity, number)) for number in found)
    return all_or_nothing(holds=not found, seen=len(found), wanted=0, gaps=gaps)


def field_is(check: schemas.FieldIs, world: World) -> Finding:
    """Compare a field of each chosen record."""
    rows = select(world, check.entity, conditions(check.where))
    wanted = resolve(check.value, world.evidence)
    wrong = [
        Gap((check.entity, number), check.field, row.get(check.field), wanted)
        for number, row in rows.items()
        if not same(check.matcher, row.get(check.field), wanted, check.within)
    ]
    share = Fraction(len(rows) - len(wrong), len(rows)) if rows else Fraction(0)
    seen = wrong[0].seen if wrong else wanted if rows else None
    return Finding(between(share, check.none, check.full), seen, wanted, tuple(wrong))


def count(check: schemas.Count, world: World) -> Finding:
    """Count the records that meet the conditions."""
    found = len(select(world, check.entity, conditions(check.where)))
    wanted = resolve(check.value, world.evidence)
    holds = same("number", found, wanted, check.within)
    return all_or_nothing(holds=holds, seen=found, wanted=wanted)


def aggregate(check: schemas.Aggregate, world: World) -> Finding:
    """Sum up a field of the chosen records."""
    rows = select(world, check.entity, conditions(check.where)).values()
    numbers = [number for row in rows if (number := read_decimal(row.get(check.field))) is not None]
    seen = _summed(check.of, numbers)
    wanted = resolve(check.value, world.evidence)
    holds = seen is not None and same("number", seen, wanted, check.within)
    return all_or_nothing(holds=holds, seen=None if seen is None else str(seen), wanted=wanted)


@dataclass(frozen=True)
class Matched:
    """Records beside the rows of a key: how many are found, how many right, which too many."""

    wanted: int
    found: int
    right: int
    extra: Sequence[int]
    gaps: Sequence[Gap]


def match_rows(check: schemas.Keyed, world: World, *, of_all: bool = False) -> Matched:
    """Find each row of the key by one field, and compare what it names."""
    key: list[Mapping[str, Any]] = resolve(check.key, world.evidence)
    before = {} if of_all else world.before(check.entity)
    rows = {
        number: row for number, row in world.after(check.entity).items() if number not in before
    }
    found = dict(_paired(check, key, rows))
    right, gaps = 0, []
    for at, wanted in enumerate(key):
        wrong = list(_compared(check, wanted, found.get(at)))
        right += not wrong
        gaps += wrong
    extra = [] if of_all else sorted(set(rows) - {number for number, _row in found.values()})
    gaps += [Gap((check.entity, number), seen="extra") for number in extra]
    return Matched(len(key), len(found), right, extra, gaps)


def rows_match_key(check: schemas.RowsMatch, world: World) -> Finding:
    """Compare records with the key; what is too many counts."""
    matched = match_rows(check, world, of_all=check.of_all)
    whole = matched.wanted + len(matched.extra)
    share = Fraction(matched.right, whole) if whole else Fraction(1)
    return Finding(
        between(share, check.none, check.full),
        matched.right,
        matched.wanted,
        tuple(matched.gaps),
        {"extra": len(matched.extra), "missing": matched.wanted - matched.found},
    )


def set_f1(check: schemas.SetIs, world: World) -> Finding:
    """Compare the chosen records with those of the key."""
    found = set(select(world, check.entity, conditions(check.where)))
    wanted = set(resolve(check.key, world.evidence))
    gaps = [Gap((check.entity, number), seen="missing") for number in sorted(wanted - found)]
    gaps += [Gap((check.entity, number), seen="extra") for number in sorted(found - wanted)]
    return Finding(
        between(f1(found, wanted), check.none, check.full),
        len(found & wanted),
        len(wanted),
        tuple(gaps),
        {"missing": len(wanted - found), "extra": len(found - wanted)},
    )


def only_changed(check: schemas.OnlyChanged, world: World) -> Finding:
    """Name every change that the task does not allow."""
    allowed = [
        (each, filter_of(world, each.entity, conditions(each.where), world.after))
        for each in check.allow
    ]
    gaps = [
        Gap((entity, number), ", ".join(sorted(world.changes(entity, number))[:3]))
        for entity, number in world.touched
        if not any(_may(each, fits, world, (entity, number)) for each, fits in allowed)
    ]
    return all_or_nothing(holds=not gaps, seen=len(gaps), wanted=0, gaps=tuple(gaps))


def _may(allowed: schemas.Allowed, fits: Callable[[Row], bool], world: World, place: Place) -> bool:
    entity, number = place
    if allowed.entity != entity:
        return False
    was, now = number in world.before(entity), number in world.after(entity)
    kind = "changed" if was and now else "deleted" if was else "created"
    if allowed.kinds is not None and kind not in allowed.kinds:
        return False
    if not fits((world.after(entity) if now else world.before(entity))[number]):
        return False
    fields = set(world.changes(entity, number))
    return kind != "changed" or allowed.fields is None or fields <= set(allowed.fields)


def _paired(
    check: schemas.Keyed, key: Sequence[Mapping[str, Any]], rows: Mapping[int, Row]
) -> Iterator[tuple[int, tuple[int, Row]]]:
    """Yield place in the key → (id, row): each row once, the first that fits."""
    key_of = keys_of(check.fields.get(check.match_on, "text"))
    free: dict[Hashable, list[int]] = {}
    for number in sorted(rows, reverse=True):
        if not is_empty(value := rows[number].get(check.match_on)):
            free.setdefault(key_of(value), []).append(number)
    for at, wanted in enumerate(key):
        value = wanted.get(check.match_on)
        numbers = None if is_empty(value) else free.get(key_of(value))
        if numbers:
            number = numbers.pop()
            yield at, (number, rows[number])


def _compared(
    check: schemas.Keyed, wanted: Mapping[str, Any], found: tuple[int, Row] | None
) -> Iterator[Gap]:
    if found is None:
        said = (wanted.get(name) for name in dict.fromkeys(("name", check.match_on)))
        told = " · ".join(str(each) for each in said if each is not None)
        yield Gap((check.entity, 0), seen="missing", wanted=told)
        return
    number, row = found
    for name in (each for each in check.fields if each in wanted):
        if not same(check.fields[name], row.get(name), wanted[name]):
            yield Gap((check.entity, number), name, row.get(name), wanted.get(name))


def _summed(of: str, numbers: Sequence[Decimal]) -> Decimal | None:
    if not numbers:
        return None
    if of == "sum":
        return sum(numbers, Decimal(0))
    if of == "average":
        return sum(numbers, Decimal(0)) / len(numbers)
    return min(numbers) if of == "min" else max(numbers)
