"""Zip files from outside, read within limits before anything looks into them. Pure.

Nothing is ever unpacked to the disk: what is read stays in memory, and that is bounded.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from training_platform.core import uploads
from training_platform.core.errors import RuleError
from training_platform.core.files import without_controls

#: Real texts shrink to a tenth; what shrinks to less than a hundredth was made to do harm.
MOST_RATIO = 100
SMALL = 2 * 1024 * 1024
_LONGEST_SHOWN = 80
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_ODD = re.compile(r"[\x00-\x1f\x7f\\:]")
_ENCRYPTED = 0x1


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


DAMAGED = _("The file is damaged or cut off. Get it once more and send it again.")
TOO_MUCH = _("The file would unpack to far more than it may. Nothing of it was read.")
TOO_MANY = _("The file holds more than %(most)s files.")
LEAVES = _("“%(name)s” would lie outside of its folder. Nothing was brought in.")
IS_LINK = _("“%(name)s” is a link to another file. Nothing was brought in.")
IS_NESTED = _("“%(name)s” is an archive within the archive. Nothing was brought in.")
STANDS_TWICE = _("“%(name)s” stands in the file twice. Nothing was brought in.")
LOCKED = _("The file is protected with a password. Send it without one.")


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold."""

    unpacked: int
    entries: int


def read_zip(raw: bytes, limits: Limits, *, may_hold_archives: bool = False) -> dict[str, bytes]:
    """Return the files of a zip by their names, each read to its end and its checksum true.

    Raises RuleError, field "file", naming what is wrong: broken off, too much, too many, paths
    that leave the folder, links, names that stand twice, passwords, archives within it.
    """
    if raw.count(_DIRECTORY_ENTRY) > limits.entries:  # before a reader makes an object of each
        raise RuleError(TOO_MANY, field="file", most=limits.entries)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            _expect_size(entries, len(raw), limits)
            for entry in entries:
                _expect_plain(entry)
            return _read(archive, entries, limits, may_hold_archives=may_hold_archives)
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError):
        raise RuleError(DAMAGED, field="file") from None
    except (ValueError, NotImplementedError, RuntimeError):  # spoilt offsets, odd packing
        raise RuleError(DAMAGED, field="file") from None


def taken(sent: Any, most: int) -> bytes:
    """Return an upload's bytes; raise RuleError, field "file", for more than it may have."""
    raw: bytes = sent.read(most + 1)
    if len(raw) > most:
        raise RuleError(uploads.TOO_LARGE, field="file", limit=most // uploads.MEGABYTE)
    return raw


def shown(name: str) -> str:
    """Return a name from outside as a message may hold it."""
    return without_controls(name)[:_LONGEST_SHOWN]


def _expect_size(entries: list[zipfile.ZipInfo], packed: int, limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise RuleError(TOO_MANY, field="file", most=limits.entries)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked or (unpacked > SMALL and unpacked > packed * MOST_RATIO):
        raise RuleError(TOO_MUCH, field="file")


def _expect_plain(entry: zipfile.ZipInfo) -> None:
    # The name as it stands in the file: the reader would quietly cut it at a NUL.
    name = entry.orig_filename
    if _ODD.search(name) or name.startswith("/") or ".." in name.split("/"):
        raise RuleError(LEAVES, field="file", name=shown(name))
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise RuleError(IS_LINK, field="file", name=shown(name))
    if entry.flag_bits & _ENCRYPTED:
        raise RuleError(LOCKED, field="file")


def _read(
    archive: zipfile.ZipFile,
    entries: list[zipfile.ZipInfo],
    limits: Limits,
    *,
    may_hold_archives: bool,
) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = limits.unpacked
    for entry in entries:
        if entry.is_dir():
            continue
        if entry.filename in found:
            raise RuleError(STANDS_TWICE, field="file", name=shown(entry.filename))
        with archive.open(entry) as handle:
            content = handle.read(left + 1)  # what an entry says of its size may be a lie
        left -= len(content)
        if left < 0:
            raise RuleError(TOO_MUCH, field="file")
        if not may_hold_archives and content.startswith(_ARCHIVES):
            raise RuleError(IS_NESTED, field="file", name=shown(entry.filename))
        found[entry.filename] = content
    return found
