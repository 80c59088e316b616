"""One check of a task as its card shows it, and back. Pure."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from training_platform.studio.library.values import texts_given
from training_platform.studio.papers.values import LANGUAGES, number, text_in
from training_platform.studio.tasks.areas import area_text, area_value

#: Key under which stands what an author typed and nobody can read yet.
UNREADABLE = "unreadable"
#: What a check asks, by its type.
ASKS = {"answer": "question", "typed_rows": "prompt", "rubric": "prompt"}
_LINES = ("after", "lesson", "rule")
_COMMON = ("id", "type", "title", "points", "feedback", *_LINES, "critical", "misconceptions")
MOST_CHECKS = 20
MOST_SLIPS = 12


def is_card(check: Any) -> bool:
    """Tell whether a card can show a check without losing anything of it."""
    if not isinstance(check, dict) or not isinstance(check.get("type"), str):
        return False
    slips = check.get("misconceptions") or []
    texts = [check.get("title", ""), check.get("feedback", ""), check.get(_ask(check), "")]
    return (
        all(isinstance(each, str | dict) for each in texts)
        and isinstance(slips, list)
        and all(isinstance(e, dict) and isinstance(e.get("text", ""), str | dict) for e in slips)
    )


def _ask(check: Mapping[str, Any]) -> str:
    return ASKS.get(str(check.get("type")), "question")


def rest_of(check: Mapping[str, Any]) -> Any:
    """Return what of a check stands in its area: all but the common parts."""
    if UNREADABLE in check:
        return str(check[UNREADABLE])
    aside = {*_COMMON} | ({_ask(check)} if check.get("type") in ASKS else set())
    return {key: each for key, each in check.items() if key not in aside}


def slip_rest(slip: Mapping[str, Any]) -> Any:
    """Return what tells a misconception: all but its text."""
    if UNREADABLE in slip:
        return str(slip[UNREADABLE])
    return {key: each for key, each in slip.items() if key != "text"}


def card_given(old: Mapping[str, Any], given: "MultiDict[str, str]", start: str) -> dict[str, Any]:
    """Return a check with what its card says."""
    kind = str(old.get("type") or given.get(f"{start}type", ""))
    found: dict[str, Any] = {"id": old.get("id") or given.get(f"{start}id", ""), "type": kind}
    found["title"] = _text(old, "title", given, start)
    points = amount(given.get(f"{start}points", ""), old.get("points"))
    if points is not None:
        found["points"] = points
    if kind in ASKS:
        found[ASKS[kind]] = _text(old, ASKS[kind], given, start, field="ask")
    found |= _rest(rest_of(old), given.get(f"{start}rest", ""), {*_COMMON, ASKS.get(kind, "id")})
    feedback = _text(old, "feedback", given, start)
    if "feedback" in old or any(_values(feedback)):
        found["feedback"] = feedback
    for name in _LINES:
        if line := given.get(f"{start}{name}", "").strip():
            found[name] = line
    if given.get(f"{start}critical") == "1" or old.get("critical") is False:
        found["critical"] = given.get(f"{start}critical") == "1"
    slips = old.get("misconceptions") or []
    count = min(given.get(f"{start}slips", 0, type=int), MOST_SLIPS)
    made = [
        _slip(slips[at] if at < len(slips) else {}, given, f"{start}m{at}-") for at in range(count)
    ]
    if made or "misconceptions" in old:
        found["misconceptions"] = made
    return _in_order(old, found)


def _slip(old: Mapping[str, Any], given: "MultiDict[str, str]", start: str) -> dict[str, Any]:
    found = _rest(slip_rest(old), given.get(f"{start}rest", ""), {"text"})
    found["text"] = _text(old, "text", given, start)
    return _in_order(old, found)


def _rest(old: Any, text: str, taken: set[str]) -> dict[str, Any]:
    """Return what an area says; as it was typed where it says what has a field of its own."""
    value = area_value(text, old)
    if isinstance(value, str):
        return {UNREADABLE: value}
    return {UNREADABLE: text} if taken & value.keys() else value


def _text(
    old: Mapping[str, Any], key: str, given: "MultiDict[str, str]", start: str, field: str = ""
) -> Any:
    return texts_given(old.get(key), given, f"{start}{field or key}-", is_long=False)


def _values(text: Any) -> list[str]:
    return list(text.values()) if isinstance(text, dict) else [text]


def _in_order(old: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    return {key: found[key] for key in old if key in found} | found


def amount(text: str, old: Any) -> int | float | str | None:
    """Return a number with or without places; the old one where it is the same."""
    text = text.strip()
    if old is not None and text == f"{old}":
        return old  # type: ignore[no-any-return]
    whole, point, places = text.partition(".")
    if point and all(each.isascii() and each.isdigit() for each in (whole, places)):
        return float(text) if len(text) < 9 else text
    return number(text)


def fields_of_card(check: Mapping[str, Any], start: str) -> dict[str, str | list[str]]:
    """Return what the fields of a card hold, by name."""
    slips = check.get("misconceptions") or []
    found: dict[str, str | list[str]] = {
        f"{start}id": str(check.get("id", "")),
        f"{start}type": str(check.get("type", "")),
        f"{start}points": str(check.get("points", "")),
        f"{start}rest": area_text(rest_of(check)),
        f"{start}critical": ["1"] if check.get("critical") is True else [],
        f"{start}slips": str(len(slips)),
    }
    found |= {f"{start}{name}": str(check.get(name) or "") for name in _LINES}
    for code in LANGUAGES:
        found[f"{start}title-{code}"] = text_in(check, "title", code)
        found[f"{start}feedback-{code}"] = text_in(check, "feedback", code)
        if check.get("type") in ASKS:
            found[f"{start}ask-{code}"] = text_in(check, _ask(check), code)
    for at, slip in enumerate(slips):
        found[f"{start}m{at}-rest"] = area_text(slip_rest(slip))
        for code in LANGUAGES:
            found[f"{start}m{at}-text-{code}"] = text_in(slip, "text", code)
    return found
