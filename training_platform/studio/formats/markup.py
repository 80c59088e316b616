"""HTML from other programs as plain text, by language: what carries meaning stays or is refused.

Nothing is fetched and nothing is drawn: the markup is read for its words only.
"""

import re
from html import escape, unescape

from training_platform.core.text import nfc
from training_platform.studio.formats.results import RefusedError

#: A text in languages: zh, en, or "" for what names none.
ByLanguage = dict[str, str]

_MARK = re.compile(r"\{\s*mlang(?:\s+([\w-]{1,12}))?\s*\}", re.IGNORECASE)
_LINES = frozenset({"p", "div", "br", "li", "ul", "ol", "blockquote", "pre", "hr", "dt", "dd"}) | {
    f"h{n}" for n in range(1, 7)
}
_PICTURES = frozenset({"img", "image", "picture", "video", "audio", "svg", "canvas", "map"})
_ACTIVE = frozenset(
    {"script", "style", "iframe", "frame", "object", "embed", "applet", "form", "input", "button"}
    | {"select", "textarea", "link", "meta", "base"}
)
_TABLES = frozenset({"table", "tr", "td", "th", "math"})
_LOOKS = frozenset({"b", "i", "u", "em", "strong", "font", "s", "strike", "big", "small", "mark"})
_SIGNS = "0123456789+-=()n"
_RAISED = str.maketrans(_SIGNS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans(_SIGNS, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ")
#: Elements that only hold words.
_PLAIN = frozenset(
    {"a", "span", "lang", "sub", "sup", "code", "kbd", "samp", "var", "tt", "abbr", "cite", "q"}
    | {"section", "article", "header", "footer", "main", "center", "label", "html", "head", "body"}
    | {"ins", "del", "dl", "wbr", "caption", "figure", "figcaption", "dfn", "nobr"}
)
_KNOWN = _LINES | _PICTURES | _ACTIVE | _TABLES | _LOOKS | _PLAIN
#: Elements that have no end.
_VOID = frozenset({"br", "hr", "wbr"})
#: A tag never runs past the next angle bracket: reading stays linear, whatever is sent.
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,15})((?:[\s/][^<>]{0,4000})?)>")
_ATTRIBUTE = re.compile(
    r"([A-Za-z][\w:-]{0,40})(?:\s?=\s?(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?"
)
MOST_DEPTH = 200
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
MOST_CHARACTERS = 8_000


def is_markup(text: str) -> bool:
    """Tell whether a text of an unnamed form is HTML."""
    return "<" in text and any(found[2].lower() in _KNOWN for found in _TAG.finditer(text))


def plain_text(text: str, notes: list[str], *, markup: bool = False) -> ByLanguage:
    """Return a text by language; RefusedError for what cannot be kept as plain text."""
    if len(text) > MOST_CHARACTERS * 4:
        raise RefusedError("too_long_text", text, count=len(text), most=MOST_CHARACTERS)
    parts = _parts_of_markup(text, notes) if markup or is_markup(text) else [("", text)]
    return _by_language([each for part in parts for each in _parts_of_marks(*part)])


def cleaned(text: str) -> str:
    """Return a text as it is kept: NFC, no blanks at the ends of lines, no blank lines."""
    if _CONTROL.search(text):
        raise RefusedError("control", _CONTROL.sub("?", text))
    lines = (line.strip(" \t\u3000\u00a0") for line in nfc(text).replace("\u00a0", " ").split("\n"))
    kept = "\n".join(line.replace("\t", " ") for line in lines if line).strip()
    if len(kept) > MOST_CHARACTERS:
        raise RefusedError("too_long_text", kept, count=len(kept), most=MOST_CHARACTERS)
    return kept


def html_of(text: str) -> str:
    """Return a plain text as HTML that reads back as the same text."""
    return escape(text, quote=False).replace("\n", "<br>")


def spans_of(texts: ByLanguage) -> str:
    """Return a text as HTML that Moodle shows in the reader's language."""
    return "".join(
        f'<span lang="{language}" class="multilang">{html_of(text)}</span>'
        for language, text in texts.items()
    )


def _parts_of_marks(language: str, text: str) -> list[tuple[str, str]]:
    """Split {mlang zh}…{mlang}; what stands outside keeps its language."""
    if "mlang" not in text.lower():
        return [(language, text)]
    pieces = _MARK.split(text)
    found, now = [(language, pieces[0])], language
    for name, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        now = language_of(name) if name else language
        found.append((now, piece))
    return found


def language_of(name: str) -> str:
    """Return zh, en or the code itself for a language that content does not have."""
    short = name.lower().replace("_", "-").split("-")[0]
    return short if short in {"zh", "en"} else f"other:{name.lower()}"


def _by_language(parts: list[tuple[str, str]]) -> ByLanguage:
    named = dict.fromkeys(language for language, text in parts if language and text.strip())
    others = [name for name in named if name.startswith("other:")]
    wanted = [name for name in named if name not in others]
    if not named:
        return {"": cleaned("".join(text for _language, text in parts))}
    if not wanted:  # only languages that content does not have: nobody could read it
        wanted, parts = [""], [("", text) for _language, text in parts]
    joined = {
        language: cleaned("".join(text for name, text in parts if name in {"", language}))
        for language in wanted
    }
    if "other:other" in others and len(joined) == 1 and "" not in joined:
        rest = cleaned("".join(text for name, text in parts if name in {"", "other:other"}))
        joined["zh" if "en" in joined else "en"] = rest
    return joined


def _parts_of_markup(text: str, notes: list[str]) -> list[tuple[str, str]]:
    reader = _Reader()
    plain = _without_comments(text)
    at = 0
    for found in _TAG.finditer(plain):
        tag = found[2].lower()
        if tag not in _KNOWN:  # <name> is what somebody wrote, not an element
            continue
        reader.words(plain[at : found.start()])
        at = found.end()
        if found[1]:
            reader.end(tag)
        else:
            reader.start(tag, found[3])
    reader.words(plain[at:])
    notes.extend(note for note in sorted(reader.notes) if note not in notes)
    return reader.parts


def _without_comments(text: str) -> str:
    pieces, at = [], 0
    while (start := text.find("<!--", at)) != -1 and (end := text.find("-->", start + 4)) != -1:
        pieces.append(text[at:start])
        at = end + 3
    return "".join([*pieces, text[at:]])


def _attributes(text: str) -> dict[str, str]:
    plain = " ".join(text.split())
    return {
        found[1].lower(): unescape(found[2] or found[3] or found[4] or "")
        for found in _ATTRIBUTE.finditer(plain)
    }


class _Reader:
    """Collects words with their language; raises for what words cannot say."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, str]] = []
        self.notes: set[str] = set()
        self._open: list[tuple[str, str, str]] = []  # tag, language, link

    @property
    def _language(self) -> str:
        return self._open[-1][1] if self._open else ""

    def start(self, tag: str, attributes: str) -> None:
        """Note a language, start a line, or refuse."""
        _refuse(tag)
        given = _attributes(attributes)
        if any(name.startswith("on") for name in given):
            raise RefusedError("active")
        language = self._language
        if tag in {"span", "lang"} and given.get("lang") and _is_multilang(tag, given):
            language = language_of(given["lang"])
        elif tag in _LOOKS or "style" in given:
            self.notes.add("formatting")
        if tag in _LINES:
            self.parts.append((language, "\n- " if tag == "li" else "\n"))
        if tag not in _VOID:
            if len(self._open) >= MOST_DEPTH:
                raise RefusedError("bad_syntax", problem="HTML")
            self._open.append((tag, language, given.get("href", "")))

    def end(self, tag: str) -> None:
        """Close the element, and whatever was left open in it."""
        names = [name for name, _language, _link in self._open]
        if tag not in names:
            return
        at = len(names) - 1 - names[::-1].index(tag)
        _name, language, link = self._open[at]
        if tag == "a" and link.startswith(("http:", "https:")):
            self.notes.add("links")
            self.parts.append((language, f" ({link})"))
        if tag in _LINES:
            self.parts.append((language, "\n"))
        del self._open[at:]

    def words(self, text: str) -> None:
        """Keep the words; raised and lowered digits have signs of their own."""
        data = unescape(text)
        tags = {name for name, _language, _link in self._open}
        if "pre" not in tags:
            data = re.sub(r"\s+", " ", data)
        for tag, table in (("sup", _RAISED), ("sub", _LOWERED)):
            if tag in tags:
                if any(sign not in _SIGNS for sign in data.strip()):
                    raise RefusedError("script_letters", data)
                data = data.strip().translate(table)
        self.parts.append((self._language, data))


def _is_multilang(tag: str, given: dict[str, str]) -> bool:
    return tag == "lang" or "multilang" in given.get("class", "").split()


def _refuse(tag: str) -> None:
    if tag in _PICTURES:
        raise RefusedError("picture")
    if tag in _ACTIVE:
        raise RefusedError("active")
    if tag in _TABLES:
        raise RefusedError("table")
