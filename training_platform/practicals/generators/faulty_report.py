"""A leader's board of reports, of which one counts something else than its name says."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from training_platform.crm.choices import REGIONS
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules.reports import TEAM
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.figures import figures, money, total
from training_platform.practicals.generators.texts import in_both
from training_platform.practicals.reporting import Table

Definition = dict[str, Any]
Report = Mapping[str, Any]
Text = Mapping[str, str]
_COLUMNS = [{"zh": "报表", "en": "Report"}, {"zh": "应当统计", "en": "What it should count"}]
_HUNDRED, _TENTH = Decimal(100), Decimal("0.1")
#: So many points lie between a right share and the one of the faulty report.
_APART = Decimal("0.5")


@generator
def faulty_report(dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int) -> Drawn:
    """Plant `count` of `reports` (name, says, definition, slips: kind and change); one slips.

    Drawn are only slips that change the total and the share of the largest group. The right report
    that is asked for has one group with the least and one with the most. `kinds`
    names what a slip may be of. The key: id, name, named, definition and address (of the report as
    it should be), slipped (the address as it is), kind and other_kind; right and shown (its total
    as it should be, and now), share and shown_share; other, other_named and other_total (of a
    right one), other_id and other_address; least and most (of that one); other_ids (all that are
    right).
    """
    board = _Board(baseline, seller)
    chosen = dice.sample(options["reports"], options["count"])
    other = next(each for each in chosen if board.ends(each["definition"]))
    suspects = dice.sample([each for each in chosen if each is not other], len(chosen) - 1)
    faulty, faults = next(
        (each, found) for each in suspects if (found := list(_faults(each, board)))
    )
    slip = dice.pick(faults)
    chosen = dice.sample(chosen, len(chosen))
    wanted: Definition = faulty["definition"]
    slipped: Definition = wanted | slip["change"]
    least, most = board.ends(other["definition"]) or ("", "")
    kinds = options["kinds"]
    place, at = chosen.index(faulty), chosen.index(other)
    return Drawn(
        params={
            "count": len(chosen),
            "reports": {
                "table": {
                    "columns": _COLUMNS,
                    "rows": [[each["name"], each["says"]] for each in chosen],
                }
            },
            "choices": [each["name"] for each in chosen],
            "kinds": list(kinds.values()),
            "asked": other["name"],
            "groups": list(_labels(other["definition"]).values()),
        },
        key={
            "id": own_id(place),
            "name": faulty["name"]["zh"],
            "named": faulty["name"],
            "definition": wanted,
            "address": _address(wanted),
            "slipped": _address(slipped),
            "kind": kinds[slip["kind"]],
            "other_kind": next(text for name, text in kinds.items() if name != slip["kind"]),
            "right": board.total(wanted),
            "shown": board.total(slipped),
            "share": str(board.share(wanted)),
            "shown_share": str(board.share(slipped)),
            "other": other["name"]["zh"],
            "other_named": other["name"],
            "other_id": own_id(at),
            "other_address": _address(other["definition"]),
            "other_total": board.total(other["definition"]),
            "least": _labels(other["definition"])[least],
            "most": _labels(other["definition"])[most],
            "other_ids": [own_id(n) for n, each in enumerate(chosen) if each is not faulty],
        },
        planted=[
            Planted(
                "saved_report",
                {
                    "name": each["name"]["zh"],
                    "definition": slipped if each is faulty else each["definition"],
                    "seller_id": seller,
                },
            )
            for each in chosen
        ],
    )


class _Board:
    """The figures that the reports show to a seller."""

    def __init__(self, baseline: Baseline, seller: int) -> None:
        self._baseline, self._seller = baseline, seller
        #: Address → figures: each report is asked for several times.
        self._known: dict[str, Table] = {}

    def total(self, definition: Definition) -> str:
        """Return the total as the page shows it."""
        found = total(self._table(definition))
        return money(found) if definition["measure"] == "sum" else str(found)

    def share(self, definition: Definition) -> Decimal:
        """Return what the largest group makes of the total, in percent."""
        largest = max(self._by_group(definition).values(), default=Decimal(0))
        share = largest * _HUNDRED / (total(self._table(definition)) or 1)
        return share.quantize(_TENTH, ROUND_HALF_UP)

    def ends(self, definition: Definition) -> tuple[str, str] | None:
        """Return the groups with the least and the most; None where several are as good."""
        by_group = self._by_group(definition)
        order = sorted(by_group, key=lambda each: (by_group[each], each))
        figures_of = [by_group[each] for each in order]
        is_clear = len(order) > 2 and figures_of[0] < figures_of[1]
        return (order[0], order[-1]) if is_clear and figures_of[-2] < figures_of[-1] else None

    def _by_group(self, definition: Definition) -> dict[str, Decimal]:
        name = definition["groups"][0]
        found = {dict(place)[name]: figure for place, figure in self._table(definition).items()}
        return {group: figure for group, figure in found.items() if group is not None}

    def _table(self, definition: Definition) -> Table:
        address = _address(definition)
        if address not in self._known:
            self._known[address] = figures(definition, self._baseline, self._seller)
        return self._known[address]


def _faults(report: Report, board: _Board) -> Iterator[Mapping[str, Any]]:
    """Yield the slips of a report that change its total and the largest group's share of it."""
    wanted: Definition = report["definition"]
    for slip in report["slips"]:
        slipped = wanted | slip["change"]
        shown = board.share(slipped)
        is_apart = abs(shown - board.share(wanted)) >= _APART
        if shown and is_apart and board.total(slipped) != board.total(wanted):
            yield slip


def _labels(definition: Definition) -> dict[str, Text]:
    """Return what the groups of a report are called."""
    name = definition["groups"][0]
    known = REGIONS if name == TEAM else ENTITIES[definition["entity"]].fields[name].choices
    return {code: in_both(text) for code, text in (known or {}).items()}


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
