"""Lessons: Markdown with a few blocks becomes safe markup. A pure function of its arguments.

What is drawn here is known: text is escaped, raw HTML is shown as text, links lead to https or to a
lesson, and nh3 keeps only the listed elements. Figures and icons are put in after that; figures
are checked by figures.examine().
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import escape

from training_platform.content import directives, emphasis, figures, pictures
from training_platform.content import media as media_files
from training_platform.content.directives import Directive
from training_platform.content.figures import Flaw

MAX_CHARACTERS = 20_000
LESSON_LINK = re.compile(r"lesson:([a-z0-9-]+/[a-z0-9-]+)")
VIDEO = re.compile(r"[a-z0-9-]+\.(mp4|webm)")

_TAGS = {
    "a", "aside", "blockquote", "br", "code", "dd", "details", "div", "dl", "dt", "em",
    "figcaption", "figure", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "s", "section", "span",
    "strong", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul", "video",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "rel"},
    "aside": {"class", "data-tone"},
    "details": {"class"},
    "div": {"aria-label", "class", "data-practice", "hidden", "role", "tabindex"},
    "dl": {"class"},
    "figure": {"class"},
    "ol": {"start"},
    "p": {"class"},
    "section": {"class", "data-kind", "data-tone"},
    "span": {"data-figure", "data-icon"},
    "table": {"class"},
    "td": {"class"},
    "th": {"class", "scope"},
    "video": {"aria-label", "controls", "preload", "src"},
}
#: Words that the page adds, in the lesson's language.
_WORDS = {
    "zh": {
        "good": "好：", "poor": "不好：", "trap": "容易犯的错：", "case": "案例：",
        "try": "试一试：", "table": "表", "transcript": "文字稿",
    },
    "en": {
        "good": "Good: ", "poor": "Poor: ", "trap": "The trap: ", "case": "Case: ",
        "try": "Try it: ", "table": "Table", "transcript": "Transcript",
    },
}  # fmt: skip
#: Tabler Icons (MIT), drawn in place: published markup outlives the address of the sprite.
_ICONS = {
    "circle-check": "M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0M9 12l2 2l4 -4",
    "circle-x": "M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0M10 10l4 4m0 -4l-4 4",
    "alert-triangle": (
        "M12 9v4M10.363 3.591l-8.106 13.534a1.914 1.914 0 0 0 1.636 2.871h16.214a1.914 1.914 0 0 0 "
        "1.636 -2.87l-8.106 -13.536a1.914 1.914 0 0 0 -3.274 0M12 16h.01"
    ),
    "hand-click": (
        "M8 13v-8.5a1.5 1.5 0 0 1 3 0v7.5M11 11.5v-2a1.5 1.5 0 0 1 3 0v2.5M14 10.5a1.5 1.5 0 0 1 3 "
        "0v1.5M17 11.5a1.5 1.5 0 0 1 3 0v4.5a6 6 0 0 1 -6 6h-2h.208a6 6 0 0 1 -5.012 -2.7l-.196 -.3"
        "c-.312 -.479 -1.407 -2.388 -3.286 -5.728a1.5 1.5 0 0 1 .536 -2.022a1.867 1.867 0 0 1 2.28 "
        ".28l1.47 1.47M5 3l-1 -1M4 7h-1M14 3l1 -1M15 6h1"
    ),
    "chevron-right": "M9 6l6 6l-6 6",
    "file-text": (
        "M14 3v4a1 1 0 0 0 1 1h4M17 21h-10a2 2 0 0 1 -2 -2v-14a2 2 0 0 1 2 -2h7l5 5v11a2 2 0 0 1 -2"
        " 2M9 9l1 0M9 13l6 0M9 17l6 0"
    ),
}


@dataclass(frozen=True)
class Lesson:
    """What is rendered: a text in one language, and the pictures of its course."""

    text: str
    language: str
    course: str
    #: media/<name> → bytes
    media: Mapping[str, bytes] = field(default_factory=dict)
    #: The line of the file on which the text begins.
    first_line: int = 1
    #: Below which address photos and videos are sent; "" for those of the published course.
    media_at: str = ""

    def address(self, file: str) -> str:
        """Return where the browser finds a photo or video."""
        return f"{self.media_at or f'/courses/media/{self.course}'}/{file}"


@dataclass(frozen=True)
class Rendered:
    """Safe markup before and after the check question, the words alone, and what is wrong."""

    before_check: str
    after_check: str
    words: str
    flaws: tuple[Flaw, ...]
    #: (line, lesson id) of each link to a lesson.
    links: tuple[tuple[int, str], ...]
    #: Names of media files that are shown.
    media: frozenset[str]


@dataclass(frozen=True)
class _Chunk:
    name: str
    word: str
    markup: str


def render(lesson: Lesson) -> Rendered:
    """Return the lesson as markup. Whatever is hostile or broken is left out and told as a flaw."""
    return _Rendering(lesson).run()


class _Rendering:
    """One lesson on its way to markup."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.words = _WORDS[lesson.language]
        self.flaws: list[Flaw] = []
        self.links: list[tuple[int, str]] = []
        self.media: set[str] = set()
        self.figures: list[str] = []
        self.env: dict[str, Any] = {"flaws": self.flaws, "first_line": lesson.first_line}
        self.has_heading = False

    def run(self) -> Rendered:
        """Parse, check, draw, sanitize."""
        text = self.lesson.text
        if len(text) > MAX_CHARACTERS:
            self.flaw(0, "text", "is too long", f"at most {MAX_CHARACTERS:,} characters")
            text = text[:MAX_CHARACTERS]
        if not text.strip():
            self.flaw(0, "text", "is blank", "the text of the lesson")
        md = _parser()
        tokens = md.parse(text, self.env)
        plain = _plain_words(tokens)  # before titles are changed for drawing
        self.check(tokens)
        chunks = self.chunks(tokens)
        places = [index for index, chunk in enumerate(chunks) if chunk.name == "check"]
        if len(places) > 1:
            self.flaw(0, "check", "stands twice", "one place for the check question")
        split = places[0] if places else len(chunks)
        return Rendered(
            before_check=self.markup(chunks[:split]),
            after_check=self.markup(chunks[split + 1 :]),
            words=plain,
            flaws=tuple(sorted(self.flaws, key=lambda flaw: flaw.line)),
            links=tuple(self.links),
            media=frozenset(self.media),
        )

    def flaw(self, line: int, key: str, problem: str, expected: str) -> None:
        """Note what is wrong; line counts from 0 within the text."""
        self.flaws.append(Flaw(self.lesson.first_line + line, key, problem, expected))

    # ---- Checking: tokens are also made harmless ---------------------------------------------

    def check(self, tokens: Sequence[Token]) -> None:
        """Note raw HTML, pictures, bad links and headings, and take their force from them."""
        table = 0
        for token in tokens:
            line = token.map[0] if token.map else 0
            if token.type == "html_block":
                self.flaw(line, "html", "is raw HTML", "Markdown and blocks only")
            elif token.type in {"heading_open", "heading_close"}:
                if token.tag == "h1" and token.map:
                    self.flaw(line, "heading", "is of the first level", "headings from ## on")
                token.tag = {"h1": "h2", "h5": "h4", "h6": "h4"}.get(token.tag, token.tag)
            elif token.type == "table_open":
                table += 1
                token.meta["label"] = f"{self.words['table']} {table}"
            for child in token.children or ():
                self.check_inline(child, line)

    def check_inline(self, token: Token, line: int) -> None:
        """Do it within a paragraph."""
        if token.type == "html_inline":
            self.flaw(line, "html", "is raw HTML", "Markdown and blocks only")
        elif token.type == "image":
            self.flaw(line, "picture", "is a Markdown picture", ":::figure with a file of media/")
        elif token.type == "link_open":
            href = str(token.attrGet("href") or "")
            token.attrs = {}
            if inside := LESSON_LINK.fullmatch(href):
                self.links.append((self.lesson.first_line + line, inside[1]))
                token.attrs = {"href": f"/courses/{inside[1]}"}
            elif href.startswith("https://"):
                token.attrs = {"href": href, "rel": "noopener noreferrer"}
            else:
                self.flaw(
                    line, "link", f"leads to {href!r}", "https://… or lesson:<course>/<lesson>"
                )

    # ---- Drawing -----------------------------------------------------------------------------

    def chunks(self, tokens: Sequence[Token]) -> list[_Chunk]:
        """Return the lesson's pieces in order: blocks, and what stands between them."""
        chunks: list[_Chunk] = []
        start = 0
        opened: Directive | None = None
        for index, token in enumerate(tokens):
            if token.type == "directive_open":
                chunks.append(_Chunk("", "", self.body(tokens[start:index])))
                start, opened = index + 1, token.meta["directive"]
            elif token.type == "directive_close" and opened is not None:
                body = tokens[start:index]
                chunks.append(_Chunk(opened.name, opened.word, self.block(opened, body)))
                start, opened = index + 1, None
        chunks.append(_Chunk("", "", self.body(tokens[start:])))
        return [chunk for chunk in chunks if chunk.markup or chunk.name == "check"]

    def body(self, tokens: Sequence[Token]) -> str:
        """Return ordinary Markdown as markup."""
        self.has_heading = self.has_heading or any(t.tag == "h2" for t in tokens)
        return str(_parser().renderer.render(tokens, _parser().options, self.env))

    def block(self, directive: Directive, tokens: Sequence[Token]) -> str:
        """Return one block as markup, its body checked."""
        name = directive.name
        if name == "check":
            if tokens:
                self.tell(directive, "has a body", "nothing: the question stands in course.yaml")
            self.has_heading = True  # the question brings its own
            return ""
        if name == "steps" and not _is_one_list(tokens):
            self.tell(directive, "is something else than steps", "one numbered list")
        if not tokens and name not in {"", "figure", "practice"}:
            self.tell(directive, "is empty", "a body")
        if name == "figure":
            return self.figure(directive, tokens)
        if name == "video":
            return self.video(directive, tokens)
        return self.box(directive, self.body(tokens))

    def box(self, directive: Directive, body: str) -> str:
        """Return a block that is a title and a body; an unknown one is its body alone."""
        name, title = directive.name, str(escape(directive.title))
        word = "good" if directive.word == "good" else "poor"
        head = self.head(directive, title)
        markup = {
            "example": (
                f'<section class="example" data-kind="{word}">{head}'
                f'<div class="example-body">{body}</div></section>'
            ),
            "steps": f'<section class="steps">{head}{body}</section>',
            "trap": (
                f'<section class="note trap" data-tone="warn">{_icon("alert-triangle")}'
                f'<div class="note-body">{head}{body}</div></section>'
            ),
            "case": f'<section class="case">{head}{body}</section>',
            "term": f'<dl class="term"><dt>{title}</dt><dd>{body}</dd></dl>',
            "faq": _fold(title, body),
            "try": f'<section class="try-it">{head}{body}</section>',
            "practice": f'<div data-practice="{escape(directive.word)}" hidden></div>',
        }
        return markup.get(name, body)

    def head(self, directive: Directive, title: str) -> str:
        """Return a block's heading, one level below what stands above it."""
        level = 3 if self.has_heading else 2
        name = directive.word if directive.name == "example" else directive.name
        icon = {
            "good": "circle-check",
            "poor": "circle-x",
            "case": "file-text",
            "try": "hand-click",
        }.get(name)
        drawn = _icon(icon) if icon else ""
        return f"<h{level}>{drawn}{self.words.get(name, '')}{title}</h{level}>"

    def figure(self, directive: Directive, tokens: Sequence[Token]) -> str:
        """Return a figure with its caption; the drawing is put in after sanitizing."""
        name = directive.word
        file = media_files.figure_file(name, self.lesson.language, self.lesson.media)
        if file is None:
            expected = f"media/{name}.{self.lesson.language}.svg, .webp or .png"
            self.tell(directive, f"shows {name!r}, which is missing", expected)
            return ""
        self.media.add(file)
        number, raw = len(self.figures), self.lesson.media[file]
        if media_files.is_picture(file):
            drawing = pictures.draw(raw, directive.title, self.lesson.address(file))
        else:
            drawing = figures.draw(raw, directive.title, f"fig{number + 1}-")
        self.figures.append(drawing)
        caption = self.body(tokens)
        caption = f"<figcaption>{caption}</figcaption>" if caption else ""
        return f'<figure class="figure"><span data-figure="{number}"></span>{caption}</figure>'

    def video(self, directive: Directive, tokens: Sequence[Token]) -> str:
        """Return a video with its transcript."""
        file = directive.word
        if not VIDEO.fullmatch(file) or file not in self.lesson.media:
            self.tell(
                directive, f"shows {file!r}, which is missing", "an mp4 or webm file of media/"
            )
            return ""
        self.media.add(file)
        title = escape(directive.title)
        return (
            f'<figure class="figure"><video controls preload="none" aria-label="{title}" '
            f'src="{escape(self.lesson.address(file))}"></video>'
            f"<figcaption>{title}</figcaption>"
            f"{_fold(self.words['transcript'], self.body(tokens))}</figure>"
        )

    def tell(self, directive: Directive, problem: str, expected: str) -> None:
        """Note what is wrong with a block."""
        key = f":::{directive.name}"
        self.flaws.append(Flaw(directive.line, key, problem, expected))

    def markup(self, chunks: Sequence[_Chunk]) -> str:
        """Join the pieces, examples side by side, and let only the listed elements through."""
        joined = []
        for name, group in groupby(chunks, key=lambda chunk: chunk.name):
            members = list(group)
            joined += _pairs(members) if name == "example" else [m.markup for m in members]
        clean = nh3.clean(
            "".join(joined),
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes={"https"},
            link_rel=None,
        )
        for name in _ICONS:
            clean = clean.replace(_icon(name), _drawn_icon(name))
        for number, drawing in enumerate(self.figures):
            clean = clean.replace(f'<span data-figure="{number}"></span>', drawing)
        return clean


def _pairs(examples: list[_Chunk]) -> list[str]:
    """Wrap a good and a poor example that follow each other."""
    joined = []
    while examples:
        if len(examples) > 1 and examples[0].word != examples[1].word:
            first, second, *examples = examples
            joined.append(f'<div class="example-pair">{first.markup}{second.markup}</div>')
        else:
            alone, *examples = examples
            joined.append(alone.markup)
    return joined


def _is_one_list(tokens: Sequence[Token]) -> bool:
    if not tokens or tokens[0].type != "ordered_list_open":
        return False
    top = [token for token in tokens if token.level == tokens[0].level]
    return len(top) == 2 and top[-1].type == "ordered_list_close"


def _fold(summary: str, body: str) -> str:
    return (
        f'<details class="fold"><summary>{_icon("chevron-right")}{summary}</summary>'
        f'<div class="fold-body">{body}</div></details>'
    )


def _icon(name: str) -> str:
    return f'<span data-icon="{name}"></span>'


def _drawn_icon(name: str) -> str:
    path = f'<path d="{_ICONS[name]}"/>'
    return f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{path}</svg>'


def _plain_words(tokens: Sequence[Token]) -> str:
    """Return the words of a lesson without markup, a line for each paragraph, title or cell."""
    lines = []
    for token in tokens:
        if token.type == "directive_open":
            directive: Directive = token.meta["directive"]
            lines.append("" if directive.name == "figure" else directive.title)
        elif token.type == "inline":
            lines.append("".join(child.content or " " for child in token.children or ()))
        elif token.type in {"fence", "code_block"}:
            lines.append(token.content)
    return "\n".join(line for line in lines if line.strip())


@cache
def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": True})
    emphasis.install(md, "commonmark")
    md.enable(["table", "strikethrough"])
    md.options["html"] = True  # seen so that it can be told; drawn as text
    md.validateLink = _any_link  # type: ignore[method-assign]  # check_inline() decides
    directives.install(md)
    rules: dict[str, Any] = md.renderer.rules  # type: ignore[attr-defined]
    rules["html_block"] = rules["html_inline"] = rules["image"] = _as_text
    rules["table_open"] = _open_table
    rules["table_close"] = lambda *_: "</table></div>\n"
    rules["th_open"] = rules["td_open"] = _open_cell
    return md


def _any_link(url: str) -> bool:
    return True


def _as_text(tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return str(escape(tokens[index].content))


def _open_table(tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    label = tokens[index].meta["label"]
    return (
        f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}">'
        '<table class="data-table">'
    )


def _open_cell(tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    token = tokens[index]
    scope = ' scope="col"' if token.tag == "th" else ""
    number = ' class="number"' if "right" in str(token.attrGet("style") or "") else ""
    return f"<{token.tag}{scope}{number}>"
