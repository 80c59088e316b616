"""Weighted answers as right and wrong ones: what GIFT and Moodle share. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from training_platform.studio.formats.markup import ByLanguage
from training_platform.studio.formats.results import RefusedError

#: Thirds and sixths are written with five digits and never make 100 exactly.
_NEARLY = Decimal("0.1")
_TRUE = frozenset({"true", "t", "对", "正确", "√", "是", "yes", "right", "correct"})
_FALSE = frozenset({"false", "f", "错", "错误", "×", "否", "no", "wrong", "incorrect", "不正确"})
_WHOLE = re.compile(r"[-+]?[0-9]{1,15}")
_PARTS = re.compile(r"[-+]?[0-9]{0,15}\.[0-9]{1,12}")


@dataclass
class Answer:
    """One answer: what it is worth in percent, and what is said to whoever chose it."""

    weight: Decimal
    text: ByLanguage
    why: ByLanguage


def percent(text: str) -> Decimal:
    """Return a weight; RefusedError for what is none."""
    try:
        found = Decimal(text.strip() or "0")
    except InvalidOperation:
        raise RefusedError("not_a_number", said=text) from None
    if not found.is_finite() or abs(found) > 1000:
        raise RefusedError("not_a_number", said=text)
    return found


def choice(answers: Sequence[Answer], *, is_single: bool, notes: list[str]) -> dict[str, Any]:
    """Return a choice question; two options that say true and false make it one of those."""
    right = [answer for answer in answers if answer.weight > 0]
    if not right:
        raise RefusedError("no_answer")
    if is_single:
        if any(answer.weight != 100 for answer in right):
            raise RefusedError("weights_partial")
    else:
        _expect_even(right)
        wrong = {answer.weight for answer in answers if answer.weight <= 0}
        if wrong - {-right[0].weight} and any(
            abs(each + right[0].weight) > _NEARLY for each in wrong
        ):
            notes.append("weights")
    if is_single and len(answers) == 2 and (found := _true_false(answers)):
        return found
    kind = "single_choice" if is_single or len(right) == 1 else "multiple_choice"
    return {"kind": kind, "options": [_option(answer) for answer in answers]}


def _expect_even(right: Sequence[Answer]) -> None:
    total = sum((answer.weight for answer in right), Decimal())
    if abs(total - 100) > _NEARLY * len(right):
        raise RefusedError("weights_sum", sum=f"{total.normalize():f}")
    if max(a.weight for a in right) - min(a.weight for a in right) > _NEARLY:
        raise RefusedError("weights_unequal")


def _option(answer: Answer) -> dict[str, Any]:
    option: dict[str, Any] = {"text": answer.text}
    if answer.weight > 0:
        option["correct"] = True
    if any(answer.why.values()):
        option["why"] = answer.why
    return option


def _true_false(answers: Sequence[Answer]) -> dict[str, Any] | None:
    said = [truth("".join(list(answer.text.values())[:1])) for answer in answers]
    if None in said or said[0] == said[1]:
        return None
    right = next(value for value, answer in zip(said, answers, strict=True) if answer.weight > 0)
    why = next((answer.why for answer in answers if answer.weight <= 0), {})
    found: dict[str, Any] = {"kind": "true_false", "answer": right}
    return {**found, "why": why} if any(why.values()) else found


def truth(text: str) -> bool | None:
    """Return whether a word says true or false; None where it says neither."""
    plain = text.strip().strip("。.").lower()
    return True if plain in _TRUE else False if plain in _FALSE else None


def share_of(count: int) -> str:
    """Return what each of so many right answers weighs, as Moodle writes it."""
    share = Decimal(100) / count
    return f"{share:.5f}".rstrip("0").rstrip(".")


def number(text: str) -> int | float:
    """Return a number that the file of a question can hold; RefusedError for any other."""
    plain = text.strip().replace("−", "-")
    if _WHOLE.fullmatch(plain):
        return int(plain)
    if _PARTS.fullmatch(plain):
        found = float(plain)
        return int(found) if found.is_integer() else found
    raise RefusedError("not_a_number", said=text[:40])


def spread_of(low: str, high: str) -> tuple[int | float, int | float]:
    """Return the middle of a span and the tolerance around it."""
    first, last = Decimal(str(number(low))), Decimal(str(number(high)))
    if last < first:
        raise RefusedError("not_a_number", said=f"{low}..{high}")
    return number(f"{(first + last) / 2:f}"), number(f"{(last - first) / 2:f}")
