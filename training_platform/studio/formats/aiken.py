"""Aiken, read and written: one right answer, nothing but the question and its options. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from training_platform.studio.formats import shape
from training_platform.studio.formats.bytes_in import expect_short_lines
from training_platform.studio.formats.markup import plain_text
from training_platform.studio.formats.results import Found, Refusal, RefusedError
from training_platform.studio.formats.weights import Answer, choice, percent

KINDS = frozenset({"single_choice"})
_OPTION = re.compile(r"\s*([A-Z])[.)]\s*(.*)", re.DOTALL)
_ANSWER = re.compile(r"\s*ANSWER:\s*(.*?)\s*")
_ANY_ANSWER = re.compile(r"^ANSWER:", re.MULTILINE)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def looks_like(text: str) -> bool:
    """Tell whether a text is Aiken: its word for the answer is written in capitals."""
    return bool(_ANY_ANSWER.search(text))


def read(text: str) -> Iterator[Found | Refusal]:
    """Yield every question, or why it is refused."""
    for start, lines in _parts(text):
        try:
            expect_short_lines(lines, start)
            yield _question(start, lines)
        except RefusedError as error:
            yield error.at(start, "\n".join(lines))


def _parts(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines up to each answer; what is left over at the end has none."""
    lines: list[str] = []
    start = 1
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        start = start if lines else number
        lines.append(line)
        if _ANSWER.fullmatch(line):
            yield start, lines
            lines = []
    if lines:
        yield start, lines


def _question(start: int, lines: list[str]) -> Found:
    notes: list[str] = []
    said = _ANSWER.fullmatch(lines[-1])
    if said is None:
        raise RefusedError("no_answer")
    stem: list[str] = []
    options: list[str] = []
    for line in lines[:-1]:
        option = _OPTION.fullmatch(line)
        if option and option[1] == _LETTERS[len(options) : len(options) + 1]:
            options.append(option[2])
        elif options:
            options[-1] = f"{options[-1]}\n{line}"
        else:
            stem.append(line)
    right = said[1].upper()
    if len(right) > 1 and set(right) <= set(_LETTERS + ", "):
        raise RefusedError("several_answers")
    if not right or right not in _LETTERS[: len(options)]:
        raise RefusedError("unknown_answer" if right else "no_answer", answer=right[:40])
    at = _LETTERS.index(right)
    answers = [
        Answer(percent("100" if n == at else "0"), plain_text(text, notes), {})
        for n, text in enumerate(options)
    ]
    value: dict[str, Any] = {"stem": plain_text("\n".join(stem), notes)}
    value |= choice(answers, is_single=True, notes=notes)
    return Found(start, "", value, "\n".join(lines), notes)


def piece(question: shape.Question, locale: str) -> str:
    """Return a question as Aiken in one language; everything else is left out."""
    lines = [_line(question["stem"], locale)]
    right = "A"
    for letter, option in zip(_LETTERS, question["options"], strict=False):
        lines.append(f"{letter}. {_line(option['text'], locale)}")
        right = letter if option.get("correct") else right
    return "\n".join([*lines, f"ANSWER: {right}", ""])


def _line(text: dict[str, str], locale: str) -> str:
    return text.get(locale, "").replace("\n", " ")


def join(pieces: list[str], _locale: str) -> bytes:
    """Return the file: an empty line between questions."""
    return "\n".join(pieces).encode()
