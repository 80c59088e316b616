"""The check of assignment rules: leads that nobody has seen go where the key says. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from training_platform.crm.rules.assignment import FIELDS, Bench, choose
from training_platform.practicals import schemas
from training_platform.practicals.checks.findings import Finding, Gap, all_or_nothing, between
from training_platform.practicals.evidence import Row
from training_platform.practicals.selecting import resolve
from training_platform.practicals.world import World

#: Room for whatever comes: how many leads somebody has is no part of the rules.
_ROOM = 10**6


@dataclass
class _Rule:
    """A rule as the engine takes it."""

    id: int
    conditions: dict[str, Any]
    strategy: str
    seller_ids: list[Any]
    last_seller_id: int | None = None


def assigned_as_rules_say(check: schemas.AssignedAsRulesSay, world: World) -> Finding:
    """Let the engine assign drawn leads by the trainee's rules, and compare with the key's.

    Who may get a lead are the sellers of the first rule that fits, in whatever order; nobody means
    that a person decides. For the spread, everybody begins with an empty desk: of sellers among
    whom the key shares leads out, none may get two more than another.
    """
    leads: Sequence[Mapping[str, Any]] = resolve(check.leads, world.evidence)
    wanted = _deciding([_rule(row) for row in resolve(check.rules, world.evidence)], leads)
    mine = _deciding(_active(world), leads)
    if check.spread:
        uneven = tuple(_uneven(wanted, mine, world))
        return all_or_nothing(holds=not uneven, seen=len(uneven), wanted=0, gaps=uneven)
    gaps = tuple(_gaps(leads, wanted, mine, world))
    right = len(leads) - len(gaps)
    share = Fraction(right, len(leads)) if leads else Fraction(0)
    return Finding(between(share, check.none, check.full), right, len(leads), gaps)


@dataclass(frozen=True)
class _Decision:
    """Among whom a lead is shared out, and who got it."""

    among: frozenset[int]
    seller_id: int | None


def _deciding(rules: Sequence[_Rule], leads: Sequence[Mapping[str, Any]]) -> Sequence[_Decision]:
    everybody = {int(ident) for rule in rules for ident in rule.seller_ids}
    bench = Bench(dict.fromkeys(everybody, _ROOM), {})
    found = []
    for lead in leads:
        choice = choose(rules, lead, bench)
        among: frozenset[int] = frozenset()
        if choice.rule is not None:
            among = frozenset(int(ident) for ident in choice.rule.seller_ids)
            if choice.seller_id is not None:
                bench.take(choice.rule, choice.seller_id)
        found.append(_Decision(among, choice.seller_id))
    return found


def _active(world: World) -> list[_Rule]:
    rows = [row for row in world.after("assignment_rule").values() if row["is_active"]]
    return [_rule(row) for row in sorted(rows, key=lambda row: (row["position"], row["id"]))]


def _rule(row: Row) -> _Rule:
    sellers = [int(ident) for ident in row["seller_ids"] or ()]
    return _Rule(row["id"], dict(row["conditions"] or {}), row["strategy"], sellers)


def _gaps(
    leads: Sequence[Mapping[str, Any]],
    wanted: Sequence[_Decision],
    mine: Sequence[_Decision],
    world: World,
) -> Iterator[Gap]:
    for lead, should, does in zip(leads, wanted, mine, strict=True):
        if should.among != does.among:
            facts = " · ".join(str(lead[name]) for name in FIELDS if lead.get(name))
            yield Gap(None, facts, _names(does.among, world), _names(should.among, world))


def _uneven(wanted: Sequence[_Decision], mine: Sequence[_Decision], world: World) -> Iterator[Gap]:
    for among in dict.fromkeys(each.among for each in wanted if len(each.among) > 1):
        got = Counter(
            does.seller_id
            for should, does in zip(wanted, mine, strict=True)
            if should.among == among
        )
        counts = [got[seller] for seller in among]
        if max(counts) - min(counts) > 1 or sum(counts) < sum(got.values()):
            yield Gap(None, _names(among, world), " : ".join(map(str, sorted(counts))), None)


def _names(sellers: frozenset[int], world: World) -> str:
    rows = world.after("seller")
    return ", ".join(str(rows[each]["name"]) for each in sorted(sellers) if each in rows)
