"""Customers of high potential, told by the tags that the sellers gave them."""

from collections.abc import Mapping
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, generator
from training_platform.practicals.generators.moments import beginning
from training_platform.practicals.report_filters import Sources

Row = Mapping[str, Any]


@generator
def tagged_potential(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Draw two of `signs` and one of `against` (tags): high potential has a sign, but not that.

    Customers of the seller's team count, who are active and no VIPs; `tag` is what they get.
    The key: ids, forms (ids as a form takes them), count, definition (the report), and the slips:
    first_forms and first_count (of one sign alone), with_against and its count, with_vip and its
    count, added (both signs counted one by one), bystander (an id).
    """
    staff = baseline["seller"]
    team = {n for n, row in staff.items() if row["team"] == staff[seller]["team"]}
    tiers = Sources(lambda entity: baseline.get(entity, {}), beginning())
    own = [
        row
        for row in baseline["customer"].values()
        if row["owner_id"] in team and row["retention"] == "active"
    ]
    vips = {row["id"] for row in own if tiers.tier_of(row["id"]) == "vip"}
    while True:
        signs, against = dice.sample(options["signs"], 2), dice.pick(options["against"])
        signed = [row for row in own if {*signs} & {*row["tags"]}]
        regular = [row for row in signed if row["id"] not in vips]
        chosen = [row for row in regular if against not in row["tags"]]
        with_vip = [row for row in signed if against not in row["tags"]]
        added = sum(sign in row["tags"] for row in chosen for sign in signs)
        if len(chosen) < min(len(regular), len(with_vip), added):  # each slip shows
            break
    first = [row for row in chosen if signs[0] in row["tags"]]
    bystander = dice.pick([row for row in own if row not in signed])
    tag = options["tag"]
    return Drawn(
        params={"first": signs[0], "second": signs[1], "against": against, "tag": tag},
        key={
            "ids": [row["id"] for row in chosen],
            "forms": _forms(chosen),
            "count": str(len(chosen)),
            "definition": {
                "entity": "customer",
                "period": "",
                "filters": {"tags": [tag]},
                "groups": ["owner_id"],
                "measure": "count",
            },
            "first_forms": _forms(first),
            "first_count": str(len(first)),
            "with_against": _forms(regular),
            "with_against_count": str(len(regular)),
            "with_vip": _forms(with_vip),
            "with_vip_count": str(len(with_vip)),
            "added": str(added),
            "bystander": bystander["id"],
        },
    )


def _forms(rows: list[Row]) -> list[str]:
    return [str(row["id"]) for row in rows]
