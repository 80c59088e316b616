"""The RFM review of a team's customers: figures, points by the stated rule, sizes of groups."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from training_platform.core import clock
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.metrics.customers import RFM_GROUPS, Rfm, rfm
from training_platform.crm.metrics.twin import TwinSource
from training_platform.crm.rules.tiers import window_start
from training_platform.practicals.drawing import Baseline, Drawn, Handout, Planted, generator
from training_platform.practicals.generators.counting import source_of, typed_rows
from training_platform.practicals.generators.moments import at, beginning
from training_platform.practicals.generators.texts import in_both

Row = Mapping[str, Any]
#: So many customers stand on the report's page; of the others the orders themselves tell.
LISTED = 50
_RULES = {
    "limits": {"zh": "按固定界限", "en": "by fixed limits"},
    "fifths": {"zh": "按客户五等分", "en": "by fifths of the customers"},
}
_COLUMNS = [{"zh": "客户编号", "en": "Customer number"}, {"zh": "客户", "en": "Customer"}]
_HEADINGS = ["客户编号 Number", "客户 Customer", "天数 Days", "笔数 Orders", "净额 Net", "RFM"]
_EMPTY = [""] * 4
_GROUPS = {key: label for key, label, _advice in RFM_GROUPS.values()}
_ZERO = Decimal(0)


@generator
def rfm_review(dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int) -> Drawn:
    """Draw the rule of the points, customers to report on, and groups to count.

    Options: asked (so many customers), beyond (so many of them stand not on the report's page,
    where the rule can be applied by hand), groups. Orders are planted for some: a refunded one, an
    unpaid one, one of more than a year ago. The key: rows (code, days, orders, net, rfm, and what
    slips make of them: ordered, ever, gross, other), tables for the field (sheet, sheet_…), groups
    (name, size, other: the size by the other rule).
    """
    staff = baseline["seller"]
    team = frozenset(n for n, row in staff.items() if row["team"] == staff[seller]["team"])
    while True:
        rule = dice.pick(tuple(_RULES))
        firms = _trapped(dice, baseline, team)
        planted = _orders(dice, firms, baseline)
        orders = [*typed_rows(baseline, "order"), *_rows(planted)]
        source = TwinSource({"order": orders}, beginning(), team)
        right, other = (rfm(source, by_fifths=by) for by in (rule == "fifths", rule != "fifths"))
        asked = _asked(dice, right, firms, options["beyond"] if rule == "limits" else 0, options)
        groups = _groups(dice, right, other, options["groups"])
        if len(asked) == options["asked"] and len(groups) == options["groups"]:
            break
    own = [row for row in orders if row["owner_id"] is None or row["owner_id"] in team]
    rows = _key_rows(asked, other, own, baseline)
    return Drawn(
        params=_params(rows, rule, groups),
        key={
            "rows": rows,
            "groups": groups,
            "sheet": _sheet(rows),
            "half": _sheet(rows[::2]),
            "ordered": _sheet(rows, days="ordered"),
            "ever": _sheet(rows, orders="ever"),
            "gross": _sheet(rows, net="gross"),
            "other": _sheet(rows, rfm="other"),
        },
        planted=planted,
        handouts=[
            Handout(
                "rfm.csv", [_HEADINGS, *([row["code"], row["name"]] + [""] * 4 for row in rows)]
            )
        ],
    )


def _trapped(dice: Dice, baseline: Baseline, team: frozenset[int]) -> Sequence[int]:
    """Return three customers of the team that buy much: what is planted for them counts."""
    own = [
        risk.customer_id
        for risk in rfm(source_of(baseline, ["order", "seller"], team))[: LISTED - 15]
        if baseline["customer"][risk.customer_id]["owner_id"] in team
    ]
    return dice.sample(own, 3)


def _orders(dice: Dice, firms: Sequence[int], baseline: Baseline) -> list[Planted]:
    """Return an order that was refunded in part, an unpaid one, and one paid over a year ago."""
    refunded, unpaid, aged = (
        {
            "customer_id": firm,
            "owner_id": baseline["customer"][firm]["owner_id"],
            "status": "done",
            "amount": Decimal(dice.whole(40, 95) * 200),
            "refunded_amount": _ZERO,
        }
        for firm in firms
    )
    day = -dice.whole(2, 20)
    refunded |= {"ordered_at": at(day - 4, 10), "paid_at": at(day, 15)}
    refunded |= {"refunded_amount": refunded["amount"] / 4}
    unpaid |= {"ordered_at": at(-1, 10), "paid_at": None, "status": "shipped"}
    day = -dice.whole(370, 420)
    aged |= {"ordered_at": at(day - 6, 10), "paid_at": at(day, 15)}
    return [Planted("order", each) for each in (refunded, unpaid, aged)]


def _rows(planted: Sequence[Planted]) -> list[dict[str, Any]]:
    return [{"id": -1 - place, **each.values} for place, each in enumerate(planted)]


def _asked(
    dice: Dice, found: Sequence[Rfm], firms: Sequence[int], beyond: int, options: Row
) -> list[Rfm]:
    """Return the customers to report on, those with planted orders among them, by their numbers."""
    listed = found[:LISTED]
    traps = [each for each in listed if each.customer_id in firms]
    others = [each for each in listed if each not in traps]
    chosen = dice.sample(others, options["asked"] - beyond - len(firms))
    chosen += dice.sample([each for each in found[LISTED:] if each.orders > 1], beyond)
    return sorted([*traps, *chosen], key=lambda each: each.customer_id)


def _groups(
    dice: Dice, right: Sequence[Rfm], other: Sequence[Rfm], count: int
) -> list[dict[str, Any]]:
    """Return groups whose size tells by which rule the points were given."""
    sizes, others = (Counter(each.group for each in found) for found in (right, other))
    telling = [key for key in _GROUPS if sizes[key] and sizes[key] != others[key]]
    if len(telling) < count:
        return []
    return [
        {"name": in_both(_GROUPS[key]), "size": sizes[key], "other": others[key]}
        for key in dice.sample(telling, count)
    ]


def _key_rows(
    asked: Sequence[Rfm], other: Sequence[Rfm], orders: Sequence[Row], baseline: Baseline
) -> list[dict[str, Any]]:
    codes = {each.customer_id: each.code for each in other}
    customers = baseline["customer"]
    return [
        {
            "id": each.customer_id,
            "code": customers[each.customer_id]["code"],
            "name": customers[each.customer_id]["name"],
            "days": each.days,
            "orders": each.orders,
            "net": f"{each.net:.2f}",
            "rfm": each.code,
            "other": codes[each.customer_id],
            **_slips([row for row in orders if row["customer_id"] == each.customer_id]),
        }
        for each in asked
    ]


def _slips(orders: Sequence[Row]) -> dict[str, Any]:
    """Return a customer's days since the last order, all its orders, and what it paid gross."""
    now = beginning()
    paid = [row for row in orders if row["paid_at"] and row["status"] != "canceled"]
    last = max(clock.company_day(row["ordered_at"]) for row in orders)
    gross = sum((row["amount"] for row in paid if row["paid_at"] > window_start(now)), _ZERO)
    return {
        "ordered": (clock.company_day(now) - last).days,
        "ever": len(paid),
        "gross": f"{gross:.2f}",
    }


def _sheet(rows: Sequence[Row], **slips: str) -> str:
    """Return the table as it is pasted; slips puts another column in place of a right one."""
    names = ("code", "name", *(slips.get(each, each) for each in ("days", "orders", "net", "rfm")))
    return "\n".join("\t".join(str(row[name]) for name in names) for row in rows)


def _params(rows: Sequence[Row], rule: str, groups: Sequence[Row]) -> dict[str, Any]:
    return {
        "count": len(rows),
        "rule": _RULES[rule],
        "firms": {
            "table": {"columns": _COLUMNS, "rows": [[row["code"], row["name"]] for row in rows]}
        },
        **{f"group_{place}": each["name"] for place, each in enumerate(groups, 1)},
    }
