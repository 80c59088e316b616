"""A directory that was imported unchecked: firms that are there twice, and some only alike."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.firms import NewFirms
from training_platform.practicals.generators.lookalikes import (
    NEAR,
    TWINS,
    Crowd,
    NoFitError,
    Row,
    checked,
    loners,
    near_miss,
    twin,
    until,
)
from training_platform.practicals.generators.moments import at

TAG = "名录导入"


@dataclass(frozen=True)
class Entry:
    """One imported record: of which customer it is a twin, or to which it is merely alike."""

    row: Mapping[str, Any]
    original: Row
    #: How its name is written, where it is a twin.
    written: str | None

    @property
    def is_twin(self) -> bool:
        """Tell that it is the same firm."""
        return self.written is not None


@generator
def duplicate_customers(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Import records beside the seller's customers.

    Options: clusters (firms that are there twice; the first three times) and near (records that
    are other firms), talks and tickets (what was done on the imported records meanwhile). The
    key: groups (ids, the number that was verified last and the id that has it, page of the
    merge), near, their ids, and everything that belongs to a group.
    """
    crowd, firms = Crowd(baseline), NewFirms(dice, baseline)
    known = list(loners(baseline, crowd, seller))
    pool = iter(dice.sample(known, len(known)))
    maker = _Maker(dice, firms, crowd)
    kinds = [[0, 1], *([number] for number in range(1, options["clusters"]))]
    twins = [maker.first_that_fits(pool, maker.twin, numbers) for numbers in kinds]
    near = [maker.first_that_fits(pool, maker.near, [each]) for each in range(options["near"])]
    twice = [made[0].original for made in twins]
    entries = [each for made in [*twins, *near] for each in made]
    entries = dice.sample(entries, len(entries))
    newest = {row["id"]: dice.chance(0.6) for row in twice}
    # in both directions, whatever the dice say: who never looks must not be right by chance
    newest[twice[0]["id"]], newest[twice[1]["id"]] = True, False
    mains = {
        row["customer_id"]: row["id"] for row in baseline["contact"].values() if row["is_primary"]
    }
    return Drawn(
        params={"count": len(entries), "tag": TAG},
        key=_key(entries, twice, newest),
        planted=[
            *_imported(entries, seller),
            *_children(dice, entries, options, newest, seller),
            *_known(dice, entries, newest, mains),
        ],
    )


@dataclass(frozen=True)
class _Maker:
    """Makes what is imported beside a customer."""

    dice: Dice
    firms: NewFirms
    crowd: Crowd

    def first_that_fits(
        self, pool: Iterator[Row], make: Callable[[Row, int], Entry], numbers: Sequence[int]
    ) -> list[Entry]:
        """Return the entries of these numbers beside the first of the pool that all of them fit."""
        for original in pool:
            try:
                return [make(original, number) for number in numbers]
            except NoFitError:
                continue
        raise NoFitError

    def twin(self, original: Row, number: int) -> Entry:
        """Return a second record of a firm."""
        kind = TWINS[number % len(TWINS)]
        row = until(partial(twin, original, kind, self.firms), self._is_alone_beside(original))
        return Entry(row, original, kind[0])

    def near(self, original: Row, number: int) -> Entry:
        """Return another firm that is alike."""
        shared = NEAR[number % len(NEAR)]
        made = partial(near_miss, self.dice, original, shared, self.firms)
        return Entry(until(made, self._is_alone_beside(original)), original, None)

    def _is_alone_beside(self, original: Row) -> Callable[[Row], bool]:
        return lambda row: self.crowd.is_alone(row, [original["id"]])


def _imported(entries: Sequence[Entry], seller: int) -> list[Planted]:
    more = {"owner_id": seller, "source": "trade_fair", "tags": [TAG]}
    return [Planted("customer", {**each.row, **more}) for each in entries]


def _children(
    dice: Dice,
    entries: Sequence[Entry],
    options: Mapping[str, Any],
    newest: Mapping[int, bool],
    seller: int,
) -> list[Planted]:
    """Return what hangs on the imported records: a contact, a talk, now and then a ticket."""
    found = [
        Planted(
            "contact",
            {
                "customer_id": own_id(place),
                "name": each.row["contact_name"],
                "title": each.row["contact_title"],
                "mobile": each.row["mobile"],
                "email": each.row["email"],
                "is_primary": True,
                "mobile_verified_at": checked(dice, is_newest=_is_newest(entries, place, newest)),
            },
        )
        for place, each in enumerate(entries)
    ]
    for place, _each in enumerate(entries):
        done = at(-dice.whole(0, 2), 9, dice.whole(0, 59)) - timedelta(days=1)
        talk = {"customer_id": own_id(place), "owner_id": seller, "done_at": done}
        found.append(Planted("activity", dice.pick(options["talks"]) | talk | {"method": "call"}))
        if dice.chance(0.4):
            ticket = {"customer_id": own_id(place), "received_at": done, "status": "new"}
            found.append(Planted("ticket", dice.pick(options["tickets"]) | ticket))
    return found


def _is_newest(entries: Sequence[Entry], place: int, newest: Mapping[int, bool]) -> bool:
    """Tell whether a record's number was verified last of its group: of two twins, the first's."""
    entry = entries[place]
    first = next(at for at, each in enumerate(entries) if each.original is entry.original)
    return newest.get(entry.original["id"], False) and place == first


def _known(
    dice: Dice, entries: Sequence[Entry], newest: Mapping[int, bool], mains: Mapping[int, int]
) -> list[Planted]:
    """Return what is changed of the customers who were there: former names, and when verified."""
    found = []
    for ident in dict.fromkeys(each.original["id"] for each in entries):
        verified = checked(dice, is_newest=not newest.get(ident, False))
        found.append(Planted("contact", {"mobile_verified_at": verified}, mains[ident]))
    found += [
        Planted("customer", {"former_name": each.row["name"]}, each.original["id"])
        for each in entries
        if each.written == "former"
    ]
    return found


def _key(
    entries: Sequence[Entry], twice: Sequence[Row], newest: Mapping[int, bool]
) -> dict[str, Any]:
    groups = [_group(entries, row, newest[row["id"]]) for row in twice]
    near = [
        {
            "ids": [each.original["id"], own_id(place)],
            "page": f"{each.original['id']},{own_id(place)}",
        }
        for place, each in enumerate(entries)
        if not each.is_twin
    ]
    twins = [own_id(place) for place, each in enumerate(entries) if each.is_twin]
    return {
        "groups": groups,
        "near": near,
        "twin_ids": twins,
        "old_ids": [row["id"] for row in twice if newest[row["id"]]],
        "old_numbers": [row["mobile"] for row in twice if newest[row["id"]]],
        "group_ids": [ident for group in groups for ident in group["ids"]],
        "leftovers": [own_id(len(entries) + ident - own_id(0)) for ident in twins],
    }


def _group(entries: Sequence[Entry], original: Row, is_twins: bool) -> dict[str, Any]:
    places = [place for place, each in enumerate(entries) if each.original is original]
    ids = [original["id"], *map(own_id, places)]
    right = entries[places[0]].row if is_twins else original
    return {
        "ids": ids,
        "mobile": right["mobile"],
        "pick": own_id(places[0]) if is_twins else original["id"],
        "old": original["id"],
        "page": ",".join(map(str, ids)),
        "part": ",".join(map(str, ids[:2])),
    }
