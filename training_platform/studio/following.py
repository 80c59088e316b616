"""Letting a draft follow what was published since it began. Pure.

A lesson is the same lesson under another number: compared is by its id, not by its path.
"""

from collections.abc import Mapping
from dataclasses import replace

from training_platform.studio.lesson_files import LessonPath, path_parts

#: What a file is: a lesson in a language, without its number, or a path.
_Key = LessonPath | str


def clashes(
    was: Mapping[str, bytes], theirs: Mapping[str, bytes], mine: Mapping[str, bytes]
) -> list[str]:
    """Return the files that both sides changed, by their paths in the draft (else: published)."""
    a, b, c = _keyed(was), _keyed(theirs), _keyed(mine)
    found = []
    for key in a.keys() | b.keys() | c.keys():
        before, there, here = was.get(a.get(key, "")), theirs.get(b.get(key, "")), c.get(key, "")
        if before != there != mine.get(here) != before:
            found.append(here or b.get(key) or a[key])
    return sorted(found)


def followed(
    was: Mapping[str, bytes],
    theirs: Mapping[str, bytes],
    mine: Mapping[str, bytes],
    keep: frozenset[str],
) -> dict[str, bytes | None]:
    """Return what changes in the draft: keep names the clashing files that stay the draft's.

    Files that only one side changed need no choice: that side's are taken, and so is its number.
    """
    a, b, c = _keyed(was), _keyed(theirs), _keyed(mine)
    kept: dict[_Key, bytes] = {}
    for key in a.keys() | b.keys() | c.keys():
        before, there = was.get(a.get(key, "")), theirs.get(b.get(key, ""))
        here = mine.get(c.get(key, ""))
        named = c.get(key) or b.get(key) or a[key]
        chosen = here if named in keep or before == there else there
        if chosen is not None:
            kept[key] = chosen
    paths = _numbered({key: _path(key, a, b, c) for key in kept}, b)
    result = {paths[key]: raw for key, raw in kept.items()}
    changes: dict[str, bytes | None] = dict.fromkeys(mine.keys() - result.keys())
    return changes | {path: raw for path, raw in result.items() if mine.get(path) != raw}


def _keyed(files: Mapping[str, bytes]) -> dict[_Key, str]:
    return {_key(path): path for path in files}


def _key(path: str) -> _Key:
    parts = path_parts(path)
    return replace(parts, number="") if parts else path


def _path(
    key: _Key, was: Mapping[_Key, str], theirs: Mapping[_Key, str], mine: Mapping[_Key, str]
) -> str:
    """Return where a file stands: where the side that moved it put it, the draft before others."""
    here, there = mine.get(key), theirs.get(key)
    if here is None or (there is not None and here == was.get(key)):
        return there or was[key]
    return here


def _numbered(paths: Mapping[_Key, str], theirs: Mapping[_Key, str]) -> dict[_Key, str]:
    """Give lessons that came to one number numbers of their own, the published before the new."""
    number: dict[str, str] = {}
    is_new: dict[str, bool] = {}
    for key, path in paths.items():
        if isinstance(key, LessonPath) and (parts := path_parts(path)):
            number[key.slug] = max(parts.number, number.get(key.slug, ""))
            is_new[key.slug] = key not in theirs and is_new.get(key.slug, True)
    if len(set(number.values())) == len(number):
        order = number
    else:
        ranked = sorted(number, key=lambda slug: (number[slug], is_new[slug], slug))
        order = {slug: f"{place:02}" for place, slug in enumerate(ranked, 1)}
    return {
        key: f"courses/{key.course}/{order[key.slug]}-{key.slug}.{key.language}.md"
        if isinstance(key, LessonPath)
        else path
        for key, path in paths.items()
    }
