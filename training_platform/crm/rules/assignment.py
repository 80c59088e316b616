"""Who gets a new lead: ordered rules, the first that fits decides."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

#: What of a lead a rule may look at, in the order in which pages show it.
FIELDS = ("region", "industry", "source", "potential", "tier")


class Rule(Protocol):
    """What is looked at of a rule."""

    id: int
    conditions: dict[str, Any]
    strategy: str
    seller_ids: list[Any]
    last_seller_id: int | None


@dataclass
class Bench:
    """The sellers as assigning goes on: who has how much room, and whose turn was last."""

    capacities: Mapping[int, int]
    loads: dict[int, int]
    #: Rule → the seller who had its last turn.
    last: dict[int, int | None] = field(default_factory=dict)

    def has_room(self, seller_id: int) -> bool:
        """Tell whether a seller is there and can take one more."""
        return self.loads.get(seller_id, 0) < self.capacities.get(seller_id, 0)

    def take(self, rule: Rule, seller_id: int) -> None:
        """Give a seller one more lead."""
        self.loads[seller_id] = self.loads.get(seller_id, 0) + 1
        self.last[rule.id] = seller_id


@dataclass(frozen=True)
class Choice:
    """Who gets a lead and why; without a seller a person must decide."""

    rule: Rule | None
    seller_id: int | None
    #: fixed, round_robin, least_busy; or by_hand, full, no_rule.
    why: str
    #: Sellers of the rule who had no room.
    full_ids: tuple[int, ...] = ()


def fits(conditions: Mapping[str, Iterable[str]], facts: Mapping[str, str | None]) -> bool:
    """Tell whether a lead fulfils every condition; empty ones ask nothing."""
    return all(facts.get(name) in set(codes) for name, codes in conditions.items() if codes)


def choose(rules: Sequence[Rule], facts: Mapping[str, str | None], bench: Bench) -> Choice:
    """Return who gets a lead with these facts by the first rule that fits."""
    rule = next((each for each in rules if fits(each.conditions or {}, facts)), None)
    if rule is None:
        return Choice(None, None, "no_rule")
    sellers = [int(ident) for ident in rule.seller_ids or ()]
    if not sellers:
        return Choice(rule, None, "by_hand")
    free = [ident for ident in sellers if bench.has_room(ident)]
    full = tuple(ident for ident in sellers if ident not in free)
    if not free:
        return Choice(rule, None, "full", full)
    return Choice(rule, _one_of(rule, sellers, free, bench), rule.strategy, full)


def _one_of(rule: Rule, sellers: Sequence[int], free: Sequence[int], bench: Bench) -> int:
    if rule.strategy == "least_busy":
        return min(free, key=lambda ident: (bench.loads.get(ident, 0), sellers.index(ident)))
    if rule.strategy == "round_robin":
        last = bench.last.get(rule.id, rule.last_seller_id)
        begin = sellers.index(last) + 1 if last in sellers else 0
        turns = [*sellers[begin:], *sellers[:begin]]
        return next(ident for ident in turns if ident in free)
    return free[0]
