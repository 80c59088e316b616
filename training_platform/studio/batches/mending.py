"""From a row that is wrong to a question that can be mended: as much as could be read. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from training_platform.core.kinds import SLUG
from training_platform.studio.formats.building import in_languages
from training_platform.studio.formats.slugs import slug_of
from training_platform.studio.questions import values

#: A question that is longer is begun with its text alone.
MOST = 20_000
#: So many numbers are tried behind an id that is taken.
TRIED = 30
_OPTION = re.compile(r"\s*[(（]?([A-H])\s*[.、．:：)）]\s*(.+)")
_ANSWER = re.compile(r"\s*(?:答案|正确答案|参考答案|answer)\s*[:：]\s*(.+)", re.IGNORECASE)
_WHY = re.compile(r"\s*(?:解析|explanation)\s*[:：]\s*(.+)", re.IGNORECASE)
_BRACES = re.compile(r"(?s)(?:\s*::[^:]*::)?(.*?)(?<!\\)\{(.*)\}(.*)")
_GIFT_OPTION = re.compile(r"(?<!\\)([=~])\s*(?:%-?[\d.]+%)?([^=~#]+)")


def kept(value: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Return what a row keeps of a question that is wrong."""
    told = json.loads(json.dumps(value, default=str)) if len(repr(value)) <= MOST else {}
    return {"value": told, "file_text": source}


def begun(value: Mapping[str, Any], source: str, locale: str) -> dict[str, Any]:
    """Return the question with which a draft begins: what was read of it, else guessed."""
    fresh = value if len(repr(value)) <= MOST and value.get("stem") else guessed(source)
    found = in_languages(fresh, locale, [])
    if not found.get("kind"):
        found["kind"] = "single_choice" if "options" in found or not value else "short_answer"
    begin = {"kind": found["kind"], "skills": [], "difficulty": "foundation", "explanation": {}}
    question = begin | {"stem": {}} | {key: each for key, each in found.items() if key != "id"}
    while bad := values.unshown(question):
        if bad in {"kind", "stem"}:
            return begin | {"kind": "single_choice", "stem": {locale: source}}
        del question[bad]
    return question


def guessed(source: str) -> dict[str, Any]:
    """Return what a text seems to say: the question, its options, which of them is right."""
    if found := _BRACES.fullmatch(source):
        options = [
            {"text": {"": text.strip()}} | ({"correct": True} if sign == "=" else {})
            for sign, text in _GIFT_OPTION.findall(found[2])
        ]
        stem = " ".join(f"{found[1]} {found[3]}".split())
        return {"stem": {"": stem}} | ({"options": options} if options else {})
    stems, named, right, why = _lines(source.split("\n"))
    for letter, option in named.items():
        if letter in right:
            option["correct"] = True
    told: dict[str, Any] = {"stem": {"": "\n".join(stems)}}
    told |= {"explanation": {"": why}} if why else {}
    return told | ({"options": list(named.values())} if named else {})


def _lines(lines: Sequence[str]) -> tuple[list[str], dict[str, dict[str, Any]], str, str]:
    stems: list[str] = []
    options: dict[str, dict[str, Any]] = {}
    right = why = ""
    for line in lines:
        if found := _OPTION.fullmatch(line):
            options[found[1]] = {"text": {"": found[2].strip()}}
        elif found := _ANSWER.fullmatch(line):
            right = found[1].upper()
        elif found := _WHY.fullmatch(line):
            why = found[1]
        elif line.strip():
            stems.append(line.strip())
    return stems, options, right, why


def ids_for(slug: str, question: Mapping[str, Any], topic: str, place: int) -> list[str]:
    """Return the ids that a draft may have, the one to be preferred first."""
    first = slug
    if not first:
        told = {"options": [], **question}
        first = slug_of("", told, topic) if question.get("stem") else f"{topic}/row-{place}"
    parts = first.split("/")
    if len(parts) != 2 or not all(SLUG.fullmatch(part) for part in parts):
        first = f"{topic}/row-{place}"
    return [first, *(f"{first}-{number}" for number in range(2, TRIED))]
