"""A rubric's file as its form shows it, and back. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from training_platform.studio.library.values import texts_given
from training_platform.studio.papers.values import LANGUAGES, moved, number, text_in

TEXTS = ("title", "summary")
ORDER = ("id", *TEXTS, "criteria")
MOST_CRITERIA = 6
MOST_LEVELS = 5
_NO_WORD = re.compile(r"[^a-z0-9]+")


def is_shown(value: Mapping[str, Any]) -> bool:
    """Tell whether a form can show the file without losing anything of it."""
    criteria = value.get("criteria") or []
    return (
        all(isinstance(value.get(name, ""), str | dict) for name in TEXTS)
        and isinstance(criteria, list)
        and all(isinstance(each, dict) and _is_criterion(each) for each in criteria)
    )


def _is_criterion(criterion: Mapping[str, Any]) -> bool:
    levels = criterion.get("levels") or []
    texts = [criterion.get("title", ""), *(levels if isinstance(levels, list) else [None])]
    return all(isinstance(each, str | dict) for each in texts)


def changed(value: Mapping[str, Any], given: "MultiDict[str, str]") -> dict[str, Any]:
    """Return the file's value with what the form says; keys that it does not show stay."""
    found = dict(value)
    for name in TEXTS:
        found[name] = texts_given(value.get(name), given, f"{name}-", is_long=False)
    known = {each.get("id"): each for each in value.get("criteria") or []}
    count = min(given.get("criteria", 0, type=int), MOST_CRITERIA + 1)
    taken = {given.get(f"c{index}-id", "") for index in range(count)}
    found["criteria"] = []
    for index in range(count):
        ident = given.get(f"c{index}-id", "") or _new_id(given.get(f"c{index}-title-en"), taken)
        taken.add(ident)
        old = known.get(ident, {})
        found["criteria"].append({"id": ident} | _criterion(old, given, f"c{index}-"))
    return found


def _criterion(old: Mapping[str, Any], given: "MultiDict[str, str]", start: str) -> dict[str, Any]:
    levels = old.get("levels") or []
    count = min(given.get(f"{start}levels", 0, type=int), MOST_LEVELS + 1)
    shown = {
        "title": texts_given(old.get("title"), given, f"{start}title-", is_long=False),
        "weight": number(given.get(f"{start}weight", "")),
        "levels": [
            texts_given(
                levels[at] if at < len(levels) else None, given, f"{start}l{at}-", is_long=False
            )
            for at in range(count)
        ],
    }
    rest = {key: each for key, each in old.items() if key not in ("id", *shown)}
    return {key: each for key, each in shown.items() if each is not None} | rest


def _new_id(title: str | None, taken: set[str]) -> str:
    """Return an id from the English title that no other criterion has; it never changes later."""
    start = _NO_WORD.sub("-", (title or "").lower()).strip("-")[:40].strip("-") or "criterion"
    found, count = start, 1
    while found in taken:
        count += 1
        found = f"{start}-{count}"
    return found


def acted(value: dict[str, Any], act: str) -> tuple[dict[str, Any], int | None]:
    """Return the value after a button of the form, and the criterion to look at.

    Acts: add, up:1, down:1, remove:1 for criteria; level-add:1, level-up:1:2 … for their levels.
    """
    word, _sign, rest = act.partition(":")
    first, _sign, second = rest.partition(":")
    rows = [dict(each) for each in value.get("criteria") or []]
    if word == "add":
        blank = [dict.fromkeys(LANGUAGES, "") for _each in range(4)]
        ident = _new_id(None, {str(each.get("id")) for each in rows})
        new = {"id": ident, "title": dict(blank[0]), "levels": blank[1:]}
        return value | {"criteria": [*rows, new]}, len(rows)
    at = _index(first)
    if not 0 <= at < len(rows):
        return value, None
    if word in ("up", "down", "remove"):
        rows = moved(rows, at, word)
    elif word == "level-add":
        rows[at]["levels"] = [*(rows[at].get("levels") or []), dict.fromkeys(LANGUAGES, "")]
    else:
        step = word.removeprefix("level-")
        rows[at]["levels"] = moved(rows[at].get("levels") or [], _index(second), step)
    return value | {"criteria": rows}, min(at, len(rows) - 1)


def _index(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else -1


def fields_of(value: Mapping[str, Any]) -> dict[str, str]:
    """Return what the form's fields hold, by name: what a browser would send of them."""
    criteria = value.get("criteria") or []
    found = {"criteria": str(len(criteria))}
    for name in TEXTS:
        found |= {f"{name}-{code}": text_in(value, name, code) for code in LANGUAGES}
    for index, criterion in enumerate(criteria):
        levels = criterion.get("levels") or []
        found[f"c{index}-id"] = str(criterion.get("id", ""))
        found[f"c{index}-weight"] = str(criterion.get("weight", ""))
        found[f"c{index}-levels"] = str(len(levels))
        for code in LANGUAGES:
            found[f"c{index}-title-{code}"] = text_in(criterion, "title", code)
            for at, level in enumerate(levels):
                found[f"c{index}-l{at}-{code}"] = text_in({"x": level}, "x", code)
    return found


def weight_of(value: Mapping[str, Any]) -> int:
    """Return what the weights come to; what is no number weighs nothing."""
    weights = (each.get("weight") for each in value.get("criteria") or [])
    return sum(each for each in weights if isinstance(each, int))
