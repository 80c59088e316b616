"""What is shown of a question, and what came back from its form. Pure.

Until answers may be seen, a page gets a `QuestionView` and nothing else. It is built from named
keys only: neither the key, nor a reason, nor the explanation can get into it. Options, right
sides and items are shown in an order of their own for each attempt, and the numbers in the form
are those of the shown order: the order of the file would give the key away.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, TypeGuard

from markupsafe import Markup

from training_platform.assessment.marking import Answer, Definition, is_index, rights
from training_platform.core.i18n import pick
from training_platform.core.text import nfc

_GAP = re.compile(r"\{\{\s*(\d+)\s*\}\}")
LONGEST_TEXT = 500
NO_PICTURE = Markup()


@dataclass(frozen=True)
class Gap:
    """One gap in a text: a field to write in, or choices."""

    number: int
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuestionView:
    """What may be seen of a question before it is answered."""

    kind: str
    stem: str
    options: tuple[str, ...] = ()  # single_choice, multiple_choice; matching: the right sides
    lefts: tuple[str, ...] = ()  # matching
    items: tuple[str, ...] = ()  # ordering
    parts: tuple[str | Gap, ...] = ()  # gap_text
    unit: str = ""  # numeric
    picture: Markup = NO_PICTURE

    @property
    def numbered_options(self) -> list[tuple[int, str]]:
        """Return the options as choices of a select."""
        return list(enumerate(self.options))

    @property
    def places(self) -> list[tuple[int, int]]:
        """Return the places that an item may be put in, counted from 1 for people."""
        return [(index, index + 1) for index in range(len(self.items))]


def make_order(definition: Definition, rng: Random) -> list[int]:
    """Return the order in which an attempt shows what a question offers.

    gap_text: the orders of its choices, one gap after the other. Items to be put in order never
    begin in the right one. `shuffle: false` keeps the order of the file.
    """
    kind = definition["kind"]
    if kind in {"single_choice", "multiple_choice"}:
        order = list(range(len(definition["options"])))
        if definition.get("shuffle", True):
            rng.shuffle(order)
        return order
    if kind == "matching":
        return _shuffled(len(rights(definition)), rng)
    if kind == "ordering":
        length = len(definition["items"])
        while (order := _shuffled(length, rng)) == list(range(length)):
            pass
        return order
    if kind == "gap_text":
        return [i for count in _choice_counts(definition) for i in _shuffled(count, rng)]
    return []


def public_view(definition: Definition, order: Sequence[int], locale: str) -> QuestionView:
    """Return what a trainee may see of a question before the close."""
    return replace(_asked(definition, order, locale), picture=picture_of(definition, locale))


def picture_of(definition: Definition, locale: str) -> Markup:
    """Return the question's picture as checked markup; nothing where it has none."""
    return Markup((definition.get("drawn") or {}).get(locale, ""))  # noqa: S704  # drawn by pictures.drawn()


def _asked(definition: Definition, order: Sequence[int], locale: str) -> QuestionView:
    kind = str(definition["kind"])
    stem = pick(definition["stem"], locale)
    if kind in {"single_choice", "multiple_choice"}:
        texts = [pick(option["text"], locale) for option in definition["options"]]
        return QuestionView(kind, stem, options=_arranged(texts, order))
    if kind == "matching":
        offered = [pick(text, locale) for text in rights(definition)]
        lefts = tuple(pick(pair["left"], locale) for pair in definition["pairs"])
        return QuestionView(kind, stem, options=_arranged(offered, order), lefts=lefts)
    if kind == "ordering":
        items = [pick(item, locale) for item in definition["items"]]
        return QuestionView(kind, stem, items=_arranged(items, order))
    if kind == "gap_text":
        return QuestionView(kind, stem, parts=_parts(definition, order, locale))
    if kind == "numeric":
        return QuestionView(kind, stem, unit=pick(definition.get("unit"), locale))
    return QuestionView(kind, stem)


def parse_answer(  # noqa: PLR0911  # one return for each kind
    kind: str, fields: Mapping[str, Any], name: str = "answer"
) -> dict[str, Any] | None:
    """Return the answer that a form's fields hold, in the numbers that the page showed.

    None where nothing was answered. An order that is not complete comes back as `{"places": …}`:
    it is kept, so that nothing is lost, but it counts as unanswered. Odd fields are ignored.
    """
    if kind == "single_choice":
        choice = _number(fields.get(name))
        return None if choice is None else {"choice": choice}
    if kind == "multiple_choice":
        choices = sorted({n for text in _all(fields, name) if (n := _number(text)) is not None})
        return {"choices": choices} if choices else None
    if kind == "true_false":
        value = {"true": True, "false": False}.get(str(fields.get(name)))
        return None if value is None else {"value": value}
    if kind in {"short_answer", "numeric"}:
        text = _line(fields.get(name))
        return {"text": text} if text else None
    if kind == "gap_text":
        return _gaps_of(fields, name)
    numbers = {
        str(index): number
        for index in range(12)
        if (number := _number(fields.get(f"{name}-{index}"))) is not None
    }
    if kind == "ordering":
        return _order_of(numbers, fields, name)
    return {"pairs": numbers} if kind == "matching" and numbers else None


def is_answered(answer: Any) -> bool:
    """Tell whether a kept answer counts as one."""
    return isinstance(answer, Mapping) and bool(answer) and "places" not in answer


def as_defined(  # noqa: PLR0911  # one return for each kind
    definition: Definition, order: Sequence[int], answer: Answer | None
) -> dict[str, Any] | None:
    """Turn an answer in the shown numbers into the numbers of the definition, for marking."""
    if not isinstance(answer, Mapping):
        return None
    kind = definition["kind"]
    if kind == "single_choice":
        return {"choice": _there(answer.get("choice"), order)}
    if kind == "multiple_choice":
        choices = answer.get("choices")
        return {"choices": [_there(n, order) for n in choices] if _is_list(choices) else None}
    if kind == "matching":
        pairs = answer.get("pairs")
        known = pairs.items() if isinstance(pairs, Mapping) else ()
        return {"pairs": {left: _there(right, order) for left, right in known}}
    if kind == "ordering":
        shown = answer.get("order")
        return {"order": [_there(n, order) for n in shown] if _is_list(shown) else None}
    if kind == "gap_text":
        return {"gaps": _defined_gaps(definition, order, answer.get("gaps"))}
    return dict(answer)


def orders_of_gaps(definition: Definition, order: Sequence[int]) -> list[Sequence[int]]:
    """Split the order of a gap text into one for each gap."""
    found, start = [], 0
    for count in _choice_counts(definition):
        found.append(order[start : start + count])
        start += count
    return found


def _defined_gaps(definition: Definition, order: Sequence[int], gaps: Any) -> list[Any] | None:
    if not _is_list(gaps):
        return None
    orders = orders_of_gaps(definition, order)
    return [
        _there(value, each) if each else value for value, each in zip(gaps, orders, strict=False)
    ]


def _there(shown: Any, order: Sequence[int]) -> int | None:
    return order[shown] if is_index(shown, len(order)) else None


def _is_list(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _shuffled(count: int, rng: Random) -> list[int]:
    order = list(range(count))
    rng.shuffle(order)
    return order


def _arranged(texts: Sequence[str], order: Sequence[int]) -> tuple[str, ...]:
    return tuple(texts[index] for index in order) if order else tuple(texts)


def _choice_counts(definition: Definition) -> list[int]:
    return [len(gap.get("choices") or ()) for gap in definition["gaps"]]


def _parts(definition: Definition, order: Sequence[int], locale: str) -> tuple[str | Gap, ...]:
    """Cut the text at its gaps; `{{1}}` is the first of the list."""
    orders = orders_of_gaps(definition, order)
    parts: list[str | Gap] = []
    for index, piece in enumerate(_GAP.split(pick(definition["text"], locale))):
        if index % 2 == 0:
            parts.append(piece)
            continue
        number = int(piece) - 1
        choices = definition["gaps"][number].get("choices") or ()
        texts = [pick(choice["text"], locale) for choice in choices]
        parts.append(Gap(number, _arranged(texts, orders[number])))
    return tuple(parts)


def _gaps_of(fields: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    found: list[Any] = []
    for index in range(20):
        chosen = _number(fields.get(f"{name}-{index}-choice"))
        found.append(_line(fields.get(f"{name}-{index}")) or None if chosen is None else chosen)
    while found and found[-1] is None:
        found.pop()
    return {"gaps": found} if found else None


def _order_of(
    places: Mapping[str, int], fields: Mapping[str, Any], name: str
) -> dict[str, Any] | None:
    """Read an order: for each shown item the place that was chosen for it, counted from 0."""
    offered = sum(f"{name}-{index}" in fields for index in range(12))
    if not places:
        return None
    if sorted(places.values()) != list(range(offered)):
        return {"places": dict(places)}
    return {"order": [int(item) for item in sorted(places, key=lambda key: places[key])]}


def _all(fields: Mapping[str, Any], name: str) -> Sequence[Any]:
    """Return all values of a field: of a form, or of JSON, where a list stands."""
    if (getlist := getattr(fields, "getlist", None)) is not None:
        found: Sequence[Any] = getlist(name)
        return found
    value = fields.get(name)
    return value if isinstance(value, list) else [value]


def _number(value: Any) -> int | None:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def _line(value: Any) -> str:
    return nfc(value[:LONGEST_TEXT]).strip() if isinstance(value, str) else ""
