"""Emphasis beside Chinese characters.

CommonMark asks for a space or punctuation beside `**`, so `**重要：**客户` stays unbold. Chinese
has no spaces; beside a CJK character its punctuation counts like a letter.
"""

import unicodedata

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

#: Quotation marks, dashes and dots that Chinese shares with Latin scripts.
_SHARED = frozenset("“”‘’…—·")


def is_cjk(character: str) -> bool:
    """Tell whether a character is written without spaces around it."""
    return character in _SHARED or unicodedata.east_asian_width(character) in {"W", "F"}


class _State(StateInline):
    """Scans `*` with Chinese neighbors in mind."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        """Tell whether a run of markers may open or close emphasis."""
        found = super().scanDelims(start, canSplitWord)
        end = start + found.length
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        if not canSplitWord or not (is_cjk(before) or is_cjk(after)):
            return found
        if found.can_open and found.can_close:
            return found
        return Scanned(_may_touch(after, before), _may_touch(before, after), found.length)


def _may_touch(inside: str, outside: str) -> bool:
    """Tell whether a marker may stand between the two, emphasis being on the inside."""
    if isWhiteSpace(ord(inside)):
        return False
    if not _is_punctuation(inside) or is_cjk(inside):
        return True
    return isWhiteSpace(ord(outside)) or _is_punctuation(outside) or is_cjk(outside)


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


class _Parser(ParserInline):
    """The inline parser, with our state."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Return the tokens of one run of text."""
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def install(md: MarkdownIt, preset: str) -> None:
    """Give a parser the emphasis of this module; its preset is configured anew."""
    md.inline = _Parser()
    md.configure(preset)
