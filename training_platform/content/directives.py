"""The blocks of a lesson beyond Markdown: `:::name title` … `:::`. They do not nest."""

import re
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from training_platform.content.figures import Flaw

_OPENING = re.compile(r":::\s*([A-Za-z_-]*)\s*(.*)")
_FENCE = ":::"

#: What stands behind each name; None: nothing.
NAMES: dict[str, str | None] = {
    "example": "good or poor, then a title",
    "steps": "a title",
    "figure": "a name, then the alternative text",
    "trap": "a title",
    "case": "a title",
    "term": "a word",
    "faq": "a question",
    "try": "a title",
    "check": None,
    "practice": "the id of a task",
    "video": "a file of media/, then a title",
}
#: Those that take a word before their title.
_WITH_WORD = frozenset({"example", "figure", "video", "practice"})


@dataclass(frozen=True)
class Directive:
    """The opening line of a block; word is good/poor, a figure, a file or a task."""

    name: str
    word: str
    title: str
    line: int


def install(md: MarkdownIt) -> None:
    """Teach a parser the blocks; flaws go to env["flaws"], lines count from env["first_line"]."""
    md.block.ruler.before(
        "fence", "directive", _rule, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def _rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if not _text(state, start).startswith(_FENCE) or state.is_code_block(start):
        return False
    if state.level:
        if not silent:
            _flaw(state, start, "stands inside a list or quotation", "a block at the margin")
        return False
    if silent:
        return True
    close = _end_of(state, start, end)
    directive = _read(state, start)
    token = state.push("directive_open", "", 1)
    token.map = [start, close]
    token.meta = {"directive": directive}
    _parse_body(state, start + 1, close)
    state.push("directive_close", "", -1)
    is_closed = close < end and _text(state, close) == _FENCE
    state.line = close + 1 if is_closed else close
    return True


def _parse_body(state: StateBlock, start: int, close: int) -> None:
    parent, maximum = state.parentType, state.lineMax
    state.parentType, state.lineMax = "directive", close
    state.md.block.tokenize(state, start, close)
    state.parentType, state.lineMax = parent, maximum


def _end_of(state: StateBlock, start: int, end: int) -> int:
    """Return the line of the closing colons, or where the block ends without them."""
    if _text(state, start) == _FENCE:
        return start + 1
    for line in range(start + 1, end):
        text = _text(state, line)
        if text == _FENCE:
            return line
        if text.startswith(_FENCE):
            _flaw(state, line, "opens within another block", "::: before it; blocks do not nest")
            return line
    _flaw(state, start, "is not closed; is the file cut off?", "::: on a line of its own")
    return end


def _read(state: StateBlock, line: int) -> Directive:
    number = int(state.env["first_line"]) + line
    match = _OPENING.fullmatch(_text(state, line))
    name, rest = (match[1], match[2].strip()) if match else ("", "")
    if name not in NAMES:
        problem = f"{name!r} is no block" if name else "closes nothing"
        _flaw(state, line, problem, "one of " + ", ".join(NAMES))
        return Directive("", "", rest, number)
    word, title = "", rest
    if name in _WITH_WORD:
        word, _, title = (part.strip() for part in rest.partition(" "))
    expected = NAMES[name]
    is_complete = bool(word or name not in _WITH_WORD) and bool(title or name == "practice")
    if expected and not is_complete:
        _flaw(state, line, f"{name} lacks words", expected)
    if name == "example" and word not in {"good", "poor"}:
        _flaw(state, line, f"example is {word!r}", "good or poor")
    if expected is None and rest:
        _flaw(state, line, f"{name} has words", "nothing behind it")
    return Directive(name, word, title, number)


def _text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def _flaw(state: StateBlock, line: int, problem: str, expected: str) -> None:
    flaws: list[Any] = state.env["flaws"]
    flaws.append(Flaw(int(state.env["first_line"]) + line, ":::", problem, expected))
