"""Customers whose data are to be archived, erased or kept, by the rules of retention."""

from collections.abc import Mapping
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator

_COLUMNS = [
    {"zh": "客户编号", "en": "Number"},
    {"zh": "客户", "en": "Customer"},
    {"zh": "情况", "en": "What is known"},
]


@generator
def retention_list(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Draw customers of the team: to archive, to erase, active ones, and two on legal hold.

    Options: archive, erase, active (counts), old, asked, busy (what is said of them, in both
    languages). Of the two on hold one is old, one asked; the hold stands on their pages alone. The
    key: all_ids, archive, erase, hold (ids), held_old and held_asked.
    """
    staff = baseline["seller"]
    team = {n for n, row in staff.items() if row["team"] == staff[seller]["team"]}
    own = [
        row
        for row in baseline["customer"].values()
        if row["owner_id"] in team
        and row["retention"] == "active"
        and not row["is_on_legal_hold"]
        and row["mobile"]
    ]
    kinds = [
        *["old"] * options["archive"],
        *["asked"] * options["erase"],
        *["busy"] * options["active"],
        "old",
        "asked",
    ]
    chosen = dice.sample(own, len(kinds))
    held = [row["id"] for row in chosen[-2:]]
    rows = [
        [row["code"], row["name"], dice.pick(options[kind])]
        for row, kind in zip(chosen, kinds, strict=True)
    ]
    free = list(zip(chosen, kinds, strict=True))[:-2]
    return Drawn(
        params={
            "count": len(rows),
            "customers": {"table": {"columns": _COLUMNS, "rows": dice.sample(rows, len(rows))}},
        },
        key={
            "all_ids": sorted(row["id"] for row in chosen),
            "archive": [row["id"] for row, kind in free if kind == "old"],
            "erase": [row["id"] for row, kind in free if kind == "asked"],
            "hold": held,
            "held_old": held[0],
            "held_asked": held[1],
        },
        planted=[Planted("customer", {"is_on_legal_hold": True}, number) for number in held],
    )
