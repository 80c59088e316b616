"""A case's or common question's file as its form shows it, and back. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from training_platform.library.rules import PARTS, Sort
from training_platform.studio.papers.values import LANGUAGES, moved, text_in

#: The keys of both formats in their order.
ORDER = (
    *("id", "title", "summary", "competencies", "lessons", "review_by"),
    *("situation", "action", "outcome", "questions", "answer"),
)
LISTS = ("competencies", "lessons")
MOST_QUESTIONS = 8
#: What YAML does not take, or would write as escapes.
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def texts_of(sort: Sort) -> tuple[str, ...]:
    """Return the keys whose texts stand in both languages."""
    return ("title", *(("summary",) if sort is Sort.CASE else ()), *PARTS[sort])


def is_shown(value: Mapping[str, Any], sort: Sort) -> bool:
    """Tell whether a form can show the file without losing anything of it."""
    questions = value.get("questions") or []
    return (
        all(isinstance(value.get(name, ""), str | dict) for name in texts_of(sort))
        and all(isinstance(value.get(name) or [], list) for name in LISTS)
        and isinstance(questions, list)
        and all(isinstance(each, str | dict) for each in questions)
    )


def changed(value: Mapping[str, Any], sort: Sort, given: "MultiDict[str, str]") -> dict[str, Any]:
    """Return the file's value with what the form says; keys that it does not show stay."""
    found = dict(value)
    for name in texts_of(sort):
        is_long = name in PARTS[sort]
        found[name] = texts_given(value.get(name), given, f"{name}-", is_long=is_long)
    for name in LISTS:
        chosen, old = given.getlist(name), value.get(name) or []
        kept = [each for each in old if each in chosen]  # their order in the file stays
        if name in value or chosen:
            found[name] = [*kept, *(each for each in chosen if each not in kept)]
    found["review_by"] = given.get("review_by", "").strip()
    if sort is Sort.CASE:
        found["questions"] = _questions(value.get("questions") or [], given)
    return found


def _questions(old: list[Any], given: "MultiDict[str, str]") -> list[Any]:
    count = min(given.get("questions", 0, type=int), MOST_QUESTIONS + 1)
    return [
        texts_given(old[index] if index < len(old) else None, given, f"q{index}-", is_long=False)
        for index in range(count)
    ]


def texts_given(old: Any, given: "MultiDict[str, str]", start: str, *, is_long: bool) -> Any:
    """Return a text of both languages as the form has it; untouched ones stay as they are."""
    before = {code: text_in({"x": old or ""}, "x", code) for code in LANGUAGES}
    texts = {}
    for code in LANGUAGES:
        text = _cleaned(given.get(start + code, ""), is_long=is_long)
        is_same = _cleaned(before[code], is_long=is_long) == text
        texts[code] = before[code] if is_same else text
    if isinstance(old, str) and set(texts.values()) == {old}:
        return old
    rest = {k: v for k, v in old.items() if k not in LANGUAGES} if isinstance(old, dict) else {}
    return texts | rest


def _cleaned(text: str, *, is_long: bool) -> str:
    """Return a text as files hold it: a line, or lines with an end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "  ")
    text = _ODD.sub("", text)
    if not is_long:
        return " ".join(text.split())
    lines = [line.rstrip() for line in text.strip("\n").rstrip().split("\n")]
    return "".join(f"{line}\n" for line in lines) if any(lines) else ""


def acted(value: dict[str, Any], act: str) -> dict[str, Any]:
    """Return the value after a button: add, up:1, down:1, remove:1; others change nothing."""
    word, _sign, number = act.partition(":")
    rows = list(value.get("questions") or [])
    if word == "add":
        rows.append(dict.fromkeys(LANGUAGES, ""))
    elif word in ("up", "down", "remove") and number.isascii() and number.isdigit():
        rows = moved(rows, int(number), word)
    else:
        return value
    return value | {"questions": rows}


def fields_of(value: Mapping[str, Any], sort: Sort) -> dict[str, str | list[str]]:
    """Return what the form's fields hold, by name: what a browser would send of them."""
    found: dict[str, str | list[str]] = {"review_by": str(value.get("review_by", ""))}
    for name in texts_of(sort):
        found |= {f"{name}-{code}": text_in(value, name, code) for code in LANGUAGES}
    for name in LISTS:
        found[name] = [str(each) for each in value.get(name) or []]
    if sort is Sort.CASE:
        rows = value.get("questions") or []
        found["questions"] = str(len(rows))
        for index, row in enumerate(rows):
            for code in LANGUAGES:
                found[f"q{index}-{code}"] = text_in({"x": row}, "x", code)
    return found


def of_answer(slug: str, question: str, answer: str, review_by: str) -> dict[str, Any]:
    """Return what a common question begins with that was asked and answered in one language."""
    code = "zh" if re.search("[\u3400-\u9fff]", question + answer) else "en"
    return {
        "id": slug,
        "title": dict.fromkeys(LANGUAGES, "") | {code: _cleaned(question, is_long=False)},
        "competencies": [],
        "lessons": [],
        "review_by": review_by,
        "answer": dict.fromkeys(LANGUAGES, "") | {code: _cleaned(answer, is_long=True)},
    }
