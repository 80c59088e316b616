"""The parts of a Word file, opened without running, fetching or unpacking anything. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from training_platform.core.errors import RuleError
from training_platform.studio import archives

MOST_BYTES = 20 * 1024 * 1024
LIMITS = archives.Limits(unpacked=60 * 1024 * 1024, entries=2_000)
MOST_PART = 8 * 1024 * 1024
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_MAIN = "wordprocessingml.document.main+xml"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])")
_BASES = 10


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


OLD_WORD = _("This is an old Word file (.doc), or one with a password. Save it as .docx without.")
IS_PDF = _("This is a PDF. Choose the Word file that it was made from.")
NO_WORD = _("This is no Word file (.docx). Open it in Word and save it as .docx.")
MACROS = _("The Word file holds macros. Save it as .docx, which holds none.")
DOCTYPE = _("“%(name)s” declares a document type, which no Word file does. Nothing was read.")
BROKEN = _("“%(name)s” within the Word file is damaged. Open it in Word and save it once more.")
PART_TOO_LONG = _("The Word file is far too long for a lesson. Copy the part that you need.")


@dataclass(frozen=True)
class Style:
    """What a style of a paragraph means to us."""

    level: int | None
    numbering: tuple[str, int] | None


@dataclass(frozen=True)
class Lists:
    """Which lists there are: id → its kind, and which levels of a kind are numbered."""

    kinds: dict[str, str]
    numbered: set[tuple[str, int]]

    def is_numbered(self, ident: str, depth: int) -> bool:
        """Tell whether a list has numbers at a depth, as opposed to dots."""
        return (self.kinds.get(ident, ""), depth) in self.numbered


@dataclass(frozen=True)
class Parts:
    """A Word file: its text, and what that refers to by id."""

    body: Any
    styles: Mapping[str, Style]
    lists: Lists
    #: id → address outside of the file.
    links: Mapping[str, str]
    #: id → bytes of a picture within the file.
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def open_parts(raw: bytes) -> Parts:
    """Return the parts of a Word file. Raises RuleError, field "file", for anything else."""
    if raw.startswith(_OLD_OFFICE):
        raise RuleError(OLD_WORD, field="file")
    if raw.startswith(b"%PDF"):
        raise RuleError(IS_PDF, field="file")
    if not raw.startswith(b"PK"):
        raise RuleError(NO_WORD, field="file")
    files = archives.read_zip(raw, LIMITS, may_hold_archives=True)
    types = files.get("[Content_Types].xml", b"")
    if any(name.lower().endswith("vbaproject.bin") for name in files) or b"macroEnabled" in types:
        raise RuleError(MACROS, field="file")
    if _MAIN.encode() not in types or "word/document.xml" not in files:
        raise RuleError(NO_WORD, field="file")
    body = parse(files, "word/document.xml").find(f"{W}body")
    if body is None:
        raise RuleError(BROKEN, field="file", name="word/document.xml")
    links, pictures = _relations(files)
    return Parts(body, _styles(files), _lists(files), links, pictures)


def parse(files: Mapping[str, bytes], name: str) -> Any:
    """Return the root of a part. Raises RuleError for entities, document types and broken XML."""
    raw = files[name]
    if len(raw) > MOST_PART:
        raise RuleError(PART_TOO_LONG, field="file")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        text = DOCTYPE if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw else BROKEN
        raise RuleError(text, field="file", name=archives.shown(name)) from None
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise RuleError(DOCTYPE, field="file", name=archives.shown(name))
    return root


def number_of(value: Any, default: int = 0) -> int:
    """Return a small number that stands in a file; the default for anything else."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else default


def _styles(files: Mapping[str, bytes]) -> dict[str, Style]:
    if "word/styles.xml" not in files:
        return {}
    root = parse(files, "word/styles.xml")
    nodes = {str(each.get(f"{W}styleId")): each for each in root.iter(f"{W}style")}
    return {ident: _style(ident, nodes) for ident in nodes}


def _style(ident: str, nodes: Mapping[str, Any]) -> Style:
    """Return what a style means, as far as it or one that it is based on says so."""
    level: int | None = None
    numbering: tuple[str, int] | None = None
    for _step in range(_BASES):
        node = nodes.get(ident)
        if node is None:
            break
        level = _level(node) if level is None else level
        numbering = numbering or numbering_of(node.find(f"{W}pPr"))
        ident = _value(node, "basedOn")
    return Style(level, numbering)


def _level(node: Any) -> int | None:
    name = _value(node, "name").lower()
    if match := _HEADING.fullmatch(name):
        return int(match[1])
    return 0 if name == "title" else None


def numbering_of(properties: Any) -> tuple[str, int] | None:
    """Return the list that a paragraph belongs to, and how deep; "0" takes it out of any."""
    node = properties.find(f"{W}numPr") if properties is not None else None
    ident = _value(node, "numId") if node is not None else ""
    if not ident:
        return None
    return ident, number_of(_value(node, "ilvl"))


def _lists(files: Mapping[str, bytes]) -> Lists:
    found = Lists({}, set())
    if "word/numbering.xml" not in files:
        return found
    root = parse(files, "word/numbering.xml")
    for each in root.iter(f"{W}abstractNum"):
        for level in each.iter(f"{W}lvl"):
            if _value(level, "numFmt") not in {"bullet", "none", ""}:
                ident = str(each.get(f"{W}abstractNumId"))
                found.numbered.add((ident, number_of(level.get(f"{W}ilvl"))))
    for each in root.iter(f"{W}num"):
        found.kinds[str(each.get(f"{W}numId"))] = _value(each, "abstractNumId")
    return found


def _relations(files: Mapping[str, bytes]) -> tuple[dict[str, str], dict[str, bytes]]:
    links: dict[str, str] = {}
    pictures: dict[str, bytes] = {}
    name = "word/_rels/document.xml.rels"
    for each in parse(files, name).iter(f"{_R}Relationship") if name in files else ():
        ident, target = str(each.get("Id")), str(each.get("Target") or "")
        kind = str(each.get("Type") or "").rsplit("/", 1)[-1]
        if kind == "hyperlink":
            links[ident] = target
        elif kind == "image" and each.get("TargetMode") != "External":
            inside = target.removeprefix("/word/").removeprefix("./")
            if content := files.get(f"word/{inside}"):
                pictures[ident] = content
    return links, pictures


def _value(node: Any, name: str) -> str:
    found = node.find(f"{W}{name}")
    return str(found.get(f"{W}val") or "") if found is not None else ""
