"""Both languages are complete: every text of code and templates has its Chinese."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from training_platform.config import ROOT

CATALOGS = sorted((ROOT / "training_platform" / "translations" / "zh" / "LC_MESSAGES").glob("*.po"))
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "mark": None}
METHODS = [
    ("training_platform/**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]
HANZI = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")
#: Texts that are the same in both languages, each for its reason.
SAME_IN_BOTH = {
    "CSV": "a file format",
    "PDF": "a file format",
    "JSON": "a file format",
    "XLSX": "a file format",
    "EN": "the language's own code",
    "HTTP": "a protocol",
    "Redis": "a product",
    "VIP": "the tier's name in the company's own rules",
}


@cache
def texts() -> dict[str, str]:
    """Map every extracted message id to a place where it stands."""
    found: dict[str, str] = {}
    for name, line, message, _comments, _context in extract_from_dir(
        str(ROOT),
        METHODS,
        {f"**.{kind}": {"trimmed": "true", "silent": "false"} for kind in ("html", "txt")},
        KEYWORDS,
        directory_filter=lambda path: Path(path).name not in {".venv", ".git", "node_modules"},
    ):
        single = message[0] if isinstance(message, tuple) else message
        if single:
            found.setdefault(single, f"{name}:{line}")
    return found


@cache
def catalog(path: Path) -> Catalog:
    with path.open("rb") as handle:
        return read_po(handle, locale="zh")


@cache
def messages() -> dict[str, Message]:
    """Map every message id of all catalogs to its entry."""
    return {
        entry.id if isinstance(entry.id, str) else entry.id[0]: entry
        for path in CATALOGS
        for entry in catalog(path)
        if entry.id
    }


def translated(entry: Message) -> str:
    return entry.string if isinstance(entry.string, str) else entry.string[0]


def every_form(entry: Message) -> str:
    return entry.id if isinstance(entry.id, str) else " ".join(entry.id)


def test_every_text_has_its_chinese():
    missing = {text: place for text, place in texts().items() if text not in messages()}

    assert not missing


def test_no_translation_is_empty_or_fuzzy():
    bad = [id_ for id_, entry in messages().items() if not translated(entry) or entry.fuzzy]

    assert not bad


def test_chinese_is_chinese():
    latin = {
        id_: translated(entry)
        for id_, entry in messages().items()
        if not HANZI.search(translated(entry))
        and re.search(r"[A-Za-z]{2}", PLACEHOLDER.sub("", id_))
        and id_ not in SAME_IN_BOTH
    }

    assert not latin


def test_placeholders_are_the_same_in_both_languages():
    odd = {
        id_: translated(entry)
        for id_, entry in messages().items()
        if set(PLACEHOLDER.findall(translated(entry))) - set(PLACEHOLDER.findall(every_form(entry)))
        or (
            isinstance(entry.id, str)
            and set(PLACEHOLDER.findall(id_)) - set(PLACEHOLDER.findall(translated(entry)))
        )
    }

    assert not odd


def test_no_catalog_keeps_texts_that_are_gone():
    gone = sorted(set(messages()) - set(texts()))

    assert not gone


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_same_text_is_said_the_same_in_every_catalog(path):
    differing = {
        entry.id: (entry.string, messages()[entry.id].string)
        for entry in catalog(path)
        if entry.id and isinstance(entry.id, str) and messages()[entry.id].string != entry.string
    }

    assert not differing
