"""Marking: what an answer to a question is worth. Pure.

Shapes of an answer, by kind:

| kind | answer |
|---|---|
| single_choice | `{"choice": 2}` |
| multiple_choice | `{"choices": [0, 2]}` |
| true_false | `{"value": true}` |
| short_answer, numeric | `{"text": "24 小时"}` |
| matching | `{"pairs": {"0": 2, "1": 0}}`: left: right, among `rights(definition)` |
| ordering | `{"order": [2, 0, 1]}`: the items from first to last |
| gap_text | `{"gaps": ["text", 1, null]}`: a text, a choice, or nothing, per gap |

Numbers count in the order of the definition. What a page shows is shuffled; `presentation` turns
what was chosen there into these shapes. Whatever has another shape counts as unanswered: an
answer comes from a browser and may be anything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeGuard

from training_platform.assessment.normalize import normalize, parse_number

Definition = Mapping[str, Any]
Answer = Mapping[str, Any]

KINDS = (
    "single_choice",
    "multiple_choice",
    "true_false",
    "short_answer",
    "numeric",
    "matching",
    "ordering",
    "gap_text",
)
UNANSWERED = "-"
ACCEPTED = "accepted"
OTHER = "other"

#: Words that mean the same measure; the first group fits everything that can be counted.
_MEASURES: tuple[frozenset[str], ...] = tuple(
    frozenset(words.split())
    for words in (
        "个 项 次 times time items item",
        "% percent pct",
        "元 块 块钱 人民币 yuan rmb cny ¥",
        "小时 钟头 hours hour hrs hr h",
        "分钟 分 minutes minute mins min",
        "秒 秒钟 seconds second s",
        "天 日 个工作日 工作日 days day workingdays",
        "周 星期 个星期 weeks week",
        "月 个月 months month",
        "年 years year",
        "人 位 名 people persons person",
        "客户 家 customers customer companies company",
        "条 records record rows row",
        "张 tickets ticket",
        "笔 单 orders order",
        "位 位数 digits digit",
    )
)


@dataclass(frozen=True)
class Mark:
    """What one answer is worth, and what was chosen, for the counts of the trainer's page.

    `chosen` holds short keys: an option's number, "true", "0=2" for left 0 with right 2, "1:0"
    for position 1 with item 0, "accepted", "wrong:1" for a known wrong form, "other", and "-" for
    no answer.
    """

    share: Fraction
    is_right: bool
    chosen: tuple[str, ...]

    @property
    def is_answered(self) -> bool:
        """Tell whether there was an answer at all."""
        return self.chosen != (UNANSWERED,)


_NONE = Mark(Fraction(0), False, (UNANSWERED,))


def mark(definition: Definition, answer: Answer | None) -> Mark:
    """Mark an answer; one that is missing or makes no sense is worth nothing, and never a fault."""
    marker = _MARKERS.get(str(definition.get("kind")))
    if marker is None:
        raise ValueError(f"no such kind of question: {definition.get('kind')!r}")
    if not isinstance(answer, Mapping):
        return _NONE
    return marker(definition, answer) or _NONE


def rights(definition: Definition) -> list[Any]:
    """Return what a matching question offers on the right: each text once, the extra ones last."""
    found: list[Any] = []
    paired = [pair["right"] for pair in definition["pairs"]]
    for text in paired + list(definition.get("extra") or []):
        if text not in found:
            found.append(text)
    return found


def forms(accepted: Any) -> list[str]:
    """Return the accepted forms of all languages: any language's form counts."""
    if isinstance(accepted, Mapping):
        return [str(form) for each in accepted.values() for form in each or []]
    return [str(form) for form in accepted or []]


def right_options(options: Sequence[Mapping[str, Any]]) -> frozenset[int]:
    """Return the numbers of the correct options."""
    return frozenset(index for index, option in enumerate(options) if option.get("correct"))


def matches_form(text: str, accepted: Any) -> bool:
    """Tell whether a text says the same as one of the accepted forms."""
    said = normalize(text)
    return any(normalize(form) == said for form in forms(accepted))


def is_index(value: Any, length: int) -> TypeGuard[int]:
    """Tell whether a value from outside is a number of one of so many things; True is none."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < length


def _whole(is_right: bool, chosen: str) -> Mark:
    return Mark(Fraction(int(is_right)), is_right, (chosen,))


def _shared(right: int, total: int, chosen: tuple[str, ...]) -> Mark:
    return Mark(Fraction(right, total), right == total, chosen)


def _single(definition: Definition, answer: Answer) -> Mark | None:
    choice = answer.get("choice")
    if not is_index(choice, len(definition["options"])):
        return None
    return _whole(choice in right_options(definition["options"]), str(choice))


def _multiple(definition: Definition, answer: Answer) -> Mark | None:
    """Credit (right chosen − wrong chosen) ÷ number of right, never below nothing."""
    options, choices = definition["options"], answer.get("choices")
    if not isinstance(choices, list) or not choices:
        return None
    if not all(is_index(choice, len(options)) for choice in choices):
        return None
    right, chosen = right_options(options), frozenset(choices)
    keys = tuple(str(choice) for choice in sorted(chosen))
    if chosen == right:
        return Mark(Fraction(1), True, keys)
    if not definition.get("partial", True):
        return Mark(Fraction(0), False, keys)
    credit = Fraction(len(chosen & right) - len(chosen - right), len(right))
    return Mark(max(credit, Fraction(0)), False, keys)


def _true_false(definition: Definition, answer: Answer) -> Mark | None:
    value = answer.get("value")
    if not isinstance(value, bool):
        return None
    return _whole(value is definition["answer"], "true" if value else "false")


def _text(answer: Answer) -> str | None:
    text = answer.get("text")
    return text if isinstance(text, str) and text.strip() else None


def _short(definition: Definition, answer: Answer) -> Mark | None:
    text = _text(answer)
    if text is None:
        return None
    if matches_form(text, definition["accepted"]):
        return _whole(True, ACCEPTED)
    for index, known in enumerate(definition.get("wrong") or []):
        if matches_form(text, known.get("forms")):
            return _whole(False, f"wrong:{index}")
    return _whole(False, OTHER)


def _numeric(definition: Definition, answer: Answer) -> Mark | None:
    text = _text(answer)
    if text is None:
        return None
    found = parse_number(text)
    if found is None:
        return _whole(False, OTHER)
    number, unit = found
    wanted = Decimal(str(definition["answer"]))
    tolerance = Decimal(str(definition.get("tolerance") or 0))
    if not _fits_unit(unit, definition.get("unit")):
        return _whole(False, "unit")
    if abs(number - wanted) <= tolerance:
        return _whole(True, ACCEPTED)
    return _whole(False, "low" if number < wanted else "high")


def _fits_unit(written: str, unit: Any) -> bool:
    """Tell whether what stands after a number names the question's measure, or none at all."""
    if not written or written in _MEASURES[0]:
        return True
    if not unit:
        return any(written in group for group in _MEASURES)
    names = unit.values() if isinstance(unit, Mapping) else [unit]
    known = {normalize(str(name)) for name in names}
    known |= {name.removesuffix("s") for name in known}
    return written in known or any(written in group and known & group for group in _MEASURES)


def _matching(definition: Definition, answer: Answer) -> Mark | None:
    """Credit each left with its right; left out is wrong."""
    offered, pairs = rights(definition), answer.get("pairs")
    if not isinstance(pairs, Mapping):
        return None
    right, keys = 0, []
    for index, pair in enumerate(definition["pairs"]):
        chosen = pairs.get(str(index))
        if is_index(chosen, len(offered)):
            right += offered[chosen] == pair["right"]
            keys.append(f"{index}={chosen}")
    return _shared(right, len(definition["pairs"]), tuple(keys)) if keys else None


def _ordering(definition: Definition, answer: Answer) -> Mark | None:
    """Credit each item that stands exactly where it belongs: easy to explain, easy to check."""
    order, count = answer.get("order"), len(definition["items"])
    if not isinstance(order, list) or not all(is_index(item, count) for item in order):
        return None
    if len(order) != count or len(set(order)) != count:
        return None
    right = sum(position == item for position, item in enumerate(order))
    keys = tuple(f"{position}:{item}" for position, item in enumerate(order))
    return _shared(right, count, keys)


def _gap_text(definition: Definition, answer: Answer) -> Mark | None:
    """Credit each gap alike; an empty one is wrong."""
    gaps, filled = definition["gaps"], answer.get("gaps")
    if not isinstance(filled, list):
        return None
    right, keys = 0, []
    for index, (gap, value) in enumerate(zip(gaps, filled, strict=False)):
        if gap.get("choices"):
            if is_index(value, len(gap["choices"])):
                right += value in right_options(gap["choices"])
                keys.append(f"{index}={value}")
        elif isinstance(value, str) and value.strip():
            is_right = matches_form(value, gap["accepted"])
            right += is_right
            keys.append(f"{index}:{ACCEPTED if is_right else OTHER}")
    return _shared(right, len(gaps), tuple(keys)) if keys else None


_MARKERS: dict[str, Callable[[Definition, Answer], Mark | None]] = {
    "single_choice": _single,
    "multiple_choice": _multiple,
    "true_false": _true_false,
    "short_answer": _short,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "gap_text": _gap_text,
}
