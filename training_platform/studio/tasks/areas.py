"""Parts of a file that a form shows as text: written out, read back, and where a line stands. Pure.

What cannot be read stays as it was typed, so that nothing is lost and its line can be named.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from training_platform.core.yaml_files import Document, UnreadableError
from training_platform.studio.patching import patched

#: What the format does not take, or would write as escapes.
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_PART = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")


def clean_lines(text: str) -> str:
    """Return what was typed as files hold it: lines without blanks behind them, and an end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "  ")
    lines = [line.rstrip() for line in _ODD.sub("", text).strip("\n").rstrip().split("\n")]
    return "".join(f"{line}\n" for line in lines) if any(lines) else ""


def area_text(value: Any) -> str:
    """Return a part of a file as its area shows it; a text is what could not be read."""
    if isinstance(value, str):
        return value
    return _written(json.dumps(value)) if isinstance(value, Mapping) and value else ""


@lru_cache(maxsize=2_000)
def _written(value: str) -> str:
    """Write a part out; a form with twenty checks asks for the same ones at every save."""
    return patched("", json.loads(value))


def area_value(text: str, old: Any) -> dict[str, Any] | str:
    """Return what an area holds; the old value where nobody touched it, the text if unreadable."""
    text = clean_lines(text)
    if isinstance(old, dict | str) and text == clean_lines(area_text(old)):
        return old
    if not text:
        return {}
    value = _read(text)
    return text if value is None else value


def _read(text: str) -> dict[str, Any] | None:
    try:
        document = Document(text)
    except UnreadableError:
        return None
    is_plain = isinstance(document.value, dict) and not document.oddities
    return document.value if is_plain else None


def unreadable(text: str) -> tuple[int, str] | None:
    """Return the line of an area's text that cannot be read, and why; None where it can."""
    try:
        document = Document(text)
    except UnreadableError as error:
        return error.line, error.problem
    if document.oddities:
        line, _place, problem, _expected = document.oddities[0]
        return line, problem
    return (
        None if document.value is None or isinstance(document.value, dict) else (1, "is no mapping")
    )


def line_of(text: str, key: str) -> int:
    """Return the line of an area on which a key stands, such as where[0].op; 1 where it is not."""
    place = tuple(int(index) if index else name for name, index in _PART.findall(key))
    try:
        return Document(text).line(place)
    except UnreadableError:
        return 1
