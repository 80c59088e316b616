"""What the trainer's page says of each answer to a question. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training_platform.assessment.marking import (
    ACCEPTED,
    OTHER,
    UNANSWERED,
    Definition,
    forms,
    rights,
)
from training_platform.core.i18n import pick

Counts = Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class ChoiceLine:
    """One answer: what it says, whether it is right, how often it was given.

    label is a word for the template where `text` is empty: accepted, other, low, high, unit, none.
    """

    text: str
    label: str
    is_right: bool
    count: int
    why: str = ""


def choice_lines(definition: Definition, counts: Counts, locale: str) -> list[ChoiceLine]:
    """Return a line for each answer that a question offers, and for those that were written."""
    kind = definition["kind"]
    if kind in {"single_choice", "multiple_choice"}:
        lines = _options(definition["options"], counts, locale, "{}")
    elif kind == "true_false":
        lines = _true_false(definition, counts, locale)
    elif kind == "short_answer":
        lines = _short(definition, counts, locale)
    elif kind == "numeric":
        lines = [
            ChoiceLine("", key, key == ACCEPTED, _count(counts, key))
            for key in (ACCEPTED, "low", "high", "unit", OTHER)
        ]
    elif kind == "matching":
        lines = _matching(definition, counts, locale)
    elif kind == "ordering":
        lines = _ordering(definition, counts, locale)
    else:
        lines = _gaps(definition, counts, locale)
    return [*lines, ChoiceLine("", "none", False, _count(counts, UNANSWERED))]


def _count(counts: Counts, key: str) -> int:
    return counts.get(key, (0, 0))[0]


def _options(options: Any, counts: Counts, locale: str, key: str) -> list[ChoiceLine]:
    return [
        ChoiceLine(
            pick(option["text"], locale),
            "",
            bool(option.get("correct")),
            _count(counts, key.format(index)),
            pick(option.get("why"), locale),
        )
        for index, option in enumerate(options)
    ]


def _true_false(definition: Definition, counts: Counts, locale: str) -> list[ChoiceLine]:
    why = pick(definition.get("why"), locale)
    return [
        ChoiceLine(
            "",
            "true" if value else "false",
            definition["answer"] is value,
            _count(counts, "true" if value else "false"),
            why if definition["answer"] is value else "",
        )
        for value in (True, False)
    ]


def _short(definition: Definition, counts: Counts, locale: str) -> list[ChoiceLine]:
    accepted = " / ".join(forms(definition["accepted"]))
    lines = [ChoiceLine(accepted, "", True, _count(counts, ACCEPTED))]
    for index, known in enumerate(definition.get("wrong") or []):
        text = " / ".join(forms(known["forms"]))
        why = pick(known.get("why"), locale)
        lines.append(ChoiceLine(text, "", False, _count(counts, f"wrong:{index}"), why))
    return [*lines, ChoiceLine("", OTHER, False, _count(counts, OTHER))]


def _matching(definition: Definition, counts: Counts, locale: str) -> list[ChoiceLine]:
    return [
        ChoiceLine(
            f"{pick(pair['left'], locale)} → {pick(text, locale)}",
            "",
            text == pair["right"],
            _count(counts, f"{left}={right}"),
            pick(pair.get("why"), locale) if text == pair["right"] else "",
        )
        for left, pair in enumerate(definition["pairs"])
        for right, text in enumerate(rights(definition))
        if text == pair["right"] or _count(counts, f"{left}={right}")
    ]


def _ordering(definition: Definition, counts: Counts, locale: str) -> list[ChoiceLine]:
    items = definition["items"]
    return [
        ChoiceLine(
            f"{place + 1}. {pick(item, locale)}",
            "",
            place == index,
            _count(counts, f"{place}:{index}"),
        )
        for place in range(len(items))
        for index, item in enumerate(items)
        if place == index or _count(counts, f"{place}:{index}")
    ]


def _gaps(definition: Definition, counts: Counts, locale: str) -> list[ChoiceLine]:
    lines: list[ChoiceLine] = []
    for index, gap in enumerate(definition["gaps"]):
        if gap.get("choices"):
            lines += _options(gap["choices"], counts, locale, f"{index}={{}}")
            continue
        accepted = " / ".join(forms(gap["accepted"]))
        lines.append(ChoiceLine(accepted, "", True, _count(counts, f"{index}:{ACCEPTED}")))
        lines.append(ChoiceLine("", OTHER, False, _count(counts, f"{index}:{OTHER}")))
    return lines
