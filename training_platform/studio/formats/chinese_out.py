"""The Chinese text layout written, in one language, with labels in that language. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from training_platform.studio.formats import labels, shape
from training_platform.studio.formats.file_text import plain_number
from training_platform.studio.formats.labels import written
from training_platform.studio.formats.markup import ByLanguage

KINDS = frozenset(labels.KINDS) - {"matching"}
_LETTERS = "ABCDEFGH"
_GAP = re.compile(r"\{\{\s*[0-9]+\s*\}\}")


def piece(question: shape.Question, locale: str) -> str:
    """Return a question as lines; what has no place in them is left out."""
    lines = list(_lines(question, locale))
    stem = _said(question["stem"], locale)
    return "\n".join([f"1. {stem}", *lines, ""])


def join(pieces: list[str], _locale: str) -> bytes:
    """Return the file, its questions numbered."""
    numbered = [f"{n}{text.removeprefix('1')}" for n, text in enumerate(pieces, 1)]
    return "\n".join(numbered).encode()


def _said(text: ByLanguage, locale: str) -> str:
    return text.get(locale, "")


def _lines(question: shape.Question, locale: str) -> Iterator[str]:
    yield _label("kind", written(labels.KINDS[question["kind"]], locale), locale)
    offered = [option["text"] for option in question.get("options", ())]
    for letter, text in zip(_LETTERS, [*offered, *question.get("items", ())], strict=False):
        yield f"{letter}. {_said(text, locale)}"
    if "text" in question:
        yield _label("text", _GAP.sub("____", _said(question["text"], locale)), locale)
    yield _label("answer", _answer(question, locale), locale)
    for letter, option in zip(_LETTERS, question.get("options", ()), strict=False):
        if why := _said(option.get("why", {}), locale):
            name = f"{letter}项解析：" if locale == "zh" else f"Why {letter}: "
            yield name + why
    for entry in question.get("wrong", ()):
        why = _said(entry.get("why", {}), locale)
        yield _label("wrong", "|".join(entry["forms"]) + (f" —— {why}" if why else ""), locale)
    for name in ("unit", "why", "explanation", "source"):
        if said := _said(question.get(name, {}), locale):
            yield _label(name, said, locale)
    yield from _rest(question, locale)


def _rest(question: shape.Question, locale: str) -> Iterator[str]:
    if question.get("tolerance"):
        yield _label("tolerance", plain_number(question["tolerance"]), locale)
    if question.get("difficulty"):
        word = written(labels.DIFFICULTIES[question["difficulty"]], locale)
        yield _label("difficulty", word, locale)
    if question.get("skills"):
        yield _label("skills", ", ".join(question["skills"]), locale)
    if question.get("lesson"):
        yield _label("lesson", question["lesson"], locale)
    if question.get("partial") is False:
        yield _label("scoring", written(labels.ALL_OR_NOTHING, locale), locale)
    if question.get("shuffle") is False:
        yield _label("order", written(labels.FIXED, locale), locale)
    yield _label("id", question["id"], locale)


def _label(name: str, said: str, locale: str) -> str:
    colon = "：" if locale == "zh" else ": "
    return f"{written(labels.LABELS[name], locale)}{colon}{said}"


def _answer(question: shape.Question, locale: str) -> str:
    kind = question["kind"]
    if kind in {"single_choice", "multiple_choice"}:
        pairs = zip(_LETTERS, question["options"], strict=False)
        return "".join(letter for letter, option in pairs if option.get("correct"))
    if kind == "ordering":
        return _LETTERS[: len(question["items"])]
    if kind == "true_false":
        return written(labels.TRUE if question["answer"] else labels.FALSE, locale)
    if kind == "numeric":
        return plain_number(question["answer"])
    if kind == "gap_text":
        separator = "；" if locale == "zh" else "; "
        return separator.join(_forms(gap.get("accepted", {}), locale) for gap in question["gaps"])
    return _forms(question["accepted"], locale)


def _forms(accepted: dict[str, Any], locale: str) -> str:
    return "|".join(accepted.get(locale, ()))
