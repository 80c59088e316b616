"""Customers whose data are to be archived, erased or kept, by the rules of retention."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, Handout, Planted, generator
from training_platform.practicals.generators.moments import beginning

_COLUMNS = [
    {"zh": "客户编号", "en": "Number"},
    {"zh": "客户", "en": "Customer"},
    {"zh": "最后往来", "en": "Last business"},
    {"zh": "备注", "en": "Remarks"},
]
_NOTHING = {"zh": "—", "en": "—"}
_YEARS = 5
#: Kind → how many days before the beginning the last business lay, counted from the line of five
#: years for those on both sides of it: as few, and as many.
_OLD, _NEARLY, _ANY = (20, 900), (-170, -8), (30, 700)
#: Every third of those who ask for deletion was away for long, too.
_THIRD = 3
Row = Mapping[str, Any]


@generator
def retention_list(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Draw customers of the team: to archive, to erase, to keep, and four on legal hold.

    Options: counts of archive, erase, nearly (just not old enough), hearsay (nobody asked in
    writing) and active; asked, hearsay_said and busy (remarks in both languages). Of those on hold
    two are old and two asked; the hold stands on their pages alone. Who is old or nearly so has no
    order and no open opportunity in the CRM. The key: all_ids, archive, erase, hold, nearly,
    hearsay (ids), held_old and held_asked (one of each).
    """
    quiet, others = _customers(baseline, seller)
    kinds = ("archive", "held", "nearly")
    still = dice.sample(quiet, sum(options[each] for each in kinds))
    taken = {row["id"] for row in still}
    free = [row for row in (*quiet, *others) if row["id"] not in taken]
    names = ("erase", "held", "hearsay", "active")
    rest = dice.sample(free, sum(options[each] for each in names))
    found = dict(_split(kinds, still, options)) | {
        "asked_held" if name == "held" else name: rows
        for name, rows in _split(names, rest, options)
    }
    lines = [line for kind, rows in found.items() for line in _lines(dice, kind, rows, options)]
    lines = dice.sample(lines, len(lines))
    held = [row["id"] for row in (*found["held"], *found["asked_held"])]
    ids = {kind: [row["id"] for row in rows] for kind, rows in found.items()}
    headings = [f"{each['zh']} {each['en']}" for each in _COLUMNS]
    return Drawn(
        params={
            "count": len(lines),
            "line": _line().isoformat(),
            "customers": {"table": {"columns": _COLUMNS, "rows": lines}},
        },
        key={
            "all_ids": sorted(row["id"] for row in (*still, *rest)),
            "archive": ids["archive"],
            "erase": ids["erase"],
            "hold": held,
            "nearly": ids["nearly"],
            "hearsay": ids["hearsay"],
            "held_old": ids["held"][0],
            "held_asked": ids["asked_held"][0],
        },
        planted=[Planted("customer", {"is_on_legal_hold": True}, number) for number in held],
        handouts=[
            Handout(
                "retention.csv",
                [headings, *([*line[:3], f"{line[3]['zh']} {line[3]['en']}"] for line in lines)],
            )
        ],
    )


def _customers(baseline: Baseline, seller: int) -> tuple[list[Row], list[Row]]:
    """Return the team's customers: those of whom the CRM knows no business, and the others."""
    staff = baseline["seller"]
    team = {n for n, row in staff.items() if row["team"] == staff[seller]["team"]}
    busy = {row["customer_id"] for row in baseline["order"].values()}
    busy |= {row["customer_id"] for row in baseline["opportunity"].values() if not row["closed_at"]}
    own = [
        row
        for row in baseline["customer"].values()
        if row["owner_id"] in team
        and row["retention"] == "active"
        and not row["is_on_legal_hold"]
        and row["mobile"]
    ]
    quiet = [row for row in own if row["id"] not in busy]
    return quiet, [row for row in own if row["id"] in busy]


def _split(
    kinds: tuple[str, ...], rows: list[Row], options: Mapping[str, Any]
) -> Iterator[tuple[str, list[Row]]]:
    at = 0
    for kind in kinds:
        yield kind, rows[at : at + options[kind]]
        at += options[kind]


def _lines(
    dice: Dice, kind: str, rows: list[Row], options: Mapping[str, Any]
) -> Iterator[list[Any]]:
    """Yield what the list says of customers of a kind."""
    said = {"erase": "asked", "asked_held": "asked", "hearsay": "hearsay_said", "active": "busy"}
    for number, row in enumerate(rows):
        remark = dice.pick(options[said[kind]]) if kind in said else _NOTHING
        is_old = kind in {"archive", "held"} or (kind == "erase" and number % _THIRD == 0)
        last = _day(dice, kind, is_old=is_old)
        yield [row["code"], row["name"], last.isoformat(), remark]


def _day(dice: Dice, kind: str, *, is_old: bool) -> date:
    if is_old:
        return _line() - timedelta(days=dice.whole(*_OLD))
    if kind == "nearly":
        return _line() - timedelta(days=dice.whole(*_NEARLY))
    return beginning().date() - timedelta(days=dice.whole(*_ANY))


def _line() -> date:
    """Return the day before which the last business must lie for a customer to be archived."""
    today = beginning().date()
    return today.replace(year=today.year - _YEARS)
