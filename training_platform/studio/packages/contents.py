"""What a package is: a zip with a list of what it holds, and the files as the folder has them.

Pure, and the same for the same content: no time, no person, no installation stands in it.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from training_platform.content import media
from training_platform.core.errors import RuleError
from training_platform.core.files import without_controls
from training_platform.core.kinds import LANGUAGES
from training_platform.studio import archives, rules

LIST = "package.json"
FORMAT = "training-course-package"
VERSION = 1
MOST_BYTES = 20 * 1024 * 1024
LIMITS = archives.Limits(unpacked=60 * 1024 * 1024, entries=2_000)
TEXTS = (".yaml", ".md", ".txt", ".svg")
_PACKED = (".mp4", ".webm", ".webp", ".png")
_LONGEST_TITLE = 200
_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
#: Where the files of each kind lie; the groups make the id.
_PLACES = (
    ("case", re.compile(rf"courses/cases/({_ID})\.yaml")),
    ("faq", re.compile(rf"courses/faq/({_ID})\.yaml")),
    (
        "course",
        re.compile(
            rf"courses/({_ID})/(?:course\.yaml|[0-9]{{2}}-[a-z0-9-]+\.(?:zh|en)\.md"
            rf"|media/{media.NAME.pattern})"
        ),
    ),
    ("question", re.compile(rf"question_bank/questions/({_ID}/{_ID})\.yaml")),
    (
        "question",
        re.compile(
            rf"question_bank/questions/(?P<topic>{_ID})/media/"
            rf"(?P<question>{_ID})(?:\.(?:zh|en))?\.(?:svg|webp|png)"
        ),
    ),
    ("rubric", re.compile(rf"question_bank/rubrics/({_ID})\.yaml")),
    ("paper", re.compile(rf"question_bank/papers/({_ID})\.yaml")),
    ("practical", re.compile(rf"question_bank/practicals/({_ID})\.yaml")),
    (
        "practical",
        re.compile(
            rf"question_bank/scenarios/({_ID})/(?:[a-z0-9-]+/)?"
            r"[a-z0-9-]+(?:\.(?:zh|en))?\.(?:yaml|md|txt)"
        ),
    ),
)
KINDS = ("course", "question", "rubric", "paper", "practical", "case", "faq")


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


NO_PACKAGE = _("This is no course package. Choose the zip file that “Download as a package” gave.")
NEWER = _("This package was made by a newer version of the platform. Update this one first.")
WRONG_NAME = _("“%(name)s” does not belong in a course package. Nothing was brought in.")
NOT_LISTED = _("The package's own list does not fit “%(name)s”. Get the file once more.")
NO_TEXT = _("“%(name)s” is no text. Nothing was brought in.")
TOO_LONG = _("“%(name)s” is longer than %(most)s characters. Nothing was brought in.")
TOO_MANY = _("“%(name)s” has more than %(most)s files. Nothing was brought in.")

#: (kind, slug) of an item.
Name = tuple[str, str]


@dataclass(frozen=True)
class Package:
    """A course with everything that belongs to it, and the names of what it needs beside it."""

    course: str
    title: Mapping[str, str]
    items: Mapping[Name, Mapping[str, bytes]]
    #: Sort → names: competencies, job roles, lessons and others that are not in the package.
    refers_to: Mapping[str, list[str]] = field(default_factory=dict)


def item_of(path: str) -> Name | None:
    """Return the item that a path belongs to; None for a path that content never has."""
    for kind, pattern in _PLACES:
        if match := pattern.fullmatch(path):
            return kind, "/".join(match.groupdict().values()) or match[1]
    return None


def write(package: Package) -> bytes:
    """Return a package as a zip: the same bytes for the same content, whenever and wherever."""
    out = io.BytesIO()
    listed = json.dumps(_listed(package), ensure_ascii=False, indent=1) + "\n"
    with zipfile.ZipFile(out, "w") as archive:
        _add(archive, LIST, listed.encode())
        for _name, files in sorted(package.items.items()):
            for path, raw in sorted(files.items()):
                _add(archive, path, raw)
    return out.getvalue()


def read(raw: bytes) -> Package:
    """Return what a zip holds. Raises RuleError, field "file", for anything that is no package."""
    if not raw.startswith(b"PK"):
        raise RuleError(NO_PACKAGE, field="file")
    files = archives.read_zip(raw, LIMITS)
    listed = _read_list(files.pop(LIST, b""))
    items: dict[Name, dict[str, bytes]] = {}
    for path, content in files.items():
        name = item_of(path)
        if name is None:
            raise RuleError(WRONG_NAME, field="file", name=archives.shown(path))
        _expect_file(path, content)
        items.setdefault(name, {})[path] = content
    _expect_listed(listed, files)
    for (_kind, slug), members in items.items():
        if len(members) > rules.MOST_FILES:
            raise RuleError(TOO_MANY, field="file", name=slug, most=rules.MOST_FILES)
    course = listed["course"]
    if ("course", course) not in items:
        raise RuleError(NO_PACKAGE, field="file")
    return Package(course, _title(listed.get("title")), items, _names(listed.get("refers_to")))


def _listed(package: Package) -> dict[str, Any]:
    """Return the list of what a package holds."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "course": package.course,
        "title": {code: package.title[code] for code in LANGUAGES if code in package.title},
        "items": [
            {
                "kind": kind,
                "id": slug,
                "files": {path: _checksum(raw) for path, raw in sorted(files.items())},
            }
            for (kind, slug), files in sorted(package.items.items())
        ],
        "refers_to": {sort: sorted(names) for sort, names in sorted(package.refers_to.items())},
    }


def _add(archive: zipfile.ZipFile, name: str, raw: bytes) -> None:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    entry.compress_type = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
    archive.writestr(entry, raw)


def _read_list(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise RuleError(NO_PACKAGE, field="file") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise RuleError(NO_PACKAGE, field="file")
    version = found.get("version")
    if isinstance(version, int) and version > VERSION:
        raise RuleError(NEWER, field="file")
    if version != VERSION or not isinstance(found.get("course"), str):
        raise RuleError(NO_PACKAGE, field="file")
    return found


def _expect_listed(listed: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    """Refuse a package whose files are not exactly those of its list."""
    sums: dict[str, object] = {}
    items = listed.get("items")
    for each in items if isinstance(items, list) else []:
        members = each.get("files") if isinstance(each, dict) else None
        sums.update(members if isinstance(members, dict) else {})
    for path in sorted(sums.keys() | files.keys()):
        if path not in files or sums.get(path) != _checksum(files[path]):
            raise RuleError(NOT_LISTED, field="file", name=archives.shown(path))


def _expect_file(path: str, content: bytes) -> None:
    if not path.endswith(TEXTS):
        return
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise RuleError(NO_TEXT, field="file", name=archives.shown(path))
    if len(text) > rules.MOST_CHARACTERS:
        raise RuleError(TOO_LONG, field="file", name=path, most=rules.MOST_CHARACTERS)


def _checksum(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _title(value: object) -> dict[str, str]:
    """Return what the list calls the course, as far as that is a title at all."""
    given = value if isinstance(value, dict) else {}
    texts = {code: given.get(code) for code in LANGUAGES}
    return {
        code: without_controls(text)[:_LONGEST_TITLE]
        for code, text in texts.items()
        if isinstance(text, str) and text
    }


def _names(value: object) -> dict[str, list[str]]:
    given: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else ()
    return {
        without_controls(sort): [without_controls(n) for n in names if isinstance(n, str)]
        for sort, names in given
        if isinstance(names, list)
    }
