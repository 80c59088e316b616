"""Our own files: one question, or several with --- between them. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from training_platform.assessment.schemas import QUESTION_KINDS
from training_platform.core.yaml_files import Document, UnreadableError
from training_platform.studio.formats import shape
from training_platform.studio.formats.bytes_in import expect_short_lines
from training_platform.studio.formats.results import Found, Refusal, RefusedError

_KEY = re.compile(r"^(?:id|kind|stem):", re.MULTILINE)
_BRACKET = re.compile(r"[][{}]")
#: A question needs two; a text may hold some.
MOST_DEPTH = 60
_BETWEEN = re.compile(r"^---[ \t]*$", re.MULTILINE)


def looks_like(text: str) -> bool:
    """Tell whether a text has the first keys of our format."""
    return len(set(_KEY.findall(text[:100_000]))) >= 2


def read(text: str) -> Iterator[Found | Refusal]:
    """Yield every question, or why it is refused."""
    line = 1
    for part in _BETWEEN.split(text):
        if part.strip():
            try:
                expect_short_lines(part.split("\n"), line)
                _expect_shallow(part)
                yield _question(part, line)
            except RefusedError as error:
                yield error.at(line, part)
        line += part.count("\n")


def _expect_shallow(part: str) -> None:
    """Refuse towers of brackets: reading them takes seconds each."""
    depth = 0
    for sign in _BRACKET.findall(part):
        depth += 1 if sign in "[{" else -1
        if depth > MOST_DEPTH:
            raise RefusedError("not_yaml", problem="[[[…")


def _question(part: str, line: int) -> Found:
    try:
        document = Document(part, first_line=line)
    except UnreadableError as error:
        raise RefusedError("not_yaml", "", error.line, problem=error.problem) from None
    if document.oddities:
        at, _place, problem, _expected = document.oddities[0]
        raise RefusedError("not_yaml", "", at, problem=problem)
    value: Any = document.value
    if not isinstance(value, dict):
        raise RefusedError("not_yaml", problem="…")
    kind = value.get("kind")
    if kind not in QUESTION_KINDS:
        raise RefusedError("unknown_type", type=str(kind)[:40])
    start = document.line(("id",))
    # A picture is a file of its own, and only a package brings it along.
    notes = ["picture_left"] if value.pop("picture", None) else []
    return Found(start, str(value.get("id", "")), shape.canonical(value), part, notes)
