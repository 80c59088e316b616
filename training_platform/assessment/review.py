"""What is shown of a question once its answers may be seen: right and wrong, and why. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from training_platform.assessment.marking import (
    Answer,
    Definition,
    is_index,
    mark,
    matches_form,
    right_options,
    rights,
)
from training_platform.assessment.presentation import NO_PICTURE, as_defined, picture_of
from training_platform.core.i18n import pick


@dataclass(frozen=True)
class Line:
    """One option, pair, place or gap.

    result: right or wrong for what was chosen, missed for what should have been; else None.
    """

    text: str
    result: str | None
    is_chosen: bool = False
    given: str = ""
    expected: str = ""
    why: str = ""


@dataclass(frozen=True)
class Review:
    """A question with its answer, its key and its reasons."""

    kind: str
    stem: str
    is_answered: bool
    is_right: bool
    share: Fraction
    lines: tuple[Line, ...]
    explanation: str
    lesson: str | None
    picture: Markup = NO_PICTURE


def review_of(
    definition: Definition, order: Sequence[int], locale: str, shown: Answer | None
) -> Review:
    """Return the review of an answer given in the shown numbers.

    Call it only where the answers may be seen: everything is in it.
    """
    answer = as_defined(definition, order, shown)
    marked = mark(definition, answer)
    drawer = _DRAWERS[str(definition["kind"])]
    return Review(
        kind=str(definition["kind"]),
        stem=pick(definition["stem"], locale),
        is_answered=marked.is_answered,
        is_right=marked.is_right,
        share=marked.share,
        lines=tuple(drawer(definition, order, locale, answer or {})),
        explanation=pick(definition.get("explanation"), locale),
        lesson=definition.get("lesson"),
        picture=picture_of(definition, locale),
    )


def _result(is_chosen: bool, is_correct: bool) -> str | None:
    if is_chosen:
        return "right" if is_correct else "wrong"
    return "missed" if is_correct else None


def _options(
    definition: Definition, order: Sequence[int], locale: str, answer: Answer
) -> list[Line]:
    chosen = {answer.get("choice"), *(answer.get("choices") or ())}
    right = right_options(definition["options"])
    return [
        Line(
            pick(definition["options"][index]["text"], locale),
            _result(index in chosen, index in right),
            index in chosen,
            why=pick(definition["options"][index].get("why"), locale),
        )
        for index in order
    ]


def _true_false(
    definition: Definition, _order: Sequence[int], locale: str, answer: Answer
) -> list[Line]:
    given = answer.get("value")
    return [
        Line(
            "true" if value else "false",
            _result(given is value, definition["answer"] is value),
            given is value,
            why=pick(definition.get("why"), locale) if definition["answer"] is value else "",
        )
        for value in (True, False)
    ]


def _written(
    definition: Definition, _order: Sequence[int], locale: str, answer: Answer
) -> list[Line]:
    given = answer.get("text")
    given = given if isinstance(given, str) else ""
    is_right = mark(definition, answer).is_right
    why = ""
    for known in definition.get("wrong") or []:
        if given and matches_form(given, known.get("forms")):
            why = pick(known.get("why"), locale)
    return [
        Line(
            "",
            _result(bool(given), is_right) if given else "missed",
            bool(given),
            given,
            _expected(definition, locale),
            why,
        )
    ]


def _expected(definition: Definition, locale: str) -> str:
    """Return the answer in the reader's language."""
    if definition["kind"] == "numeric":
        number = definition["answer"]
        whole = int(number) if float(number).is_integer() else number
        return f"{whole} {pick(definition.get('unit'), locale)}".strip()
    return _first_form(definition["accepted"], locale)


def _first_form(accepted: Any, locale: str) -> str:
    if isinstance(accepted, Mapping):
        accepted = accepted.get(locale) or next(iter(accepted.values()))
    return str(accepted[0])


def _matching(
    definition: Definition, _order: Sequence[int], locale: str, answer: Answer
) -> list[Line]:
    offered = rights(definition)
    pairs = answer.get("pairs") or {}
    lines = []
    for index, pair in enumerate(definition["pairs"]):
        chosen = pairs.get(str(index))
        text = offered[chosen] if is_index(chosen, len(offered)) else None
        lines.append(
            Line(
                pick(pair["left"], locale),
                "missed" if text is None else _result(True, text == pair["right"]),
                text is not None,
                pick(text, locale),
                pick(pair["right"], locale),
                pick(pair.get("why"), locale),
            )
        )
    return lines


def _ordering(
    definition: Definition, _order: Sequence[int], locale: str, answer: Answer
) -> list[Line]:
    items = definition["items"]
    given = answer.get("order") or [None] * len(items)
    lines = []
    for place, expected in enumerate(items):
        chosen = given[place] if place < len(given) else None
        text = items[chosen] if is_index(chosen, len(items)) else None
        lines.append(
            Line(
                str(place + 1),
                "missed" if text is None else _result(True, chosen == place),
                text is not None,
                pick(text, locale),
                pick(expected, locale),
            )
        )
    return lines


def _gaps(definition: Definition, order: Sequence[int], locale: str, answer: Answer) -> list[Line]:
    given = answer.get("gaps") or []
    lines = []
    for index, gap in enumerate(definition["gaps"]):
        value = given[index] if index < len(given) else None
        choices = gap.get("choices")
        lines.append(
            _choice_gap(index, choices, value, locale)
            if choices
            else _written_gap(index, gap, value, locale)
        )
    return lines


def _choice_gap(index: int, choices: Sequence[Any], value: Any, locale: str) -> Line:
    right = min(right_options(choices))
    chosen = choices[value] if is_index(value, len(choices)) else None
    return Line(
        str(index + 1),
        "missed" if chosen is None else _result(True, value == right),
        chosen is not None,
        pick(chosen["text"], locale) if chosen else "",
        pick(choices[right]["text"], locale),
        pick(chosen.get("why"), locale) if chosen else "",
    )


def _written_gap(index: int, gap: Mapping[str, Any], value: Any, locale: str) -> Line:
    text = value.strip() if isinstance(value, str) else ""
    is_right = bool(text) and matches_form(text, gap["accepted"])
    return Line(
        str(index + 1),
        _result(True, is_right) if text else "missed",
        bool(text),
        text,
        _first_form(gap["accepted"], locale),
    )


_DRAWERS = {
    "single_choice": _options,
    "multiple_choice": _options,
    "true_false": _true_false,
    "short_answer": _written,
    "numeric": _written,
    "matching": _matching,
    "ordering": _ordering,
    "gap_text": _gaps,
}
