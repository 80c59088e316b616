"""Checks of records that were merged: which became one, what hangs on it, what it says. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from training_platform.crm.registry import ENTITIES
from training_platform.practicals import schemas
from training_platform.practicals.checks.findings import Finding, Gap, between, f1
from training_platform.practicals.evidence import Row
from training_platform.practicals.matchers import same
from training_platform.practicals.selecting import resolve
from training_platform.practicals.world import World

Pair = tuple[int, int]
#: Entity, id and field of a record that hangs on another.
Child = tuple[str, int, str]


def pairs_merged(check: schemas.PairsMerged, world: World) -> Finding:
    """Compare the pairs of records that ended in one with those of the key."""
    merged = _pairs(_groups(_merges(check.entity, world)))
    wanted = _pairs(_named(check.key, world))
    near = _pairs(_named(check.near_misses, world)) if check.near_misses else set()
    share = f1(merged, wanted, near)
    gaps = [Gap((check.entity, pair[0]), seen="missing") for pair in sorted(wanted - merged)]
    gaps += [Gap((check.entity, pair[0]), seen="extra") for pair in sorted(merged - wanted)]
    part = between(share, check.none, check.full)
    values = {"missing": len(wanted - merged), "extra": len(merged - wanted)}
    return Finding(part, len(merged & wanted), len(wanted), tuple(gaps), values)


def children_moved(check: schemas.ChildrenMoved, world: World) -> Finding:
    """Tell of how many records that hung on a merged one the survivor is named now.

    What a merge of its own took away (a contact that was there twice) moved with it. Where the
    group is not one yet, all that hangs on its later members has still to move.
    """
    right, gaps = 0, []
    children = _children(check.entity, world)
    for ids in _named(check.key, world):
        survivor = _survivor(check.entity, ids, world)
        gone = [each for each in ids if each != (ids[0] if survivor is None else survivor)]
        for child in (child for ident in gone for child in children.get(ident, ())):
            if survivor is not None and _hangs_on(child, survivor, world):
                right += 1
            else:
                gaps.append(_left_behind(child, survivor, world))
    whole = right + len(gaps)
    share = Fraction(right, whole) if whole else Fraction(0)
    return Finding(between(share, check.none, check.full), right, whole, tuple(gaps))


def survivor(check: schemas.Survivor, world: World) -> Finding:
    """Compare what is left of each group with the key: one record, and the right values."""
    key: Sequence[Mapping[str, Any]] = resolve(check.key, world.evidence)
    right, gaps = 0, []
    for wanted in key:
        left = _survivor(check.entity, wanted["ids"], world)
        wrong = list(_differences(check, wanted, left, world))
        right += not wrong
        gaps += wrong
    share = Fraction(right, len(key)) if key else Fraction(0)
    return Finding(between(share, check.none, check.full), right, len(key), tuple(gaps))


def _merges(entity: str, world: World) -> Iterator[Pair]:
    """Yield the merges that stand: which record is gone, and into which it went."""
    there = world.after(entity)
    for row in world.events:
        is_merge = row["act"] == "merge_away" and row.get("entity") == entity
        if is_merge and row["record_id"] not in there:  # else it was taken back
            yield row["record_id"], row["context"]["survivor"]


def _named(key: str, world: World) -> list[list[int]]:
    """Return the groups of a key: lists of ids, or mappings that hold them."""
    found: Sequence[Any] = resolve(key, world.evidence)
    return [list(each["ids"] if isinstance(each, Mapping) else each) for each in found]


def _groups(pairs: Iterator[Pair]) -> list[set[int]]:
    """Join pairs that share a record: whoever merges three has three pairs in one."""
    groups: list[set[int]] = []
    for pair in pairs:
        touched = [group for group in groups if group & {*pair}]
        groups = [group for group in groups if group not in touched]
        groups.append({*pair}.union(*touched))
    return groups


def _pairs(groups: Sequence[Collection[int]]) -> set[Pair]:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def _survivor(entity: str, ids: Sequence[int], world: World) -> int | None:
    there = [ident for ident in ids if ident in world.after(entity)]
    return there[0] if len(there) == 1 else None


def _children(entity: str, world: World) -> Mapping[int, list[Child]]:
    """Return what hung on each record at the start, by the record's id."""
    found: dict[int, list[Child]] = {}
    for name, known in ENTITIES.items():
        for field in (each for each, kind in known.fields.items() if kind.refers_to == entity):
            for number, row in world.before(name).items():
                if (parent := row.get(field)) is not None:
                    found.setdefault(parent, []).append((name, number, field))
    return found


def _hangs_on(child: Child, survivor: int, world: World) -> bool:
    entity, number, field = child
    row = world.after(entity).get(number)
    if row is not None:
        return bool(row.get(field) == survivor)
    return any(gone == number for gone, _into in _merges(entity, world))


def _left_behind(child: Child, survivor: int | None, world: World) -> Gap:
    entity, number, field = child
    row: Row = world.after(entity).get(number, {})
    return Gap((entity, number), field, row.get(field), survivor)


def _differences(
    check: schemas.Survivor, wanted: Mapping[str, Any], left: int | None, world: World
) -> Iterator[Gap]:
    if left is None:
        yield Gap((check.entity, wanted["ids"][0]), seen="not_merged")
        return
    row = world.after(check.entity)[left]
    for name, matcher in check.fields.items():
        if name in wanted and not same(matcher, row.get(name), wanted[name]):
            yield Gap((check.entity, left), name, row.get(name), wanted[name])
