"""Clusters of customers that may be the same firm."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz
from sqlalchemy import select

from training_platform.core.i18n import translate
from training_platform.crm.desk import Desk
from training_platform.crm.models import Customer
from training_platform.crm.queries.sellers import within_reach
from training_platform.crm.rules import duplicates as rules
from training_platform.crm.rules.duplicates import Traits
from training_platform.crm.services.duplicates import traits_of_record

#: Names that begin alike are compared with each other; larger groups would say nothing.
SAME_BEGINNING, MOST_IN_GROUP = 2, 200


@dataclass(frozen=True)
class Cluster:
    """Customers that may be one, and why."""

    customers: tuple[Customer, ...]
    reasons: tuple[str, ...]
    #: The customers among them whose page the seller may open.
    reachable_ids: frozenset[int]

    @property
    def words(self) -> list[str]:
        """Return the reasons in the page's language."""
        return [translate(rules.REASONS[reason]) for reason in self.reasons]


class _Groups:
    """Which ids belong together (union-find), and why."""

    def __init__(self) -> None:
        self.parent: dict[int, int] = {}
        self.reasons: dict[tuple[int, int], tuple[str, ...]] = {}

    def root(self, ident: int) -> int:
        while (above := self.parent.setdefault(ident, ident)) != ident:
            self.parent[ident] = ident = self.parent[above]
        return ident

    def join(self, one: int, other: int, reasons: tuple[str, ...]) -> None:
        self.reasons[one, other] = reasons
        self.parent[self.root(other)] = self.root(one)


def clusters(desk: Desk) -> list[Cluster]:
    """Return the clusters in which the seller sees at least one customer, the surest first."""
    customers = desk.session.scalars(
        select(Customer).where(Customer.retention != "anonymized").order_by(Customer.id)
    ).all()
    traits = {customer.id: traits_of_record(customer) for customer in customers}
    groups = _Groups()
    for one, other in _pairs(traits):
        reasons = rules.reasons_for(
            traits[one], traits[other], _likeness(traits[one], traits[other])
        )
        if reasons:
            groups.join(one, other, reasons)
    return _as_clusters(desk, groups, {customer.id: customer for customer in customers})


def _likeness(one: Traits, other: Traits) -> float:
    return fuzz.ratio(one.name_key, other.name_key)


def _pairs(traits: Mapping[int, Traits]) -> Iterable[tuple[int, int]]:
    """Yield the pairs worth a look: they share a key, or their names begin alike."""
    groups: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for ident, each in traits.items():
        for name in ("name_key", "mobile", "email", "credit_code"):
            if value := getattr(each, name):
                groups[name, value].append(ident)
        if each.former_key:
            groups["name_key", each.former_key].append(ident)
        groups["beginning", each.name_key[:SAME_BEGINNING]].append(ident)
    seen: set[tuple[int, int]] = set()
    for ids in groups.values():
        if len(ids) > MOST_IN_GROUP:
            continue
        for place, one in enumerate(ids):
            for other in ids[place + 1 :]:
                if one != other and (one, other) not in seen:
                    seen.add((one, other))
                    yield one, other


def _as_clusters(desk: Desk, groups: _Groups, customers: Mapping[int, Customer]) -> list[Cluster]:
    reachable = set(desk.session.scalars(select(Customer.id).where(within_reach(desk, Customer))))
    members: defaultdict[int, list[int]] = defaultdict(list)
    reasons: defaultdict[int, set[str]] = defaultdict(set)
    for ident in groups.parent:
        members[groups.root(ident)].append(ident)
    for (one, _other), why in groups.reasons.items():
        reasons[groups.root(one)].update(why)
    found = [
        Cluster(
            tuple(customers[ident] for ident in sorted(ids)),
            tuple(reason for reason in rules.REASONS if reason in reasons[root]),
            frozenset(reachable.intersection(ids)),
        )
        for root, ids in members.items()
        if reachable.intersection(ids)
    ]
    return sorted(found, key=lambda each: (-rules.weight(each.reasons), each.customers[0].id))
