"""Markdown from anywhere, read with the parser of our lessons. Pure."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from training_platform.content import directives, emphasis
from training_platform.content import markdown as lessons
from training_platform.core.errors import RuleError
from training_platform.core.text import nfc
from training_platform.core.yaml_files import Document, UnreadableError
from training_platform.studio.formats import bytes_in
from training_platform.studio.formats.results import RefusedError
from training_platform.studio.lesson_files import FIELDS
from training_platform.studio.lesson_import.blocks import (
    Block,
    Code,
    Directive,
    Found,
    Heading,
    Item,
    Lost,
    Paragraph,
    Piece,
    Table,
    styled,
)
from training_platform.studio.lesson_import.writing import is_allowed

MOST_CHARACTERS = 60_000
MOST_LINE = 10_000
_FRONT_MATTER = re.compile(r"---\n(.*?\n)(?:---|\.\.\.)[ ]*\n(.*)", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)(b|strong|i|em)>", re.IGNORECASE)
_TAGS = {"b": "is_bold", "strong": "is_bold", "i": "is_italic", "em": "is_italic"}
_STYLES = {"strong": "is_bold", "em": "is_italic", "s": "is_struck"}


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


NO_TEXT = _("This file is no text, or cut off. Save it as UTF-8, or paste the text instead.")
TOO_LONG = _("The text has more than %(most)s characters. A lesson is far shorter: split it.")
LONG_LINE = _("Line %(line)s has %(count)s characters; at most %(most)s. Break it up first.")
EMPTY = _("There is no text in it.")


def decoded(raw: bytes) -> str:
    """Return the text of a file. Raises RuleError, field "file", for what is none."""
    try:
        return bytes_in.text_of(raw)[0]
    except RefusedError:
        raise RuleError(NO_TEXT, field="file") from None


def read(text: str, field: str = "file") -> Found:
    """Return a Markdown text in blocks. Raises RuleError, naming the place, for what is no text."""
    text = nfc(text).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise RuleError(NO_TEXT, field=field)
    if len(text) > MOST_CHARACTERS:
        raise RuleError(TOO_LONG, field=field, most=MOST_CHARACTERS)
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MOST_LINE:
            count = len(line)
            raise RuleError(LONG_LINE, field=field, line=number, count=count, most=MOST_LINE)
    if not text.strip():
        raise RuleError(EMPTY, field=field)
    found = Found()
    match = _FRONT_MATTER.fullmatch(text)
    if match and (fields := _fields(match[1])) is not None:
        found.fields, text = fields, match[2]
    env: dict[str, Any] = {"flaws": [], "first_line": 1}
    found.blocks = list(_Reading(found).blocks(_parser().parse(text, env)))
    return found


def own(text: str, language: str) -> str | None:
    """Return a text that is one of our lessons already, as it is; None for any other."""
    match = _FRONT_MATTER.fullmatch(nfc(text).replace("\r\n", "\n"))
    body = match[2] if match else text
    if ":::" not in body:
        return None
    known = dict.fromkeys(_named(body), b"")
    flaws = lessons.render(lessons.Lesson(body, language, "x", known)).flaws
    is_ours = all(flaw.key in {":::figure", ":::video"} for flaw in flaws)
    return body if is_ours else None


@cache
def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": True})
    emphasis.install(md, "commonmark")
    md.enable(["table", "strikethrough"])
    md.options["html"] = True
    md.validateLink = _any_link  # type: ignore[method-assign]  # link() looks at it
    directives.install(md)
    return md


def _any_link(url: str) -> bool:
    return True


def _fields(front: str) -> dict[str, str] | None:
    try:
        value = Document(front).value
    except UnreadableError:
        return None
    if not isinstance(value, dict):
        return None
    return {
        name: " ".join(f"{value[name]}".split())
        for name in FIELDS
        if isinstance(value.get(name), str | int | float)
    }


def _named(body: str) -> Iterator[str]:
    for name in re.findall(r"^:::\s*figure\s+([a-z0-9-]+)", body, re.MULTILINE):
        yield f"{name}.svg"


def _between(token: Token, before: Sequence[Piece]) -> str:
    """Return what stands for the end of a line; Chinese has no spaces."""
    if token.type != "softbreak":
        return "\n"
    return "" if before and before[-1].text and emphasis.is_cjk(before[-1].text[-1]) else " "


def _look(token: Token) -> tuple[str, bool]:
    """Return which look a token turns on or off, by Markdown or by a plain tag; "" for none."""
    if token.type == "html_inline" and (match := _TAG.fullmatch(token.content)):
        return _TAGS[match[2].lower()], not match[1]
    return _STYLES.get(token.type.rpartition("_")[0], ""), token.nesting > 0


class _Reading:
    """Tokens on their way to blocks."""

    def __init__(self, found: Found) -> None:
        self.found = found
        #: Whether each list that is open is numbered, and whether its open item has its words.
        self.lists: list[bool] = []
        self.begun: list[bool] = []
        self.quotes = 0

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        """Yield the blocks of tokens, lists flat with their depth."""
        at = 0
        while at < len(tokens):
            end = self.end(tokens, at)
            yield from self.block(tokens[at], tokens[at + 1 : end])
            at = end + 1

    def end(self, tokens: Sequence[Token], at: int) -> int:
        """Return where a block that is read as a whole ends; a list or quotation is walked into."""
        kind = tokens[at].type
        if kind not in {"directive_open", "heading_open", "table_open"}:
            return at
        close = kind.replace("_open", "_close")
        return next(n for n in range(at, len(tokens)) if tokens[n].type == close)

    def block(self, token: Token, inside: Sequence[Token]) -> Iterator[Block]:
        """Yield what one token begins or is."""
        match token.type:
            case "directive_open":
                yield from self.directive(token, inside)
            case "heading_open":
                yield Heading(int(token.tag[1]), self.pieces(inside[0].children or ()))
            case "table_open":
                yield self.table(inside)
            case "fence" | "code_block":
                yield Code(token.content)
            case "html_block":
                if words := self.without_markup(token.content):
                    yield Paragraph([Piece(words)])
            case "inline":
                yield self.words(self.pieces(token.children or ()))
            case kind:
                self.enter(kind, opens=token.nesting > 0)

    def enter(self, kind: str, *, opens: bool) -> None:
        """Go into a list, an item or a quotation, or out of it."""
        if kind.startswith(("bullet_list", "ordered_list")):
            self.lists = [*self.lists, kind.startswith("ordered")] if opens else self.lists[:-1]
        elif kind.startswith("list_item"):
            self.begun = [*self.begun, False] if opens else self.begun[:-1]
        elif kind.startswith("blockquote"):
            self.quotes += 1 if opens else -1

    def words(self, pieces: list[Piece]) -> Block:
        """Return a paragraph; the first of a list's item is the item."""
        if self.begun and not self.begun[-1]:
            self.begun[-1] = True
            return Item(len(self.lists) - 1, self.lists[-1], pieces)
        return Paragraph(pieces, is_quoted=bool(self.quotes))

    def directive(self, token: Token, body: Sequence[Token]) -> Iterator[Block]:
        """Yield one of our own blocks; of an unknown one, its title and its body."""
        meant = token.meta["directive"]
        inside = list(self.blocks(body))
        if meant.name:
            words = " ".join(each for each in (meant.name, meant.word, meant.title) if each)
            yield Directive(words, inside)
            return
        if meant.title:
            yield Paragraph([Piece(meant.title, is_bold=True)])
        yield from inside

    def table(self, tokens: Sequence[Token]) -> Table:
        """Return a table."""
        rows: list[list[list[Piece]]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self.pieces(token.children or ()))
        return Table(rows)

    def pieces(self, tokens: Sequence[Token]) -> list[Piece]:
        """Return the words of a paragraph with how they look; what may not stay is noted."""
        style, found = Piece(""), list[Piece]()
        for token in tokens:
            look, opens = _look(token)
            if look:
                style = styled(style, look, is_on=opens)
                continue
            match token.type:
                case "link_open":
                    style = replace(style, href=self.link(str(token.attrGet("href") or "")))
                case "link_close":
                    style = replace(style, href="")
                case "image":
                    self.found.lose(Lost.PICTURE, token.content or f"{token.attrGet('src')}")
                case "html_inline" if not _BREAK.fullmatch(token.content):
                    self.found.lose(Lost.HTML, token.content)
                case "text" | "code_inline":
                    is_code = token.type == "code_inline"
                    found.append(replace(style, text=token.content, is_code=is_code))
                case "softbreak" | "hardbreak" | "html_inline":
                    found.append(replace(style, text=_between(token, found)))
        return found

    def link(self, href: str) -> str:
        """Return an address that a lesson may link to; "" for any other."""
        if is_allowed(href):
            return href
        self.found.lose(Lost.LINK, href)
        return ""

    def without_markup(self, content: str) -> str:
        """Return the words of raw HTML; scripts and styles have none."""
        self.found.lose(Lost.HTML, content)
        words = nh3.clean(content, tags=set(), clean_content_tags={"script", "style"})
        return " ".join(html.unescape(words).split())
