"""Letters of three customers who want a quote: what, at which discount, until when."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.crm.rules.quoting import Line, total
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.firms import NewFirms, as_contact, as_customer
from training_platform.practicals.generators.moments import at

Row = Mapping[str, Any]
#: Product line → the quantities that people order.
_QUANTITIES: Mapping[str, Sequence[int]] = {
    "equipment": (1, 2, 3),
    "consumable": (20, 30, 40, 60, 80, 120),
    "spare_part": (2, 4, 5, 8),
}
_LINES_EACH = 3
_DIGITS = "零一二三四五六七八九"
Deal = dict[str, Any]


@generator
def quote_letters(dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int) -> Drawn:
    """Plant three customers with an open opportunity each, and draw what they write.

    Options: small and large (discounts in percent: within the seller's authority, above it), and
    the letters that agree, waits and plain (subject, text; {lines}, {off}, {valid}, {ends} are put
    in). The first agrees at a small discount, the second wants a large one, the third pays list
    prices. The key: quotes (opportunity_id and fill for the form), lines, terms, validity,
    contracts (what is wanted, by customer), agreed (opportunity_id), signing (the contracts as
    they come into being); and for the form dodge (the second at what the seller may grant),
    miscounted (with a quantity one off), standard (all without their validity).
    """
    firms = NewFirms(dice, baseline)
    products = _products(dice, baseline, 3 * _LINES_EACH)
    percents = (dice.pick(options["small"]), dice.pick(options["large"]), 0)
    sorts = ("agrees", "waits", "plain")
    deals, planted, letters = [], [], []
    for number, (sort, percent) in enumerate(zip(sorts, percents, strict=True)):
        chosen = products[number * _LINES_EACH : (number + 1) * _LINES_EACH]
        firm = firms.draw()
        deal = _deal(dice, number, percent, chosen)
        deals.append(deal)
        planted += _planted(firm, deal, seller)
        letters.append(_letter(firm, options[sort], deal, chosen))
    return Drawn(
        params={"letters": {"letters": dice.sample(letters, len(letters))}},
        key=_key(deals, len(planted)),
        planted=tuple(planted),
    )


def _products(dice: Dice, baseline: Baseline, count: int) -> list[tuple[Row, int]]:
    """Return products that are on sale, none twice, with a quantity each."""
    rows = [
        row
        for row in baseline["product"].values()
        if row["is_active"] and row["line"] in _QUANTITIES
    ]
    return [(row, dice.pick(_QUANTITIES[row["line"]])) for row in dice.sample(rows, count)]


def _deal(dice: Dice, number: int, percent: int, chosen: Sequence[tuple[Row, int]]) -> Deal:
    lines = [
        Line(row["id"], quantity, Decimal(row["list_price_amount"])) for row, quantity in chosen
    ]
    ends = at(365, 9) + timedelta(days=dice.whole(20, 150))
    return {
        "customer_id": own_id(3 * number),
        "opportunity_id": own_id(3 * number + 2),
        "percent": percent,
        "lines": lines,
        "amount": total(lines, percent),
        "valid_until_on": (at(0, 9) + timedelta(days=dice.whole(10, 24))).date().isoformat(),
        "ends_on": ends.date().isoformat(),
    }


def _planted(firm: Row, deal: Deal, seller: int) -> list[Planted]:
    opportunity = {
        "name": f"{firm['name'][:4]}设备与耗材采购",
        "customer_id": deal["customer_id"],
        "contact_id": deal["customer_id"] + 1,
        "stage": "proposal",
        "stage_entered_at": at(-2, 10),
        "opened_at": at(-12, 10),
        "amount": total(deal["lines"], 0).quantize(Decimal(1000)).quantize(Decimal("0.01")),
        "probability_percent": 77,
        "expected_close_on": at(20, 9).date(),
        "owner_id": seller,
    }
    customer = as_customer(
        firm, region="east", source="website", stage="proposal", owner_id=seller, consent="all"
    )
    return [
        Planted("customer", customer),
        Planted("contact", as_contact(firm, deal["customer_id"], role="buyer")),
        Planted("opportunity", opportunity),
    ]


def _letter(
    firm: Row, letter: Mapping[str, Any], deal: Deal, chosen: Sequence[tuple[Row, int]]
) -> dict[str, Any]:
    chinese = "、".join(f"{row['name']} {count} {row['unit']}" for row, count in chosen)
    english = ", ".join(f"{count} × {row['english_name']}" for row, count in chosen)
    more = {"valid": deal["valid_until_on"], "ends": deal["ends_on"]}
    text = {
        "zh": letter["text"]["zh"].format(lines=chinese, off=off(deal["percent"]), **more),
        "en": letter["text"]["en"].format(lines=english, off=f"{deal['percent']} %", **more),
    }
    return {
        "from": f"{firm['person']}（{firm['name']}）",
        "subject": letter["subject"],
        "text": text,
    }


def off(percent: int) -> str:
    """Return a discount as people say it: 5 is 九五折, 10 is 九折, 12 is 八八折."""
    if not percent:
        return ""
    tens, ones = divmod(100 - percent, 10)
    return f"{_DIGITS[tens]}{_DIGITS[ones] if ones else ''}折"


def _key(deals: Sequence[Deal], planted: int) -> dict[str, Any]:
    agreed = [deals[0], deals[2]]
    first = own_id(planted + sum(1 + len(deal["lines"]) for deal in deals))
    return {
        "quotes": [
            {"opportunity_id": deal["opportunity_id"], "fill": _fill(deal)} for deal in deals
        ],
        "lines": [
            {
                "product_id": line.product_id,
                "quantity_count": line.quantity,
                "unit_price_amount": str(line.unit_price),
            }
            for deal in deals
            for line in deal["lines"]
        ],
        "terms": [
            {
                "customer_id": deal["customer_id"],
                "discount_percent": deal["percent"],
                "status": "accepted" if deal in agreed else "in_approval",
            }
            for deal in deals
        ],
        "validity": [
            {name: deal[name] for name in ("customer_id", "valid_until_on")} for deal in deals
        ],
        "agreed": [{"opportunity_id": deal["opportunity_id"]} for deal in agreed],
        "contracts": [
            {
                "customer_id": deal["customer_id"],
                "amount": str(deal["amount"]),
                "status": "signed",
                "ends_on": deal["ends_on"],
            }
            for deal in agreed
        ],
        "signing": [
            {"id": first + number, "ends_on": deal["ends_on"]} for number, deal in enumerate(agreed)
        ],
        "standard": [
            {name: value for name, value in _fill(deal).items() if name != "valid_until_on"}
            for deal in deals
        ],
        "dodge": _fill(deals[1]) | {"discount_percent": 5},
        "miscounted": _fill(deals[1]) | {"quantity_0": deals[1]["lines"][0].quantity + 1},
    }


def _fill(deal: Deal) -> dict[str, Any]:
    rows = {
        name: value
        for number, line in enumerate(deal["lines"])
        for name, value in (
            (f"product_{number}", line.product_id),
            (f"quantity_{number}", line.quantity),
        )
    }
    return rows | {
        "discount_percent": deal["percent"],
        "discount_reason": "客户一次采购量大，竞争对手报价更低" if deal["percent"] else "",
        "valid_until_on": deal["valid_until_on"],
    }
