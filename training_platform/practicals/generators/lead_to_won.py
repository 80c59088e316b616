"""One lead of a firm that buys already, and what it answers until the deal is won."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.crm.rules.quoting import Line, total
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.firms import NewFirms, as_contact, as_customer
from training_platform.practicals.generators.moments import at
from training_platform.practicals.generators.quote_letters import off

Row = Mapping[str, Any]
WAY = ("initial_contact", "needs_analysis", "proposal", "contract", "won")
#: Product line → the quantities that people order.
_QUANTITIES = {"equipment": (1, 2), "consumable": (20, 30, 40, 60)}
CUSTOMER, LEAD = own_id(0), own_id(2)
#: Records that converting makes before the opportunity: none but the note of the first call.
_DEAL = own_id(4)


@generator
def lead_to_won(dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int) -> Drawn:
    """Plant a customer and a lead that came in for its second plant, and draw its answers.

    Options: percent (the discount that it asks for, within the seller's authority), down (the
    first payment, in percent), replies (one for each stage: subject, text with {lines}, {off},
    {valid}, {ends}, {down}, {paid}; the words of which a note must hold one; a note). The key:
    lead, customer, replies, moves (stage changes as they must stand), quote, contract, payment,
    deal (the opportunity, where one call was noted and nobody made a new customer of the lead).
    """
    firm = NewFirms(dice, baseline).draw("food")
    products = _products(dice, baseline)
    lines = [Line(row["id"], count, Decimal(row["list_price_amount"])) for row, count in products]
    amount = total(lines, options["percent"])
    paid = (amount * options["down"] / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    dates = {
        "valid": (at(0, 9) + timedelta(days=dice.whole(10, 24))).date().isoformat(),
        "ends": (at(365, 9) + timedelta(days=dice.whole(5, 90))).date().isoformat(),
        "closes": (at(0, 9) + timedelta(days=dice.whole(20, 40))).date().isoformat(),
    }
    said = dates | {"down": options["down"], "paid": f"{paid:,}"}
    return Drawn(
        params={
            "company": firm["name"],
            "closes": dates["closes"],
            "budget": f"{total(lines, 0):,}",
            "letters": {
                "letters": [
                    _letter(firm, each, products, options["percent"], said)
                    for each in options["replies"]
                ]
            },
        },
        key=_key(options, lines, (amount, paid), dates) | {"name": firm["name"]},
        planted=_planted(dice, firm, seller),
    )


def _products(dice: Dice, baseline: Baseline) -> list[tuple[Row, int]]:
    """Return one machine and one consumable that are on sale, with a quantity each."""
    found = []
    for line, counts in _QUANTITIES.items():
        rows = [r for r in baseline["product"].values() if r["is_active"] and r["line"] == line]
        found.append((dice.pick(rows), dice.pick(counts)))
    return found


def _planted(dice: Dice, firm: Row, seller: int) -> list[Planted]:
    """Return the customer with its contact, and the lead: same buyer, the name without its form."""
    received = at(0, 8, dice.whole(5, 40))
    lead = {
        "company": firm["name"].removesuffix("有限公司") + "二厂",
        "person": firm["person"],
        "title": firm["title"],
        "mobile": firm["mobile"],
        "industry": firm["industry"],
        "region": "east",
        "source": "website",
        "potential": "high",
        "status": "assigned",
        "owner_id": seller,
        "received_at": received,
        "assigned_at": received,
        "first_follow_up_due_at": received + timedelta(hours=24),
    }
    customer = as_customer(firm, region="east", source="trade_fair", owner_id=seller, consent="all")
    return [
        Planted("customer", customer),
        Planted("contact", as_contact(firm, CUSTOMER, role="buyer")),
        Planted("lead", lead),
    ]


def _letter(
    firm: Row,
    reply: Mapping[str, Any],
    products: Sequence[tuple[Row, int]],
    percent: int,
    said: Mapping[str, Any],
) -> dict[str, Any]:
    chinese = "、".join(f"{row['name']} {count} {row['unit']}" for row, count in products)
    english = ", ".join(f"{count} × {row['english_name']}" for row, count in products)
    return {
        "from": f"{firm['person']}（{firm['name']}）",
        "subject": reply["subject"],
        "text": {
            "zh": reply["text"]["zh"].format(lines=chinese, off=off(percent), **said),
            "en": reply["text"]["en"].format(lines=english, off=f"{percent} %", **said),
        },
    }


def _key(
    options: Mapping[str, Any],
    lines: Sequence[Line],
    money: tuple[Decimal, Decimal],
    dates: Mapping[str, str],
) -> dict[str, Any]:
    replies, (amount, paid) = options["replies"], money
    words = [each["words"] for each in replies]
    told = [[own, *(each for each in words if each is not own)] for own in words]
    steps = zip(WAY, WAY[1:], replies, told, strict=False)
    moves = [
        {"to_stage": to, "from_stage": before, "evidence": words, "note": reply["note"]}
        for before, to, reply, words in steps
    ]
    return {
        "lead": LEAD,
        "customer": CUSTOMER,
        "replies": [
            {"words": words, "note": each["note"]}
            for each, words in zip(replies, told, strict=True)
        ],
        "everything": "；".join(each["note"] for each in replies),
        "moves": [{"to_stage": WAY[0]}, *moves],
        "steps": moves,
        "quote": [
            {
                "customer_id": CUSTOMER,
                "amount": str(amount),
                "discount_percent": options["percent"],
                "valid_until_on": dates["valid"],
                "status": "accepted",
            }
        ],
        "contract": [{"amount": str(amount), "ends_on": dates["ends"], "status": "signed"}],
        "payment": [{"kind": "payment", "amount": str(paid)}],
        "whole": str(amount),
        "paid": str(paid),
        "ends": dates["ends"],
        "closes": dates["closes"],
        "list_amount": str(total(lines, 0)),
        "fill": _fill(lines, dates["valid"])
        | {"discount_percent": str(options["percent"]), "discount_reason": "老客户二厂，首单"},
        "dear": _fill(lines, dates["valid"]),
        "deal": _DEAL,
        "deal_of_new": _DEAL + 2,
        "deal_unnoted": _DEAL - 1,
    }


def _fill(lines: Sequence[Line], valid: str) -> dict[str, str]:
    """Return what is typed into the form of a quote."""
    found = {"valid_until_on": valid}
    for number, line in enumerate(lines):
        found |= {
            f"product_{number}": str(line.product_id),
            f"quantity_{number}": str(line.quantity),
        }
    return found
