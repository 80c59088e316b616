"""What the buttons of a task's form do: checks and wrong solutions come, move and go. Pure."""

from collections.abc import Mapping
from typing import Any

from training_platform.studio.papers.values import LANGUAGES, moved
from training_platform.studio.tasks.cards import ASKS
from training_platform.studio.tasks.values import named

_EMPTY = dict.fromkeys(LANGUAGES, "")


def acted(value: dict[str, Any], act: str, given: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """Return the value after a button of the form, and the part of the page to look at.

    Acts: add, up:1, down:1, remove:1, rename:1 for checks; slip-add:1, slip-remove:1:0 for the
    mistakes that a check knows; wrong-add, wrong-remove:name for wrong solutions. Others change
    nothing.
    """
    word, _sign, rest = act.partition(":")
    checks = [dict(each) for each in value.get("checks") or []]
    if word == "add":
        return value | {"checks": [*checks, _new(checks, given)]}, f"check-{len(checks)}"
    if word.startswith("wrong-"):
        return _wrong_acted(value, word, rest, given), "wrong"
    first, _sign, second = rest.partition(":")
    at = _index(first)
    if not 0 <= at < len(checks):
        return value, "checks" if act else ""
    if word in ("slip-add", "slip-remove"):
        slips = list(checks[at].get("misconceptions") or [])
        made = [*slips, {"text": dict(_EMPTY)}]
        checks[at]["misconceptions"] = (
            made if word == "slip-add" else moved(slips, _index(second), "remove")
        )
        return value | {"checks": checks}, f"check-{at}"
    if word == "remove":
        return _without(value, checks, at), "checks"
    if word == "rename":
        value = _renamed(value, checks, renaming(value, act, given))
        checks = value["checks"]
    to = {"up": at - 1, "down": at + 1}.get(word, at)
    return value | {"checks": moved(checks, at, word)}, f"check-{min(max(to, 0), len(checks) - 1)}"


def renaming(value: Mapping[str, Any], act: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return the id that a check has and the one that it gets; nothing where none is renamed."""
    word, _sign, rest = act.partition(":")
    checks, at = value.get("checks") or [], _index(rest)
    if word != "rename" or not 0 <= at < len(checks):
        return {}
    old = str(checks[at].get("id", ""))
    taken = {str(each.get("id")) for each in checks if each is not checks[at]}
    new = named(given.get(f"c{at}-newid", ""), taken, "_", old or "check")
    return {old: new} if new != old else {}


def _renamed(
    value: dict[str, Any], checks: list[dict[str, Any]], names: Mapping[str, str]
) -> dict[str, Any]:
    """Return the value with a check under another id, wherever the file speaks of it."""

    def other(name: Any) -> Any:
        return names.get(name, name) if isinstance(name, str) else name

    for each in checks:
        each["id"] = other(each.get("id"))
        for key in ("after", "sheet"):
            if key in each:
                each[key] = other(each[key])
    passing = dict(value.get("passing") or {})
    if passing.get("required"):
        passing["required"] = [other(each) for each in passing["required"]]
    wrong = [
        each | {"loses": [other(name) for name in each.get("loses") or []]}
        for each in value.get("wrong") or []
    ]
    return value | {"checks": checks, "passing": passing, "wrong": wrong}


def _new(checks: list[dict[str, Any]], given: Mapping[str, str]) -> dict[str, Any]:
    kind = given.get("new-type", "") or "answer"
    ident = named(kind, {str(each.get("id")) for each in checks}, "_", "check")
    found: dict[str, Any] = {"id": ident, "type": kind, "title": dict(_EMPTY), "points": 10}
    return found | ({ASKS[kind]: dict(_EMPTY)} if kind in ASKS else {})


def _without(value: dict[str, Any], checks: list[dict[str, Any]], at: int) -> dict[str, Any]:
    """Return the value without a check, and without what names it."""
    gone = checks[at].get("id")
    left = [each for each in checks if each is not checks[at]]
    for each in left:
        if each.get("after") == gone:
            del each["after"]
    passing = dict(value.get("passing") or {})
    if gone in (passing.get("required") or []):
        passing["required"] = [each for each in passing["required"] if each != gone]
    wrong = [
        each | {"loses": [name for name in each.get("loses") or [] if name != gone]}
        for each in value.get("wrong") or []
    ]
    return value | {"checks": left, "passing": passing, "wrong": wrong}


def _wrong_acted(
    value: dict[str, Any], word: str, name: str, given: Mapping[str, str]
) -> dict[str, Any]:
    wrong = list(value.get("wrong") or [])
    if word == "wrong-remove":
        return value | {"wrong": [each for each in wrong if each.get("name") != name]}
    taken = {str(each.get("name")) for each in wrong}
    new = named(given.get("new-wrong", ""), taken, "-", "wrong-way")
    return value | {"wrong": [*wrong, {"name": new, "loses": [], "why": dict(_EMPTY)}]}


def _index(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else -1
