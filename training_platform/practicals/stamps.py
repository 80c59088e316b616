"""The stamp of a proved task: which files were proved, so that nothing unproved is published.

`flask practicals check --stamp` writes it beside the scenario after every solution, right and
wrong, did what it must. A file that changes afterwards no longer fits the stamp.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from training_platform.core.kinds import Draft

NAME = "proved.txt"


def stamp_of(files: Mapping[str, bytes]) -> str:
    """Return the digest of a task's files, the stamp itself left out."""
    whole = hashlib.sha256()
    for path in sorted(files):
        if path.rpartition("/")[2] != NAME:
            text = files[path].replace(b"\r\n", b"\n")
            whole.update(f"{path} {len(text)}\n".encode() + text)
    return whole.hexdigest()


def is_stamped(files: Mapping[str, bytes]) -> bool:
    """Tell whether the stamp that stands among the files is theirs."""
    found = next((raw for name, raw in files.items() if name.endswith(f"/{NAME}")), b"")
    return found.decode("ascii", "replace").strip() == stamp_of(files)


def note_unproved(draft: Draft, path: str) -> None:
    """Note that the files are not those that were proved."""
    draft.wrong_at(path, 1, "file", "is not proved as it stands", "a proof of these very files")


def expect_stamp(draft: Draft, path: str) -> None:
    """Note a mistake where the files are not those that were proved."""
    if not is_stamped(draft.files):
        note_unproved(draft, path)


def stamp_text(files: Mapping[str, bytes]) -> str:
    """Return what the stamp's file holds."""
    return f"{stamp_of(files)}\n"


def write_stamp(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the stamp of a proved task into its scenario's folder."""
    (folder / NAME).write_text(stamp_text(files), encoding="ascii")
