"""Mistakes of cases and common questions in plain words, beside their fields."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.core.kinds import Mistake
from training_platform.studio.mistake_words import sentence

PARTS: dict[str, Any] = {
    "situation": _l("The situation"),
    "action": _l("What was done"),
    "outcome": _l("The outcome"),
    "answer": _l("Its answer"),
}
_QUESTION = re.compile(r"questions\[(\d+)\](?:\.(zh|en))?")
#: What the checks say, by words of it, in plain words; the first that fits.
_PLAIN = (
    ("is missing", _l("Fill this in.")),
    ("is blank", _l("Fill this in.")),
    ("is no text", _l("Fill this in.")),
    ("review_by", _l("Choose a day.")),
    ("is no competency", _l("One of these abilities no longer exists.")),
    ("competencies", _l("Choose one to four.")),
    ("is no lesson", _l("One of these lessons no longer exists.")),
    ("is raw HTML", _l("HTML is not shown. Use the marks of lessons.")),
    ("questions ", _l("Add at least one question.")),
)


def beside(mistakes: Iterable[Mistake]) -> dict[str, list[str]]:
    """Return the mistakes in plain words by the field that they stand beside; "" for none."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in sorted(mistakes):
        text = _plainly(each)
        if text not in found[field_of(each)]:
            found[field_of(each)].append(text)
    return dict(found)


def field_of(mistake: Mistake) -> str:
    """Return the name of the form's field that a mistake belongs to; "" where it has none."""
    key = mistake.key
    if match := _QUESTION.fullmatch(key):
        return f"q{match[1]}-{match[2] or 'zh'}"
    name, _sign, language = key.partition(".")
    if name in {"title", "summary", *PARTS}:
        return f"{name}-{language or 'zh'}"
    name = name.partition("[")[0]
    return name if name in {"competencies", "lessons", "review_by", "questions"} else ""


def _plainly(mistake: Mistake) -> str:
    said = f"{mistake.key} {mistake.problem}"
    plain = next((text for part, text in _PLAIN if part in said), None)
    return sentence(mistake) if plain is None else str(plain)
