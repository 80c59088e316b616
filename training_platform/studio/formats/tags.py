"""What Moodle and GIFT have no place for, as tags: they keep them, and we read them back. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

_DIFFICULTIES = frozenset({"foundation", "applied", "advanced"})


def tags_of(question: Mapping[str, Any]) -> list[str]:
    """Return the tags of a question."""
    found = [f"skill:{skill}" for skill in question.get("skills", ())]
    found += [f"{key}:{question[key]}" for key in ("difficulty", "lesson") if question.get(key)]
    if question.get("partial") is False:
        found.append("scoring:all-or-nothing")
    if question.get("shuffle") is False:
        found.append("order:fixed")
    return found


def apply_tags(value: dict[str, Any], tags: Iterable[str]) -> None:
    """Put what tags say into a question; tags of other programs are left alone."""
    for tag in tags:
        name, _colon, said = tag.strip().partition(":")
        if name == "skill" and said:
            value.setdefault("skills", []).append(said)
        elif name == "lesson" and said:
            value["lesson"] = said
        elif name == "difficulty" and said in _DIFFICULTIES:
            value["difficulty"] = said
        elif tag == "scoring:all-or-nothing" and value["kind"] == "multiple_choice":
            value["partial"] = False
        elif tag == "order:fixed" and value["kind"] in {"single_choice", "multiple_choice"}:
            value["shuffle"] = False
