"""A task's file as its form shows it, and the form back into the file's value. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from training_platform.studio.library.values import texts_given
from training_platform.studio.papers.values import LANGUAGES, number, text_in
from training_platform.studio.tasks.areas import area_text, area_value
from training_platform.studio.tasks.cards import MOST_CHECKS, card_given, fields_of_card, is_card

TEXTS = ("title", "summary")
LISTS = ("job_roles", "skills")
#: The keys of the format in their order.
ORDER = (
    *("id", *TEXTS, *LISTS, "course", "minutes", "exam", "seller", "generator", "options"),
    *("checks", "passing", "wrong", "significant_revision"),
)
MOST_WRONG = 12
_NO_WORD = re.compile(r"[^a-z0-9]+")


def is_shown(value: Mapping[str, Any]) -> bool:
    """Tell whether a form can show the file without losing anything of it."""
    wrong = value.get("wrong") or []
    checks = value.get("checks") or []
    return (
        all(isinstance(value.get(name, ""), str | dict) for name in TEXTS)
        and all(isinstance(value.get(name) or [], list) for name in LISTS)
        and isinstance(value.get("options") or {}, str | dict)
        and all(isinstance(value.get(name) or {}, dict) for name in ("exam", "passing"))
        and isinstance((value.get("passing") or {}).get("required") or [], list)
        and isinstance(checks, list)
        and all(is_card(each) for each in checks)
        and isinstance(wrong, list)
        and all(_is_wrong(each) for each in wrong)
    )


def _is_wrong(wrong: Any) -> bool:
    return (
        isinstance(wrong, dict)
        and isinstance(wrong.get("why", ""), str | dict)
        and isinstance(wrong.get("loses") or [], list)
    )


def changed(value: Mapping[str, Any], given: "MultiDict[str, str]") -> dict[str, Any]:
    """Return the file's value with what the form says; keys that it does not show stay."""
    found = dict(value)
    for name in TEXTS:
        found[name] = texts_given(value.get(name), given, f"{name}-", is_long=False)
    for name in LISTS:
        found[name] = _chosen(value.get(name), given.getlist(name))
    for name in ("course", "generator"):
        _put(found, name, given.get(name, "").strip())
    _put(found, "minutes", number(given.get("minutes", "")))
    seller = number(given.get("seller", ""))
    _put(found, "seller", None if seller == 1 and "seller" not in value else seller)
    exam = dict(value.get("exam") or {})
    _put(exam, "minutes", number(given.get("exam_minutes", "")))
    _put(found, "exam", exam or None)
    options = area_value(given.get("options", ""), value.get("options") or {})
    if options or "options" in value:
        found["options"] = options
    found["checks"] = _checks(value.get("checks") or [], given)
    passing = dict(value.get("passing") or {})
    _put(passing, "percent", number(given.get("pass_percent", "")))
    required = _chosen(passing.get("required"), given.getlist("required"))
    _put(passing, "required", required or None)
    found["passing"] = passing
    old = value.get("wrong") or []
    count = min(given.get("wrong", 0, type=int), MOST_WRONG)
    known = {each.get("name"): each for each in old}
    found["wrong"] = [_wrong(known, given, f"w{at}-") for at in range(count)]
    return found


def _put(found: dict[str, Any], name: str, value: Any) -> None:
    if value in ("", None):
        found.pop(name, None)
    else:
        found[name] = value


def _chosen(old: Any, chosen: list[str]) -> list[str]:
    """Return what was chosen; what the file had stays in its order."""
    kept = [each for each in old or [] if each in chosen]
    return [*kept, *(each for each in dict.fromkeys(chosen) if each and each not in kept)]


def _checks(old: list[Any], given: "MultiDict[str, str]") -> list[dict[str, Any]]:
    known = {each.get("id"): each for each in old}
    count = min(given.get("checks", 0, type=int), MOST_CHECKS + 1)
    found = []
    for at in range(count):
        ident = given.get(f"c{at}-id", "")
        is_here = at < len(old) and str(old[at].get("id", "")) == ident
        found.append(card_given(old[at] if is_here else known.get(ident, {}), given, f"c{at}-"))
    return found


def _wrong(
    known: Mapping[Any, Mapping[str, Any]], given: "MultiDict[str, str]", start: str
) -> dict[str, Any]:
    name = given.get(f"{start}name", "")
    old = known.get(name, {})
    loses = _chosen(old.get("loses"), given.getlist(f"{start}loses"))
    why = texts_given(old.get("why"), given, f"{start}why-", is_long=False)
    shown = {"name": name, "loses": loses, "why": why}
    return {key: shown.get(key, old[key]) for key in old} | shown


def fields_of(value: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """Return what the form's fields hold, by name: what a browser would send of them."""
    checks, wrong = value.get("checks") or [], value.get("wrong") or []
    passing = value.get("passing") or {}
    found: dict[str, str | list[str]] = {
        "checks": str(len(checks)),
        "wrong": str(len(wrong)),
        "exam_minutes": str((value.get("exam") or {}).get("minutes", "")),
        "seller": str(value.get("seller", 1)),
        "options": area_text(value.get("options") or {}),
        "pass_percent": str(passing.get("percent", "")),
        "required": [str(each) for each in passing.get("required") or []],
    }
    for name in TEXTS:
        found |= {f"{name}-{code}": text_in(value, name, code) for code in LANGUAGES}
    for name in LISTS:
        found[name] = [str(each) for each in value.get(name) or []]
    for name in ("course", "minutes", "generator"):
        found[name] = str(value.get(name) or "")
    for at, check in enumerate(checks):
        found |= fields_of_card(check, f"c{at}-")
    for at, each in enumerate(wrong):
        found[f"w{at}-name"] = str(each.get("name", ""))
        found[f"w{at}-loses"] = [str(x) for x in each.get("loses") or []]
        found |= {f"w{at}-why-{code}": text_in(each, "why", code) for code in LANGUAGES}
    return found


def total_of(value: Mapping[str, Any]) -> float:
    """Return what the checks are worth together; what is no number is worth nothing."""
    points = (each.get("points") for each in value.get("checks") or [])
    total = sum(each for each in points if isinstance(each, int | float))
    return int(total) if total == int(total) else total


def named(text: str, taken: set[str], sign: str, other: str) -> str:
    """Return an id from a text that is not taken; sign stands between its words."""
    start = _NO_WORD.sub(sign, text.lower()).strip(sign)[:40].strip(sign)
    start = start if start[:1].isalpha() else other
    found, count = start, 1
    while found in taken:
        count += 1
        found = f"{start}{sign}{count}"
    return found
