"""Reading and checking the content folder: every mistake at once, and never a traceback."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from training_platform.core.kinds import ContentKind, Draft, Library, Mistake


class ContentError(Exception):
    """Files break the format; mistakes tells each one."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = tuple(mistakes)


def read_library(kinds: Sequence[ContentKind], root: Path) -> Library:
    """Read, parse and check everything below the content folder; look at mistakes() before use."""
    library = Library(kinds)
    for kind in kinds:
        for slug, paths in kind.find(root).items():
            library.add(kind, parse(kind, slug, _read(root, paths)))
    check(library)
    return library


def parse(kind: ContentKind, slug: str, files: Mapping[str, bytes]) -> Draft:
    """Return the parsed draft of one item, its mistakes noted; files may come from anywhere."""
    draft = Draft(kind.name, slug, files)
    draft.data = kind.parse(draft)
    return draft


def check(library: Library) -> None:
    """Note what is wrong between items."""
    for kind in library.kinds:
        for draft in library.drafts[kind.name].values():
            if draft.data is not None:
                kind.check(draft, library)


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the digest of an item's files: names and bytes."""
    whole = hashlib.sha256()
    for path in sorted(files):
        name, content = path.encode("utf-8"), files[path]
        whole.update(f"{len(name)} {len(content)}\n".encode("ascii") + name + content)
    return whole.hexdigest()


def _read(root: Path, paths: Sequence[Path]) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
