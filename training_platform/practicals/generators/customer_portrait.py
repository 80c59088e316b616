"""One customer with orders, tickets and visits to the site: who it is, and what to offer it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from training_platform.crm.choices import TIERS
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.rules.tiers import KEY_FROM, tier_of
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.firms import NewFirms, as_contact, as_customer
from training_platform.practicals.generators.moments import ZONE, at, plain, working
from training_platform.practicals.generators.texts import in_both

Row = Mapping[str, Any]
_CUSTOMER, _CONTACT, _DEAL = (own_id(number) for number in range(3))
#: What the machine in the orders costs, at least and at most: the consumables fill it up.
_MACHINE = (Decimal(38000), Decimal(64000))
_FAVORITE = (Decimal(30), Decimal(150))
#: Visits to the product pages: the first two are what to offer.
_INTEREST = {"first": 6, "second": 4, "third": 2, "bought": 7, "stale": 8}


@generator
def customer_portrait(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Plant a customer with its history, near the border of two tiers.

    Options: tickets (subjects with category), open (how many are unsolved at most). The key:
    customer, deal (ids), tier, gross_tier (before refunds), favorite, most_looked_at, paid, gross,
    last_order, open_tickets, wrong_open, top (ids of the two products to offer), first, tempting
    (ids of those not to offer), bought and stale (two of them), appointment, earliest, latest.
    """
    firm = NewFirms(dice, baseline).draw()
    goods = _goods(dice, baseline)
    is_key = dice.chance(0.5)
    orders = _orders(dice, goods, is_key=is_key)
    open_count = dice.whole(1, options["open"])
    paid = sum((each["net"] for each in orders if each["is_late"]), Decimal(0))
    gross = sum((each["amount"] for each in orders if each["is_late"]), Decimal(0))
    shelf = _Shelf(firm, seller)
    for each in orders:
        shelf.add_order(each)
    shelf.add_tickets(dice, options["tickets"], open_count)
    shelf.add_visits(dice, goods)
    return Drawn(
        params={
            "firm": firm["name"],
            "tiers": [in_both(text) for text in TIERS.values()],
            "products": sorted(
                (_called(each) for each in goods.values()), key=lambda each: each["zh"]
            ),
        },
        key={
            "customer": _CUSTOMER,
            "deal": _DEAL,
            "tier": in_both(TIERS[tier_of(paid)]),
            "gross_tier": in_both(TIERS[tier_of(gross)]),
            "paid": str(paid),
            "gross": str(gross),
            "last_order": max(each["paid_at"] for each in orders)
            .astimezone(ZONE)
            .date()
            .isoformat(),
            "favorite": _called(goods["favorite"]),
            "most_looked_at": _called(goods["stale"]),
            "open_tickets": open_count,
            "wrong_open": open_count + 1,
            "top": [goods[name]["id"] for name in ("first", "second")],
            "first": goods["first"]["id"],
            "tempting": [goods[name]["id"] for name in ("third", "bought", "stale")],
            "bought": goods["bought"]["id"],
            "stale": goods["stale"]["id"],
            "appointment": plain(working(2, 10)),
            "earliest": plain(at(0, 9, 1)),
            "latest": plain(at(4, 0)),
        },
        planted=tuple(shelf.planted),
    )


def _called(product: Row) -> dict[str, str]:
    """Return what a product is called in both languages."""
    return {"zh": product["name"], "en": product["english_name"]}


def _goods(dice: Dice, baseline: Baseline) -> dict[str, Row]:
    """Return the products of the story: bought, favorite, and those that were looked at."""
    sold = [
        row
        for row in baseline["product"].values()
        if row["is_active"] and row["line"] in {"equipment", "consumable", "spare_part"}
    ]
    machine = dice.pick([row for row in sold if _costs(row, _MACHINE, "equipment")])
    favorite = dice.pick([row for row in sold if _costs(row, _FAVORITE, "consumable")])
    used = {machine["id"], favorite["id"]}
    left = dice.sample([row for row in sold if row["id"] not in used], 5)
    names = ("first", "second", "third", "stale", "side")
    return {"bought": machine, "favorite": favorite, **dict(zip(names, left, strict=True))}


def _costs(row: Row, between: tuple[Decimal, Decimal], line: str) -> bool:
    return row["line"] == line and between[0] <= Decimal(row["list_price_amount"]) <= between[1]


def _orders(dice: Dice, goods: Mapping[str, Row], *, is_key: bool) -> list[dict[str, Any]]:
    """Return an order from before the twelve months, and four within: net, they are at the line."""
    machine, unit = (Decimal(goods[name]["list_price_amount"]) for name in ("bought", "favorite"))
    aim = KEY_FROM + (dice.whole(8000, 16000) if is_key else dice.whole(500, 4000))
    each = int(((aim - machine) / unit / 3).to_integral_value(ROUND_CEILING))
    within = [
        _order(goods, {"bought": 1}, at(-dice.whole(250, 330), 10)),
        *(
            _order(goods, {"favorite": each}, at(-days - dice.whole(0, 30), 14, dice.whole(0, 59)))
            for days in (160, 90, 15)
        ),
    ]
    gross = sum((order["amount"] for order in within), Decimal(0))
    over = int((gross - KEY_FROM) / unit)
    back = dice.whole(2, 20) if is_key else over + dice.whole(3, 20)
    within[2]["back"] = unit * min(back, each)
    old = _order(goods, {"side": 2, "favorite": each * 4}, at(-dice.whole(400, 460), 11))
    for order in (old, *within):
        order["net"] = order["amount"] - order["back"]
        order["is_late"] = order is not old
    return [old, *within]


def _order(goods: Mapping[str, Row], counts: Mapping[str, int], paid: datetime) -> dict[str, Any]:
    lines = [
        (goods[name]["id"], count, Decimal(goods[name]["list_price_amount"]))
        for name, count in counts.items()
    ]
    amount = sum((count * price for _id, count, price in lines), Decimal(0))
    return {"lines": lines, "paid_at": paid, "amount": amount, "back": Decimal(0)}


class _Shelf:
    """Collects what is planted, and knows the id that each new record will get."""

    def __init__(self, firm: Row, seller: int) -> None:
        self.seller = seller
        customer = as_customer(
            firm, region="east", source="website", owner_id=seller, consent="all", stage="proposal"
        )
        deal = {
            "name": f"{firm['own']}年度增购",
            "customer_id": _CUSTOMER,
            "contact_id": _CONTACT,
            "stage": "proposal",
            "stage_entered_at": at(-3, 10),
            "opened_at": at(-9, 10),
            "amount": Decimal("30000.00"),
            "probability_percent": 77,
            "expected_close_on": at(30, 9).date(),
            "owner_id": seller,
        }
        self.planted = [
            Planted("customer", customer),
            Planted("contact", as_contact(firm, _CUSTOMER, role="buyer")),
            Planted("opportunity", deal),
        ]

    def add(self, entity: str, **values: Any) -> int:
        self.planted.append(Planted(entity, values))
        return own_id(len(self.planted) - 1)

    def add_order(self, order: Mapping[str, Any]) -> None:
        paid, about = order["paid_at"], {"customer_id": _CUSTOMER}
        made = self.add(
            "order",
            ordered_at=paid - timedelta(hours=3),
            paid_at=paid,
            amount=order["amount"],
            refunded_amount=order["back"],
            status="done",
            owner_id=self.seller,
            **about,
        )
        for product, count, price in order["lines"]:
            self.add(
                "order_line",
                order_id=made,
                product_id=product,
                quantity_count=count,
                unit_price_amount=price,
            )
        self.add(
            "payment", kind="payment", order_id=made, paid_at=paid, amount=order["amount"], **about
        )
        if order["back"]:
            later = paid + timedelta(days=3)
            self.add(
                "payment",
                kind="refund",
                order_id=made,
                paid_at=later,
                amount=order["back"],
                **about,
            )

    def add_tickets(self, dice: Dice, subjects: Sequence[Row], open_count: int) -> None:
        for number, each in enumerate(dice.sample(subjects, open_count + 2)):
            is_open = number < open_count
            came = at(-dice.whole(1, 4) if is_open else -dice.whole(30, 200), 15)
            done = None if is_open else came + timedelta(days=1)
            self.add(
                "ticket",
                customer_id=_CUSTOMER,
                contact_id=_CONTACT,
                subject=each["subject"],
                channel="phone",
                category=each["category"],
                severity="medium",
                priority="medium",
                tier_at_creation="regular",
                status="in_progress" if is_open else "closed",
                owner_id=self.seller,
                received_at=came,
                resolved_at=done,
                closed_at=done,
                solution=None if is_open else "已处理，客户确认",
            )

    def add_visits(self, dice: Dice, goods: Mapping[str, Row]) -> None:
        for name, count in _INTEREST.items():
            nearest, farthest = (100, 200) if name == "stale" else (2, 80)
            for _number in range(count):
                self.add(
                    "web_visit",
                    customer_id=_CUSTOMER,
                    page="product",
                    product_id=goods[name]["id"],
                    visited_at=at(-dice.whole(nearest, farthest), dice.whole(8, 20)),
                    seconds_count=dice.whole(20, 400),
                )
