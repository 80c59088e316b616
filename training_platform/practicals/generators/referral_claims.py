"""Claims of rewards for referrals: some valid, some not, one that cannot be decided yet."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.crm.rules.campaigns import KNOWN_BEFORE, reward
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.firms import NewFirms, as_customer
from training_platform.practicals.generators.moments import at, beginning

Row = Mapping[str, Any]
#: The company's rate; one claim was entered with another.
RATE = 5
#: What each claim is about: a plain one, one with a wrong rate, one under a short name, ...
SORTS = ("plain", "wrong_rate", "short_name", "existing", "refunded", "unpaid")
VALID = SORTS[:3]
_COLUMNS = [
    {"zh": "介绍人", "en": "Referred by"},
    {"zh": "申报的新客户", "en": "New customer as claimed"},
]


class _Desk:
    """Collects what is planted, and knows the id that each new record will get."""

    def __init__(self) -> None:
        self.planted: list[Planted] = []

    def add(self, entity: str, **values: Any) -> int:
        self.planted.append(Planted(entity, values))
        return own_id(len(self.planted) - 1)


@generator
def referral_claims(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Plant six claims and the customers and orders that decide them.

    Options: wrong_rate (percent). The key: valid and ids (ids of claims), rewards (id, order_id,
    reward_amount), refused (id, status, refused_reason: words of which one must be said), open (the
    undecided claim), links (id of the new customer, referred_by_id, referrer as a form takes it),
    short (id, and the customer as a form takes it), wrong_rate, existing (ids of claims).
    """
    desk, firms = _Desk(), NewFirms(dice, baseline)
    own = _long_known(baseline, seller)
    chosen = dice.sample(own, len(SORTS) + 1)
    referrers, existing = chosen[:-1], chosen[-1]
    claims: dict[str, dict[str, Any]] = {}
    told = []
    for sort, referrer in dice.sample(list(zip(SORTS, referrers, strict=True)), len(SORTS)):
        found = _claim(dice, desk, firms, (sort, referrer, existing), seller)
        rate = options["wrong_rate"] if sort == "wrong_rate" else RATE
        values = found.pop("values")
        claims[sort] = found | {"id": desk.add("referral", **values, rate_percent=rate)}
        told.append([referrer["name"], values["referred_name"]])
    return Drawn(
        params={"count": len(SORTS), "claims": {"table": {"columns": _COLUMNS, "rows": told}}},
        key=_key(claims),
        planted=tuple(desk.planted),
    )


def _long_known(baseline: Baseline, seller: int) -> list[Row]:
    """Return the seller's customers who were there long before any of the claims."""
    since = (beginning() - KNOWN_BEFORE - timedelta(days=120)).isoformat()
    return [
        row
        for row in baseline["customer"].values()
        if row["owner_id"] == seller and row["retention"] == "active" and row["created_at"] < since
    ]


def _claim(
    dice: Dice,
    desk: _Desk,
    firms: NewFirms,
    about: tuple[str, Row, Row],
    seller: int,
) -> dict[str, Any]:
    """Plant the new customer and its orders; return the claim's values and what decides it."""
    sort, referrer, existing = about
    claimed = at(-dice.whole(3, 9), dice.whole(9, 17), dice.whole(0, 59))
    values = {"referrer_id": referrer["id"], "claimed_at": claimed, "status": "claimed"}
    if sort == "existing":
        named = {"referred_name": existing["name"], "referred_id": existing["id"]}
        return {"values": values | named}
    firm = firms.draw()
    customer = desk.add(
        "customer",
        **as_customer(firm, region="east", source="referral", owner_id=seller, consent="all"),
    )
    found = {"customer": customer, "referrer": referrer["id"]}
    if sort == "short_name":
        named = {"referred_name": f"{firm['own']}（{firm['person']}那家）"}
    else:
        named = {"referred_name": firm["name"], "referred_id": customer}
    if sort != "unpaid":
        first = _amount(dice)
        back = first // 4 if sort == "refunded" else Decimal(0)
        paid = claimed - timedelta(hours=dice.whole(20, 60))
        order = _order(desk, customer, seller, paid, (first, back))
        _order(
            desk,
            customer,
            seller,
            claimed + timedelta(hours=20),
            (first + _amount(dice), Decimal(0)),
        )
        found |= {"order": order, "reward": str(reward(first, RATE))}
    return found | {"values": values | named}


def _amount(dice: Dice) -> Decimal:
    """Return an amount whose twentieth is no round number of yuan."""
    return Decimal(dice.whole(61, 899) * 100 + dice.whole(1, 99)).quantize(Decimal("0.01"))


def _order(
    desk: _Desk, customer: int, seller: int, paid: datetime, amounts: tuple[Decimal, Decimal]
) -> int:
    """Plant a paid order with its payments; amounts are what was paid and what went back."""
    amount, back = amounts
    order = desk.add(
        "order",
        customer_id=customer,
        ordered_at=paid - timedelta(hours=4),
        paid_at=paid,
        amount=amount,
        refunded_amount=back.quantize(Decimal("0.01")),
        status="paid",
        owner_id=seller,
    )
    about = {"customer_id": customer, "order_id": order}
    desk.add("payment", kind="payment", paid_at=paid, amount=amount, **about)
    if back:
        later = paid + timedelta(hours=30)
        desk.add(
            "payment", kind="refund", paid_at=later, amount=back.quantize(Decimal("0.01")), **about
        )
    return order


def _key(claims: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    valid = [claims[sort] for sort in VALID]
    refused: Sequence[tuple[str, list[str]]] = (
        (
            "existing",
            [
                "已是",
                "已经是",
                "老客户",
                "原来就是",
                "本来就是",
                "之前就是",
                "was our customer",
                "existing",
                "already",
            ],
        ),
        ("refunded", ["退款", "退货", "退过", "refund", "returned"]),
    )
    return {
        "ids": [each["id"] for each in claims.values()],
        "valid": [each["id"] for each in valid],
        "rewards": [
            {"id": each["id"], "order_id": each["order"], "reward_amount": each["reward"]}
            for each in valid
        ],
        "refused": [
            {
                "id": claims[sort]["id"],
                "status": "refused",
                "refused_reason": [words, *(each for _sort, each in refused if each != words)],
                "say": words[0],
            }
            for sort, words in refused
        ],
        "open": claims["unpaid"]["id"],
        "links": [
            {"id": each["customer"], "referred_by_id": each["referrer"]}
            | {"referrer": f"#{each['referrer']}"}
            for each in valid
        ],
        "short": {
            "id": claims["short_name"]["id"],
            "customer": f"#{claims['short_name']['customer']}",
        },
        "wrong_rate": claims["wrong_rate"]["id"],
        "existing": claims["existing"]["id"],
    }
