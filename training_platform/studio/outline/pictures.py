"""Media of a course draft: what there is, where it is shown. Pure."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from training_platform.content import media
from training_platform.content import pictures as raster
from training_platform.studio import lesson_files
from training_platform.studio.models import StudioDraft
from training_platform.studio.outline import rules

#: All media of a draft together: every page of it reads them.
MOST_BYTES = 25_000_000
_OPENING = re.compile(r":::\s*(figure|video)\s+(\S+)(?:\s+(.*))?")


@dataclass(frozen=True)
class Use:
    """A place where a picture is shown: the lesson, its language, the alternative text."""

    slug: str
    language: str
    alternative: str


@dataclass(frozen=True)
class Medium:
    """A file of media/ as its page shows it."""

    name: str
    stem: str
    size_bytes: int
    pixels: tuple[int, int] | None
    uses: list[Use]

    @property
    def is_video(self) -> bool:
        """It moves and sounds."""
        return self.name.endswith((".mp4", ".webm"))

    @property
    def alternatives(self) -> dict[str, str]:
        """The alternative text in each language that has one."""
        return {use.language: use.alternative for use in reversed(self.uses) if use.alternative}


def media_names(draft: StudioDraft) -> list[str]:
    """Return the names of the media files of a draft."""
    start = folder(draft)
    return [file.path.removeprefix(start) for file in draft.files if file.path.startswith(start)]


def folder(draft: StudioDraft) -> str:
    """Return where the media of a course lie, with a slash behind."""
    return f"courses/{draft.slug}/media/"


def media_of(draft: StudioDraft) -> list[Medium]:
    """Return the media of a draft with where each is shown."""
    names, start = media_names(draft), folder(draft)
    uses = uses_in(draft, names)
    found = []
    for name in sorted(names):
        file = draft.file(start + name)
        raw = file.raw if file else b""
        pixels = raster.size_of(raw) if media.is_picture(name) else None
        stem = name.rsplit(".", 1)[0]
        found.append(Medium(name, stem, len(raw), pixels, uses.get(name, [])))
    return found


def uses_in(draft: StudioDraft, names: Container[str]) -> dict[str, list[Use]]:
    """Return by the names of files which lessons show them."""
    found: dict[str, list[Use]] = {}
    for file in draft.files:
        parts = lesson_files.path_parts(file.path)
        for line in (file.text or "").splitlines() if parts else ():
            if parts and (shown := _shown(line, parts.language, names)):
                use = Use(parts.slug, parts.language, shown[1])
                found.setdefault(shown[0], []).append(use)
    return found


def without_blocks(text: str, language: str, name: str, names: Container[str]) -> str:
    """Return a lesson's text without the blocks that show a file."""
    kept: list[str] = []
    is_inside = False
    for line in text.splitlines(keepends=True):
        shown = None if is_inside else _shown(line.rstrip(), language, names)
        if shown and shown[0] == name:
            is_inside = True
        elif is_inside:
            is_inside = line.rstrip() != ":::"
        else:
            kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "".join(kept)) if len(kept) != text.count("\n") else text


def called(medium: Medium) -> str:
    """Return what a lesson calls a picture: its name without language and ending."""
    return medium.stem.removesuffix(".zh").removesuffix(".en")


def block(name: str, alternative: str) -> str:
    """Return the block that shows a picture."""
    return f":::figure {name} {' '.join(alternative.split())}\n:::"


def name_for(wanted: str, filename: str, taken: Container[str]) -> str:
    """Return a name for a picture: what was wanted, or made from the file's own name."""
    stem = filename.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    made = wanted or rules.slug_of(stem) or "picture"
    if wanted:
        return made
    return next(each for each in _numbered(made) if each not in taken)


def _numbered(name: str) -> Iterator[str]:
    yield name
    for number in range(2, media.MOST_FILES * 3):
        yield f"{name}-{number}"


def _shown(line: str, language: str, names: Container[str]) -> tuple[str, str] | None:
    """Return which file an opening line shows, and its words."""
    if (match := _OPENING.fullmatch(line)) is None:
        return None
    is_video = match[1] == "video"
    file = match[2] if is_video else media.figure_file(match[2], language, names)
    return (file, (match[3] or "").strip()) if file and file in names else None
