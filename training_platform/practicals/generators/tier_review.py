"""The review of tiers at midyear: the seller's customers, some of them planted on the very line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.crm.rules.tiers import KEY_FROM, VIP_FROM, tier_of, window_start
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.firms import NewFirms, as_contact, as_customer
from training_platform.practicals.generators.moments import at, beginning, plain, shown, working

Row = Mapping[str, Any]
#: The amount of an order, how many days ago it was paid (None: not yet), and what went back.
Bought = tuple[Decimal, int | None, Decimal]
VIP_TAG, KEY_TAG = "VIP月访", "重点季访"
#: The last days for the next visit of a VIP and the next call of a key customer, counted from now.
MONTH, QUARTER = 31, 92
_ZERO = Decimal("0.00")
#: Places of the planted firms: on the line, below it, below it by a refund, on the lower line,
#: most of it long ago, most of it unpaid.
_VIP, _BELOW, _REFUNDED, _KEY, _AGED, _UNPAID = range(6)


@dataclass(frozen=True)
class Amounts:
    """What is drawn of the planted firms."""

    gap: Decimal
    over: Decimal
    refund: Decimal
    recent: Decimal
    unpaid: Decimal

    @property
    def bought(self) -> list[list[Bought]]:
        """Return the orders of each firm."""
        return [
            [(Decimal(320_000), 40, _ZERO), (Decimal(180_000), 150, _ZERO)],
            [
                (Decimal(270_000), 30, _ZERO),
                (VIP_FROM - self.gap - 270_000, 200, _ZERO),
                (Decimal(100_000), 420, _ZERO),
            ],
            [(Decimal(300_000), 60, _ZERO), (self.over - 300_000, 120, self.refund)],
            [(Decimal(64_000), 25, _ZERO), (KEY_FROM - 64_000, 300, _ZERO)],
            [(self.recent, 80, _ZERO), (Decimal(560_000), 395, _ZERO)],
            [(Decimal(40_000), 70, _ZERO), (self.unpaid, None, _ZERO)],
        ]


@generator
def tier_review(dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int) -> Drawn:
    """Plant customers on and beside the lines, tags of last year, and follow-ups that are late.

    Options: stale (so many customers of each tag that fits no more). Six firms are planted: with
    exactly 500,000; a little less (more with what it paid before); more, less a refund; exactly
    100,000; most of it paid before the twelve months; an order that is not paid. The key: vip and
    key (ids), stale ones by tag, all that may be changed, the amounts that are asked for, days
    for forms, and a bystander.
    """
    paid = _paid(baseline)
    own = [
        row["id"]
        for row in baseline["customer"].values()
        if row["owner_id"] == seller and row["retention"] == "active"
    ]
    by_tier: dict[str, list[int]] = {"vip": [], "key": [], "regular": []}
    for number in own:
        by_tier[tier_of(paid.get(number))].append(number)
    amounts = _amounts(dice)
    firms = NewFirms(dice, baseline)
    drawn = [firms.draw() for _bought in amounts.bought]
    tagged = {
        VIP_TAG: dice.sample(by_tier["key"], options["stale"]),
        KEY_TAG: dice.sample(by_tier["regular"], options["stale"]),
    }
    changed = sorted({*by_tier["vip"], *by_tier["key"], *tagged[KEY_TAG]})
    return Drawn(
        params=_params(drawn),
        key=_key(by_tier, tagged, amounts),
        planted=[
            *_customers(drawn, amounts, seller),
            *(_changed(dice, baseline["customer"][n], tagged) for n in changed),
        ],
    )


def _amounts(dice: Dice) -> Amounts:
    return Amounts(
        gap=Decimal(dice.whole(3, 90) * 100),
        over=VIP_FROM + dice.whole(4, 24) * 1000,
        refund=Decimal(dice.whole(30, 48) * 1000),
        recent=Decimal(dice.whole(30, 80) * 1000),
        unpaid=Decimal(dice.whole(60, 140) * 1000),
    )


def _params(firms: Sequence[Row]) -> dict[str, Any]:
    asked = enumerate((_REFUNDED, _AGED, _BELOW), 1)
    columns = [{"zh": "题", "en": "Question"}, {"zh": "客户", "en": "Customer"}]
    rows = [[str(number), firms[place]["name"]] for number, place in asked]
    return {
        "vip_tag": VIP_TAG,
        "key_tag": KEY_TAG,
        "vip_until": shown(_last(MONTH)),
        "key_until": shown(_last(QUARTER)),
        "firms": {"table": {"columns": columns, "rows": rows}},
    }


def _key(
    by_tier: Mapping[str, Sequence[int]], tagged: Mapping[str, Sequence[int]], amounts: Amounts
) -> dict[str, Any]:
    vip = [own_id(_VIP), *by_tier["vip"]]
    key = [own_id(_BELOW), own_id(_REFUNDED), own_id(_KEY), *by_tier["key"]]
    stale_vip = [own_id(_REFUNDED), own_id(_AGED), *tagged[VIP_TAG]]
    stale_key = tagged[KEY_TAG]
    return {
        "vip": vip,
        "key": key,
        "stale_vip": stale_vip,
        "stale_key": stale_key,
        "all": sorted({*vip, *key, *stale_vip, *stale_key}),
        "gross_vip": own_id(_REFUNDED),
        "vip_last": plain(_last(MONTH)),
        "key_last": plain(_last(QUARTER)),
        "vip_day": plain(working(20, 10)),
        "key_day": plain(working(60, 10)),
        "net": str(amounts.over - amounts.refund),
        "gross": str(amounts.over),
        "recent": str(amounts.recent),
        "ever": str(amounts.recent + 560_000),
        "gap": str(amounts.gap),
        "bystander": next(n for n in by_tier["regular"] if n not in stale_key),
    }


def _paid(baseline: Baseline) -> Mapping[int, Decimal]:
    """Return what each customer paid in the twelve months before the beginning, net (V05)."""
    found: dict[int, Decimal] = {}
    since, now = plain(window_start(beginning())), plain(beginning())
    for row in baseline["order"].values():
        if row["paid_at"] and since < row["paid_at"] <= now and row["status"] != "canceled":
            net = Decimal(row["amount"]) - Decimal(row["refunded_amount"] or 0)
            found[row["customer_id"]] = found.get(row["customer_id"], _ZERO) + net
    return found


def _changed(dice: Dice, row: Row, tagged: Mapping[str, Sequence[int]]) -> Planted:
    """Give a customer the tags of last year, and no next follow-up, or one long after it is due."""
    stale = [tag for tag, numbers in tagged.items() if row["id"] in numbers]
    then = None if dice.chance(0.5) else working(QUARTER + dice.whole(20, 60), 10)
    return Planted(
        "customer", {"next_follow_up_at": then, "tags": [*row["tags"], *stale]}, row["id"]
    )


def _last(days: int) -> datetime:
    """Return the last minute of a day so many days on."""
    return at(days, 23, 59)


def _customers(firms: Sequence[Row], amounts: Amounts, seller: int) -> list[Planted]:
    """Return the planted firms with contact, orders and payments."""
    stale = {_REFUNDED: [VIP_TAG], _AGED: [VIP_TAG]}
    same = {"region": "east", "source": "phone", "owner_id": seller}
    found = [
        Planted("customer", as_customer(firm, **same, tags=stale.get(place, [])))
        for place, firm in enumerate(firms)
    ]
    found += [Planted("contact", as_contact(firm, own_id(n))) for n, firm in enumerate(firms)]
    for place, orders in enumerate(amounts.bought):
        for bought in orders:
            found += _order(len(found), own_id(place), bought, seller)
    return found


def _order(place: int, customer: int, bought: Bought, seller: int) -> list[Planted]:
    """Return an order and what came in for it, and what went back."""
    amount, days, refund = bought
    ordered = at(-(days or 6) - 5, 10)
    paid = None if days is None else at(-days, 15)
    same = {"customer_id": customer, "order_id": own_id(place)}
    order = {
        "customer_id": customer,
        "status": "shipped" if paid is None else "done",
        "ordered_at": ordered,
        "paid_at": paid,
        "amount": amount,
        "refunded_amount": refund,
        "owner_id": seller,
    }
    found = [Planted("order", order)]
    if paid is not None:
        found.append(
            Planted("payment", same | {"kind": "payment", "paid_at": paid, "amount": amount})
        )
    if paid is not None and refund:
        back = {"kind": "refund", "paid_at": paid + timedelta(days=20), "amount": refund}
        found.append(Planted("payment", same | back))
    return found
