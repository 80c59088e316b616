"""A paper's file as its form shows it, and the form back into the file's value. Pure.

What is not filled in is left out, and what is no number stays as it was typed: a draft may be
half done, and the checks say beside the field what is missing.
"""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

LANGUAGES = ("zh", "en")
TEXTS = ("title", "summary")
NUMBERS = ("minutes", "pass_percent", "distinction_percent")
#: The keys of the format in their order.
ORDER = (
    "id",
    *TEXTS,
    "kind",
    "course",
    *NUMBERS,
    "closed_book",
    "ladder",
    "review",
    "sections",
)
MOST_SECTIONS = 20
MOST_QUESTIONS = 100
_DEFAULTS: dict[str, Any] = {"closed_book": False, "ladder": "default", "points": 1}
NEW_DRAW: dict[str, Any] = {"draw": {"count": 5}, "points": 1}
NEW_FIXED: dict[str, Any] = {"questions": [], "points": 1}


def is_shown(value: Mapping[str, Any]) -> bool:
    """Tell whether a form can show the file without losing anything of it."""
    sections = value.get("sections", [])
    return (
        all(isinstance(value.get(name, ""), str | dict) for name in TEXTS)
        and isinstance(sections, list)
        and all(isinstance(each, dict) and _is_section(each) for each in sections)
    )


def _is_section(section: Mapping[str, Any]) -> bool:
    if "draw" in section and "questions" in section:
        return False
    wanted, questions = section.get("draw", {}), section.get("questions", [])
    return (
        isinstance(wanted, dict)
        and isinstance(wanted.get("skills", []), list)
        and isinstance(questions, list)
        and all(isinstance(each, str) for each in questions)
    )


def changed(value: Mapping[str, Any], given: "MultiDict[str, str]") -> dict[str, Any]:
    """Return the file's value with what the form says; keys that it does not show stay."""
    found = dict(value)
    for name in TEXTS:
        found[name] = _texts(value.get(name), given, name)
    for name in ("kind", "review"):
        _put(found, name, given.get(name, "").strip())
    _put(found, "course", given.get("course", "").strip())
    _put(found, "ladder", given.get("ladder", "").strip())
    for name in NUMBERS:
        _put(found, name, number(given.get(name, "")))
    _put(found, "closed_book", given.get("closed_book") == "1")
    old = value.get("sections") or []
    count = min(given.get("sections", 0, type=int), MOST_SECTIONS + 1)
    found["sections"] = [
        _section(old[index] if index < len(old) else {}, given, index) for index in range(count)
    ]
    return {key: each for key, each in found.items() if each is not None}


def _put(found: dict[str, Any], name: str, value: Any) -> None:
    """Set a key; leave out what is not filled in, and what stands for itself where it is unsaid."""
    if value in ("", None) or (name not in found and _DEFAULTS.get(name) == value):
        found.pop(name, None)
    else:
        found[name] = value


def _texts(old: Any, given: "MultiDict[str, str]", name: str) -> Any:
    texts = {code: _line(given.get(f"{name}-{code}", "")) for code in LANGUAGES}
    if isinstance(old, str) and set(texts.values()) == {old}:
        return old
    rest = {k: v for k, v in old.items() if k not in LANGUAGES} if isinstance(old, dict) else {}
    return texts | rest


def _section(old: Mapping[str, Any], given: "MultiDict[str, str]", index: int) -> dict[str, Any]:
    start = f"s{index}-"
    found = {key: each for key, each in old.items() if key not in ("draw", "questions")}
    if given.get(f"{start}kind") == "fixed":
        questions = [each for each in given.getlist(f"{start}question") if each]
        found = {"questions": questions[: MOST_QUESTIONS + 1]} | found
    else:
        wanted = dict(old.get("draw") or {})
        _put(wanted, "topic", given.get(f"{start}topic", "").strip())
        skills = [each for each in given.getlist(f"{start}skills") if each]
        if set(skills) != set(wanted.get("skills") or ()):  # their order in the file says nothing
            wanted["skills"] = skills
        if not skills:
            wanted.pop("skills", None)
        _put(wanted, "difficulty", given.get(f"{start}difficulty", "").strip())
        _put(wanted, "count", number(given.get(f"{start}count", "")))
        order = ("topic", "skills", "difficulty", "count")
        known = {key: wanted[key] for key in order if key in wanted}
        found = {"draw": known | wanted} | found
    _put(found, "points", number(given.get(f"{start}points", "")))
    return found


def number(text: str) -> int | str | None:
    """Return a whole number; what is none stays as it was typed; None for nothing."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 7:
        return int(text)
    return text or None


def _line(text: str) -> str:
    return " ".join(text.split())


def acted(value: dict[str, Any], act: str) -> tuple[dict[str, Any], int | None]:
    """Return the value after a button of the form, and the section to look at.

    Acts are words with numbers: add-draw, add-fixed, up:2, down:2, remove:2, find:2,
    question-up:2:1, question-down:2:1, question-remove:2:1, pick:2:topic/question. Others change
    nothing.
    """
    word, _sign, rest = act.partition(":")
    first, _sign, second = rest.partition(":")
    sections = [dict(each) for each in value.get("sections") or []]
    if word in ("add-draw", "add-fixed"):
        sections.append(dict(NEW_DRAW if word == "add-draw" else NEW_FIXED))
        return value | {"sections": sections}, len(sections) - 1
    at = _index(first, sections)
    if at is None:
        return value, None
    if word.startswith("question-") or word == "pick":
        questions = list(sections[at].get("questions") or [])
        if word == "pick" and second not in questions:
            questions.append(second)
        elif (index := _index(second, questions)) is not None:
            _move(questions, index, word.removeprefix("question-"))
        sections[at]["questions"] = questions
        return value | {"sections": sections}, at
    return value | {"sections": sections}, _move(sections, at, word)


def _index(text: str, rows: list[Any]) -> int | None:
    is_there = text.isascii() and text.isdigit() and len(text) < 4 and int(text) < len(rows)
    return int(text) if is_there else None


def moved(rows: list[Any], at: int, word: str) -> list[Any]:
    """Return the rows after one of them went up, down or away; as they were where it is not."""
    found = list(rows)
    if 0 <= at < len(found):
        _move(found, at, word)
    return found


def _move(rows: list[Any], at: int, word: str) -> int:
    """Move or remove a row; return where to look now."""
    to = {"up": at - 1, "down": at + 1}.get(word, at)
    if word == "remove":
        del rows[at]
        return min(at, len(rows) - 1)
    if 0 <= to < len(rows):
        rows.insert(to, rows.pop(at))
        return to
    return at


def fields_of(value: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """Return what the form's fields hold, by name: what a browser would send of them."""
    sections = value.get("sections") or []
    found: dict[str, str | list[str]] = {"sections": str(len(sections))}
    for name in TEXTS:
        found |= {f"{name}-{code}": text_in(value, name, code) for code in LANGUAGES}
    for name in ("kind", "course", "review", *NUMBERS):
        found[name] = str(value.get(name, ""))
    found["ladder"] = str(value.get("ladder", _DEFAULTS["ladder"]))
    found["closed_book"] = ["1"] if value.get("closed_book") is True else []
    for index, section in enumerate(sections):
        found |= _section_fields(section, f"s{index}-")
    return found


def _section_fields(section: Mapping[str, Any], start: str) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {f"{start}points": str(section.get("points", 1))}
    if "questions" in section:
        return found | {f"{start}kind": "fixed", f"{start}question": list(section["questions"])}
    wanted = section.get("draw") or {}
    found |= {
        f"{start}kind": "draw",
        f"{start}skills": [str(x) for x in wanted.get("skills") or ()],
    }
    return found | {
        f"{start}{name}": str(wanted.get(name, "")) for name in ("topic", "difficulty", "count")
    }


def text_in(value: Mapping[str, Any], name: str, language: str) -> str:
    """Return a text of the paper in a language; one text for both stands for each."""
    found = value.get(name, "")
    text = found.get(language) if isinstance(found, Mapping) else found
    return "" if text is None else f"{text}"
