"""Checks of what was typed into the fields of the task itself. Pure."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from training_platform.core.text import fold
from training_platform.practicals import schemas
from training_platform.practicals.checks.findings import Finding, Gap, all_or_nothing, between
from training_platform.practicals.matchers import same
from training_platform.practicals.selecting import resolve
from training_platform.practicals.world import World

#: What parts the cells of a line that was typed by hand. A comma within a number parts nothing.
_PARTS = re.compile(r"[\s;|、]+|,(?=\s)")
#: A table that was given as a file has the row's name beside its mark.
_NAMED = 2
Row = Mapping[str, Any]


def answer(check: schemas.Answer, world: World) -> Finding:
    """Compare what was typed or chosen; a choice is told in both languages."""
    typed = typed_of(world, check.id)
    wanted = resolve(check.value, world.evidence)
    holds = bool(typed) and same(check.matcher, typed, wanted, check.within)
    offered = resolve(choices_of(check), world.evidence) or ()
    chosen = next((each for each in offered if same("choice", typed, each)), typed)
    return all_or_nothing(holds=holds, seen=chosen if typed else "", wanted=wanted)


def choices_of(check: schemas.Answer) -> Any:
    """Return what an answer offers, as the file says it: a list, a place, or None."""
    if check.choices is None or isinstance(check.choices, str):
        return check.choices
    return [each.model_dump() for each in check.choices]


def written(check: schemas.Rubric, world: World) -> Finding:
    """Return the text that people score; by itself it is worth nothing."""
    return Finding(Fraction(0), seen=typed_of(world, check.id))


def typed_rows(check: schemas.TypedRows, world: World) -> Finding:
    """Compare one column of the typed table with the key, row by row."""
    return _compared(check, world, resolve(check.key, world.evidence), check.column)


def is_slip(check: schemas.AnyCheck, slip: Any, world: World) -> bool:
    """Tell whether what was typed is what a slip makes of it.

    Of a table the slip is the name of another column of the key: at least one row holds that
    instead of the right value.
    """
    if isinstance(check, schemas.Answer):
        typed, wrong = typed_of(world, check.id), resolve(slip, world.evidence)
        return bool(typed) and same(check.matcher, typed, wrong, check.within)
    if not isinstance(check, schemas.TypedRows):
        return False
    rows = [
        row
        for row in resolve(check.key, world.evidence)
        if not same(check.matcher, row[slip], row[check.column], check.within)
    ]
    return bool(rows) and _compared(check, world, rows, slip).seen > 0


def typed_of(world: World, field_id: str) -> str:
    """Return what stands in one of the task's fields, without the space around it."""
    return world.evidence.answers.get(field_id, "").strip()


def table_of(text: str, columns: int) -> dict[str, Sequence[str]]:
    """Return the cells of each line by its mark: the last so many; of two lines the later one.

    A line is pasted from a spreadsheet (tabs), from a file (commas) or typed with spaces. What
    stands between the mark and the last cells, such as a name, is left aside.
    """
    found: dict[str, Sequence[str]] = {}
    for line in unicodedata.normalize("NFKC", text).splitlines():
        cells = _cells(line, columns)
        if len(cells) > columns:
            found[fold(cells[0]).rstrip(".:)")] = cells[-columns:]
    return found


def _cells(line: str, columns: int) -> list[str]:
    if "\t" in line:
        return [each.strip() for each in line.split("\t")]
    parted = next(csv.reader([line]), [])
    if columns < len(parted) <= columns + _NAMED:
        return [each.strip() for each in parted]
    return [each for each in _PARTS.split(line.strip()) if each]


def _compared(check: schemas.TypedRows, world: World, rows: Sequence[Row], column: str) -> Finding:
    typed = table_of(typed_of(world, check.field_id), len(check.columns))
    gaps = tuple(_gaps(check, rows, column, typed))
    right = len(rows) - len(gaps)
    share = between(Fraction(right, len(rows)), check.none, check.full)
    missing = sum(1 for row in rows if fold(str(row[check.match_on])) not in typed)
    return Finding(share, right, len(rows), gaps, {"missing": missing})


def _gaps(
    check: schemas.TypedRows, rows: Sequence[Row], column: str, typed: Mapping[str, Sequence[str]]
) -> Iterator[Gap]:
    place = check.columns.index(check.column)
    for row in rows:
        cells = typed.get(fold(str(row[check.match_on])))
        seen = cells[place] if cells else None
        if not same(check.matcher, seen, row[column], check.within):
            told = (check.entity, row["id"]) if check.entity else None
            name = "" if check.entity else str(row[check.match_on])
            yield Gap(told, name, seen, row[column])
