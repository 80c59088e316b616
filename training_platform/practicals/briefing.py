"""The brief of a task as its page shows it: the manager's message with what was drawn put in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from training_platform.core.i18n import pick

_ALONE = re.compile(r"^\{(\w+)\}\s*$", re.MULTILINE)
_NAME = re.compile(r"\{(\w+)\}")
_TAGS = {"p", "ol", "ul", "li", "strong", "em", "br", "code", "blockquote"}
_MARKS = re.compile(r"([\\`*_\[\]<>#|])")


@dataclass(frozen=True)
class Block:
    """A part of a brief: kind is text, cards, table or letters."""

    kind: str
    value: Any


def blocks_of(text: str, params: Mapping[str, Any]) -> list[Block]:
    """Return the parts of a brief in one language, in order; what is drawn is never markup."""
    return list(_blocks(text, params))


def _blocks(text: str, params: Mapping[str, Any]) -> Iterator[Block]:
    end = 0
    for found in _ALONE.finditer(text):
        value = params.get(found[1])
        shape = _shape_of(value)
        if shape is None:
            continue
        yield from _text(text[end : found.start()], params)
        yield Block(shape, value[shape])  # type: ignore[index]
        end = found.end()
    yield from _text(text[end:], params)


def _shape_of(value: Any) -> str | None:
    if isinstance(value, Mapping):
        return next((each for each in ("cards", "table", "letters") if each in value), None)
    return None


def _text(text: str, params: Mapping[str, Any]) -> Iterator[Block]:
    if text.strip():
        filled = _NAME.sub(lambda found: _put_in(found, params), text)
        markup = nh3.clean(_markdown().render(filled), tags=_TAGS, attributes={})
        yield Block("text", Markup(markup))  # noqa: S704  # cleaned above


def _put_in(found: re.Match[str], params: Mapping[str, Any]) -> str:
    value = params.get(found[1], found[0])
    said = pick(dict(value)) if isinstance(value, Mapping) else str(value)
    return _MARKS.sub(r"\\\1", said)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})
