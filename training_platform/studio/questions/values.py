"""A question's file as its form shows it, and the form back into the file's value. Pure.

What is not filled in is left out or blank, and what is no number stays as it was typed: a draft
may be half done, and the checks say beside the field what is missing.
"""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from training_platform.studio.questions.parts import (
    COMMON,
    KINDS,
    LANGUAGES,
    Flag,
    Lines,
    Rows,
    Truth,
    Words,
)

Given = MultiDict[str, str]
MOST_ROWS = 12
_MISSING: Any = object()


def parts_of(kind: Any) -> Mapping[str, Any]:
    """Return what a kind of question is made of, beside its kind, difficulty, lesson and skills."""
    return {**COMMON, **KINDS.get(kind if isinstance(kind, str) else "", {})}


def is_shown(value: Mapping[str, Any]) -> bool:
    """Tell whether a form can show the file without losing anything of it."""
    return not unshown(value)


def unshown(value: Mapping[str, Any]) -> str:
    """Return the first part of the file that a form cannot show; "" where it can show all."""
    if not isinstance(value.get("kind"), str) or value["kind"] not in KINDS:
        return "kind"
    skills = value.get("skills", [])
    if not isinstance(skills, list) or not all(isinstance(each, str) for each in skills):
        return "skills"
    parts = parts_of(value["kind"])
    for name in ("difficulty", "lesson"):
        if not isinstance(value.get(name), str | None):
            return name
    return next(
        (name for name, part in parts.items() if name in value and not _fits(part, value[name])),
        "",
    )


def changed(value: Mapping[str, Any], given: Given) -> dict[str, Any]:
    """Return the file's value with what the form says; keys that it does not show stay."""
    found = dict(value)
    for name in ("difficulty", "lesson"):
        _put(found, name, given.get(name, "").strip() or _MISSING)
    skills = [each for each in given.getlist("skills") if each]
    if set(skills) != set(value.get("skills") or ()):  # their order in the file says nothing
        found["skills"] = skills
    for name, part in parts_of(value.get("kind")).items():
        _put(found, name, _taken(part, value.get(name, _MISSING), given, name))
    return found


def fields_of(value: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """Return what the form's fields hold, by name: what a browser would send of them."""
    found: dict[str, str | list[str]] = {
        "difficulty": f"{value.get('difficulty') or ''}",
        "lesson": f"{value.get('lesson') or ''}",
        "skills": [f"{each}" for each in value.get("skills") or ()],
    }
    for name, part in parts_of(value.get("kind")).items():
        found |= _fields(part, value.get(name, _MISSING), name)
    return found


def text_in(value: Any, language: str) -> str:
    """Return a text in a language; one text for both stands for each."""
    text = value.get(language) if isinstance(value, Mapping) else value
    return "" if text is None or text is _MISSING else f"{text}"


def lines_in(value: Any, language: str = "") -> str:
    """Return a list of answers as lines; with a language, that language's."""
    found = value.get(language) if language and isinstance(value, Mapping) else value
    return "\n".join(f"{each}" for each in found or ()) if isinstance(found, list) else ""


def _put(found: dict[str, Any], name: str, value: Any) -> None:
    if value is _MISSING:
        found.pop(name, None)
    else:
        found[name] = value


def _fits(part: Any, value: Any) -> bool:
    """Tell whether a value of the file is of the sort that its field shows."""
    if isinstance(part, Words):
        return isinstance(value, str | dict) and _is_plain(value)
    if isinstance(part, Lines):
        lists = value.values() if part.is_in_both and isinstance(value, dict) else [value]
        is_known = not part.is_in_both or (isinstance(value, dict) and {*value} <= {*LANGUAGES})
        return is_known and all(isinstance(each, list) for each in lists)
    if isinstance(part, Rows):
        return isinstance(value, list) and all(_fits_row(part, each) for each in value)
    if isinstance(part, Flag | Truth):
        return isinstance(value, bool | None)
    return isinstance(value, int | float | str | None)


def _is_plain(value: Any) -> bool:
    texts = value.values() if isinstance(value, dict) else [value]
    known = not isinstance(value, dict) or {*value} <= {*LANGUAGES}
    return known and all(isinstance(each, str | int | float | None) for each in texts)


def _fits_row(rows: Rows, value: Any) -> bool:
    if "" in rows.parts:
        return _fits(rows.parts[""], value)
    known = {*rows.parts, "correct"} if rows.has_key else {*rows.parts}
    return (
        isinstance(value, dict)
        and {*value} <= known
        and all(_fits(part, value[name]) for name, part in rows.parts.items() if name in value)
    )


def _taken(part: Any, old: Any, given: Given, name: str) -> Any:
    """Return what the form says of one part; _MISSING where the file does not name it."""
    if isinstance(part, Words):
        return _words(part, old, given, name)
    if isinstance(part, Lines):
        return _lines(part, old, given, name)
    if isinstance(part, Rows):
        return _rows(part, old, given, name)
    if isinstance(part, Flag):
        is_on = given.get(name) == "1"
        return _MISSING if old is _MISSING and is_on == part.default else is_on
    if isinstance(part, Truth):
        return {"true": True, "false": False}.get(given.get(name, ""), _MISSING)
    return _number(old, given.get(name, ""))


def _words(part: Words, old: Any, given: Given, name: str) -> Any:
    texts = {code: _text(old, code, given.get(f"{name}-{code}", "")) for code in LANGUAGES}
    if isinstance(old, str) and {*texts.values()} == {old}:
        return old
    if part.is_optional and not any(texts.values()):
        return _MISSING
    return texts


def _text(old: Any, language: str, typed: str) -> str:
    """Return what was typed; a text of the file that says the same stays as it stands."""
    text, before = typed.replace("\r\n", "\n").strip(), text_in(old, language)
    return before if before.strip() == text else text


def _lines(part: Lines, old: Any, given: Given, name: str) -> Any:
    if not part.is_in_both:
        return _split(given.get(name, ""), old)
    return {
        code: _split(
            given.get(f"{name}-{code}", ""), old.get(code) if isinstance(old, dict) else None
        )
        for code in LANGUAGES
    }


def _split(text: str, old: Any) -> list[Any]:
    found = [line.strip() for line in text.splitlines() if line.strip()]
    return old if isinstance(old, list) and [f"{each}" for each in old] == found else found


def _rows(rows: Rows, old: Any, given: Given, name: str) -> Any:
    before = old if isinstance(old, list) else []
    count = min(given.get(f"{name}-count", 0, type=int), MOST_ROWS + 1)
    keys = {*given.getlist(f"{name}-correct")}
    found = [
        _row(
            rows,
            before[index] if index < len(before) else _MISSING,
            given,
            f"{name}-{index}",
            f"{index}" in keys,
        )
        for index in range(count)
    ]
    return _MISSING if rows.may_miss and not found and not before else found


def _row(rows: Rows, old: Any, given: Given, name: str, is_right: bool) -> Any:
    if "" in rows.parts:
        return _taken(rows.parts[""], old, given, name)
    found = dict(old) if isinstance(old, dict) else {}
    shown = [each for each in rows.parts if not _is_other_way(each, found, given, name)]
    for each in rows.parts:
        taken = _MISSING
        if each in shown:
            taken = _taken(rows.parts[each], found.get(each, _MISSING), given, f"{name}-{each}")
        _put(found, each, taken)
    if rows.has_key and (is_right or "correct" in found):
        _put(found, "correct", is_right if is_right or found.get("correct") is False else _MISSING)
    return found


def _is_other_way(part: str, old: Mapping[str, Any], given: Given, name: str) -> bool:
    """Tell whether a gap is answered in the other way: chosen, or typed."""
    way = given.get(f"{name}-way", "choices" if "choices" in old else "accepted")
    return {part, way} == {"accepted", "choices"}


def _number(old: Any, typed: str) -> Any:
    """Return a number; what is none stays as it was typed, and is missing where nothing was."""
    text = typed.strip()
    if not text:
        return _MISSING
    if old is not _MISSING and f"{old}" == text:
        return old
    try:
        number = float(text)
    except ValueError:
        return text
    if number != number or abs(number) > 1e15 or not text.isascii() or "e" in text.lower():  # noqa: PLR0124
        return text
    return int(number) if number.is_integer() and "." not in text else number


def _fields(part: Any, value: Any, name: str) -> dict[str, str | list[str]]:
    if isinstance(part, Words):
        return {f"{name}-{code}": text_in(value, code) for code in LANGUAGES}
    if isinstance(part, Lines):
        if not part.is_in_both:
            return {name: lines_in(value)}
        return {f"{name}-{code}": lines_in(value, code) for code in LANGUAGES}
    if isinstance(part, Flag | Truth):
        is_on = part.default if isinstance(part, Flag) and value is _MISSING else value
        ticked = (
            {True: "1", False: ""} if isinstance(part, Flag) else {True: "true", False: "false"}
        )
        return {name: [text] if (text := ticked.get(is_on)) else []}
    if isinstance(part, Rows):
        return _row_fields(part, value if isinstance(value, list) else [], name)
    return {name: "" if value is _MISSING or value is None else f"{value}"}


def _row_fields(rows: Rows, values: list[Any], name: str) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {f"{name}-count": f"{len(values)}"}
    if rows.has_key:
        found[f"{name}-correct"] = [
            f"{index}" for index, each in enumerate(values) if each.get("correct") is True
        ]
    for index, each in enumerate(values):
        if "" in rows.parts:
            found |= _fields(rows.parts[""], each, f"{name}-{index}")
            continue
        if "accepted" in rows.parts:
            found[f"{name}-{index}-way"] = "choices" if "choices" in each else "accepted"
        for key, part in rows.parts.items():
            if key in each or {"accepted", "choices"} & {key} == set():
                found |= _fields(part, each.get(key, _MISSING), f"{name}-{index}-{key}")
    return found
