"""Records that somebody spoiled, and what elsewhere in the CRM says how they were."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from training_platform.crm.dataset import names
from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator

Row = Mapping[str, Any]
#: What may be wrong: the field, and how it was spoiled.
KINDS = ("mobile", "contact_title", "email", "province")


@generator
def spoiled_records(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Spoil some of the seller's customers; their contacts and cities say what is right.

    Options: so many of each kind, by kind. One more customer lost a digit of the number, and its
    contact too: nobody can know the right one. The key: fixed (id, the right field, and mend for
    forms), fixed_ids, unfixable (an id) and guess (a wrong number for it).
    """
    contacts = {
        row["customer_id"]: row
        for row in baseline["contact"].values()
        if row["is_primary"] and row["mobile"]
    }
    held = Counter(
        row[name] for row in baseline["customer"].values() for name in ("mobile", "email")
    )
    own = [
        row
        for row in baseline["customer"].values()
        if row["owner_id"] == seller
        and row["retention"] == "active"
        # mending it must not look like a duplicate
        and (held[row["mobile"]], held[row["email"]]) == (1, 1)
        and _agrees(row, contacts)
    ]
    count = sum(options[kind] for kind in KINDS)
    chosen = dice.sample(own, count + 1)
    kinds = [kind for kind in KINDS for _number in range(options[kind])]
    pairs = list(zip(chosen, kinds, strict=False))
    lost = chosen[-1]
    short = lost["mobile"][:-1]
    return Drawn(
        params={"count": count + 1},
        key={
            "fixed": [
                {"id": row["id"], kind: row[kind], "mend": {kind: row[kind]}} for row, kind in pairs
            ],
            "fixed_ids": [row["id"] for row, _kind in pairs],
            "unfixable": lost["id"],
            "guess": f"{short}{(int(lost['mobile'][-1]) + 1) % 10}",
        },
        planted=(
            *(Planted("customer", _spoiled(dice, row, kind), row["id"]) for row, kind in pairs),
            Planted("customer", {"mobile": short}, lost["id"]),
            Planted("contact", {"mobile": short}, contacts[lost["id"]]["id"]),
        ),
    )


def _agrees(row: Row, contacts: Mapping[int, Row]) -> bool:
    """Tell that the customer's own fields can be found again at its contact and its city."""
    contact = contacts.get(row["id"])
    return (
        contact is not None
        and all(row[name] for name in ("contact_title", "mobile", "email"))
        and (contact["title"], contact["mobile"], contact["email"])
        == (row["contact_title"], row["mobile"], row["email"])
        and row["city"] in names.CITIES
        and names.CITIES[row["city"]][0] == row["province"]
    )


def _spoiled(dice: Dice, row: Row, kind: str) -> dict[str, Any]:
    if kind == "mobile":
        return {"mobile": row["mobile"][:-1]}
    if kind == "email":
        return {"email": row["email"].replace("@", "")}
    if kind == "contact_title":
        return {"contact_title": ""}
    others: Sequence[str] = sorted({each[0] for each in names.CITIES.values()} - {row["province"]})
    return {"province": dice.pick(others)}
