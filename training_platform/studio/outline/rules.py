"""The outline as a plan: ids, numbers, and what differs from the published course. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from training_platform.core.kinds import LANGUAGES
from training_platform.studio import lesson_files

MOST_LESSONS = 99
LONGEST_SLUG = 60
#: What a new lesson is planned with.
MINUTES = 4
_BETWEEN = re.compile(r"[^a-z0-9]+")


class Difference(StrEnum):
    """How a lesson differs from the published course."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class Kept:
    """A lesson within a set of files: its number, and the bytes in each language."""

    numbers: dict[str, str]
    texts: dict[str, bytes]


def slug_of(title: str, taken: Iterable[str] = ()) -> str:
    """Return the id of a lesson with this English title; another number behind it if taken."""
    plain = unicodedata.normalize("NFKD", title.replace("’", "").replace("'", ""))
    ascii_only = plain.encode("ascii", "ignore").decode("ascii").lower()
    slug = _BETWEEN.sub("-", ascii_only).strip("-")
    if len(slug) > LONGEST_SLUG:
        slug = slug[: LONGEST_SLUG + 1].rpartition("-")[0] or slug[:LONGEST_SLUG]
    used, number, free = set(taken), 2, slug
    while free and free in used:
        free, number = f"{slug}-{number}", number + 1
    return free


def lessons_in(files: Mapping[str, bytes]) -> dict[str, Kept]:
    """Return the lessons that files hold, by their slugs."""
    found: dict[str, Kept] = {}
    for path, raw in sorted(files.items()):
        if parts := lesson_files.path_parts(path):
            kept = found.setdefault(parts.slug, Kept({}, {}))
            kept.numbers[parts.language] = parts.number
            kept.texts[parts.language] = raw
    return found


def titles_of(kept: Kept) -> dict[str, str]:
    """Return what a lesson is called in each language."""
    found = {}
    for language, raw in kept.texts.items():
        lesson = lesson_files.split(raw.decode("utf-8", errors="replace"))
        found[language] = lesson.title if lesson else ""
    return found


def renumbered(course: str, order: Sequence[str], files: Mapping[str, bytes]) -> dict[str, str]:
    """Return old paths with their new ones, so that files are numbered as the course runs."""
    lessons, paths = lessons_in(files), {}
    for position, slug in enumerate(order, start=1):
        for language, number in (lessons[slug].numbers if slug in lessons else {}).items():
            if number != f"{position:02d}":
                start = f"courses/{course}/"
                old = f"{start}{number}-{slug}.{language}.md"
                paths[old] = f"{start}{position:02d}-{slug}.{language}.md"
    return paths


def stepped(order: Sequence[str], slug: str, step: int) -> list[str]:
    """Return the order with a lesson so many places further; at either end it stays."""
    rest = [each for each in order if each != slug]
    at = min(max(list(order).index(slug) + step, 0), len(rest))
    return [*rest[:at], slug, *rest[at:]]


def moved(before: Sequence[str], now: Sequence[str]) -> set[str]:
    """Return which lessons changed their place among those that stand in both orders."""
    both = set(before) & set(now)
    old, new = ([slug for slug in order if slug in both] for order in (before, now))
    stay = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return both - {slug for block in stay for slug in new[block.b : block.b + block.size]}


def differences(
    before: Mapping[str, Kept], now: Mapping[str, Kept], orders: tuple[list[str], list[str]]
) -> dict[str, list[Difference]]:
    """Return how each lesson differs from the published ones; orders: published, now."""
    shifted = moved(*orders)
    found: dict[str, list[Difference]] = {}
    for slug in orders[1]:
        marks = found.setdefault(slug, [])
        if slug not in orders[0]:
            marks.append(Difference.NEW)
            continue
        if slug in shifted:
            marks.append(Difference.MOVED)
        was, is_now = before.get(slug), now.get(slug)
        texts = [each.texts if each else {} for each in (was, is_now)]
        if any(texts[0].get(code) != texts[1].get(code) for code in LANGUAGES):
            marks.append(Difference.CHANGED)
    return found
