"""A leader's reports, of which one counts something else than its name says."""

from collections.abc import Mapping
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.figures import figures, money, total

Definition = dict[str, Any]
_COLUMNS = [{"zh": "报表", "en": "Report"}, {"zh": "应当统计", "en": "What it should count"}]


@generator
def faulty_report(dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int) -> Drawn:
    """Plant the reports of `reports` (name, says, definition, slips); one of them slips.

    Drawn are only slips that change the total. The key: id, name, definition and address (of the
    report as it should be), shown and right (its total now, and as it should be), other (the name
    of a right one) with its other_total and other_shown (that of the faulty one again).
    """
    reports = options["reports"]
    faulty, other = dice.sample(range(len(reports)), 2)
    while True:
        wanted: Definition = reports[faulty]["definition"]
        slipped = wanted | dice.pick(reports[faulty]["slips"])
        if _total(slipped, baseline, seller) != _total(wanted, baseline, seller):
            break
    shown = [each["definition"] for each in reports]
    shown[faulty] = slipped
    return Drawn(
        params={
            "reports": {
                "table": {
                    "columns": _COLUMNS,
                    "rows": [[each["name"], each["says"]] for each in reports],
                }
            },
            "choices": [each["name"] for each in reports],
            "asked": reports[other]["name"],
        },
        key={
            "id": own_id(faulty),
            "name": reports[faulty]["name"]["zh"],
            "named": reports[faulty]["name"],
            "other_named": reports[other]["name"],
            "definition": wanted,
            "address": _address(wanted),
            "slipped": _address(slipped),
            "right": _total(wanted, baseline, seller),
            "shown": _total(slipped, baseline, seller),
            "other": reports[other]["name"]["zh"],
            "other_total": _total(reports[other]["definition"], baseline, seller),
        },
        planted=[
            Planted(
                "saved_report",
                {"name": each["name"]["zh"], "definition": definition, "seller_id": seller},
            )
            for each, definition in zip(reports, shown, strict=True)
        ],
    )


def _total(definition: Definition, baseline: Baseline, seller: int) -> str:
    found = total(figures(definition, baseline, seller))
    return money(found) if definition["measure"] == "sum" else str(found)


def _address(definition: Definition) -> str:
    """Return a definition as the builder's address says it."""
    said = {
        "of": definition["entity"],
        "by": definition["period_field"],
        "period": definition["period"],
        "rows": definition["groups"][0],
        "measure": definition["measure"],
        "sum": definition.get("measure_field", ""),
    }
    filters = {name: ",".join(codes) for name, codes in definition.get("filters", {}).items()}
    return "&".join(f"{name}={text}" for name, text in (said | filters).items())
