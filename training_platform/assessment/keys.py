"""改判答案: a question that was wrong is voided, or its key is corrected. Pure.

A corrected key is a right answer to the question, in the shapes of `marking` and in the numbers of
the definition. Written answers may have several: `{"texts": ["24 小时", "一天"]}`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

from training_platform.assessment.marking import (
    Answer,
    Definition,
    Mark,
    forms,
    is_index,
    mark,
    rights,
)
from training_platform.assessment.normalize import parse_number
from training_platform.core.i18n import pick

_BETWEEN = re.compile(r"[;；]")
#: What a question says without asking or marking anything: texts that differ only here are one.
_BESIDE = frozenset({"why", "explanation", "source", "skills", "lesson", "difficulty", "wrong"})


class Fix(StrEnum):
    """What becomes of a question that was wrong."""

    #: It asks nothing any more: everybody who had it gets all its points, answered or not.
    VOID = "void"
    #: This answer is right too; nobody loses anything.
    ACCEPT = "accept"
    #: This answer is right, and what the key said is not.
    REKEY = "rekey"


@dataclass(frozen=True)
class Correction:
    """One decision about a question. key: a right answer; None where it is voided."""

    fix: Fix
    key: Answer | None = None


def mark_corrected(
    definition: Definition, answer: Answer | None, corrections: Iterable[Correction]
) -> Mark:
    """Mark an answer by the key as it was corrected, one decision after the other."""
    first = mark(definition, answer)
    share = first.share
    for each in corrections:
        if each.fix is Fix.VOID or each.key is None:
            share = Fraction(1)
        elif each.fix is Fix.ACCEPT:
            share = max(share, _share_by(definition, each.key, answer, keeps=True))
        else:
            share = _share_by(definition, each.key, answer, keeps=False)
    return replace(first, share=share, is_right=share == 1)


def key_of(definition: Definition, answer: Answer | None) -> dict[str, Any] | None:
    """Return the corrected key that an answer in the numbers of the definition is; None if none.

    Written answers are split at semicolons. Gaps that were left empty keep their key.
    """
    if not isinstance(answer, Mapping):
        return None
    kind, key = definition["kind"], dict(answer)
    if kind in {"short_answer", "numeric"}:
        texts = _split(answer.get("text") or "")
        is_well = kind == "short_answer" or all(parse_number(each) for each in texts)
        return {"texts": texts} if texts and is_well else None
    if kind == "multiple_choice":
        choices = key.get("choices") or []
        return {"choices": sorted(choices)} if _are_indices(choices, definition) else None
    if kind == "gap_text":
        filled = list(key.get("gaps") or ())
        return {"gaps": filled} if any(value not in {None, ""} for value in filled) else None
    return key if _share_by(definition, key, key, keeps=False) == 1 else None


def counts_already(definition: Definition, key: Answer) -> bool:
    """Tell whether a corrected key says nothing that the key does not say."""
    answers: Iterable[Answer] = [key]
    if "texts" in key:
        answers = [{"text": text} for text in key["texts"]]
    if definition["kind"] == "gap_text":
        return all(
            _gap_says(gap, value)
            for gap, value in zip(definition["gaps"], key["gaps"], strict=False)
            if value not in {None, ""}
        )
    return all(mark(definition, each).share == 1 for each in answers)


def same_question(one: Definition, other: Definition) -> bool:
    """Tell whether two texts of a question ask the same and mark the same."""
    return bool(_asked(one) == _asked(other))


def key_lines(definition: Definition, key: Answer, locale: str) -> list[str]:
    """Return a corrected key as people read it; "true" and "false" are for the page to word."""
    kind = definition["kind"]
    if kind in {"short_answer", "numeric"}:
        return [str(text) for text in key["texts"]]
    if kind == "true_false":
        return ["true" if key["value"] else "false"]
    if kind == "matching":
        offered = rights(definition)
        return [
            f"{pick(pair['left'], locale)} → {pick(offered[key['pairs'][str(index)]], locale)}"
            for index, pair in enumerate(definition["pairs"])
        ]
    if kind == "ordering":
        items = [pick(definition["items"][index], locale) for index in key["order"]]
        return [f"{place}. {text}" for place, text in enumerate(items, 1)]
    if kind == "gap_text":
        return [
            f"{number}. {_gap_line(gap, value, locale)}"
            for number, (gap, value) in enumerate(
                zip(definition["gaps"], key["gaps"], strict=False), 1
            )
            if value not in {None, ""}
        ]
    chosen = [key["choice"]] if kind == "single_choice" else key["choices"]
    return [pick(definition["options"][index]["text"], locale) for index in chosen]


def shown_order(definition: Definition) -> list[int]:
    """Return the order of the file, in which a trainer sees a question and gives its key."""
    kind = definition["kind"]
    if kind in {"single_choice", "multiple_choice"}:
        return list(range(len(definition["options"])))
    if kind == "matching":
        return list(range(len(rights(definition))))
    if kind == "ordering":
        return list(range(len(definition["items"])))
    if kind == "gap_text":
        return [i for gap in definition["gaps"] for i in range(len(gap.get("choices") or ()))]
    return []


def _share_by(
    definition: Definition, key: Answer, answer: Answer | None, *, keeps: bool
) -> Fraction:
    """Return the share that an answer has by a corrected key. keeps: the old key counts beside."""
    if not isinstance(answer, Mapping):
        return Fraction(0)
    kind = definition["kind"]
    if kind == "matching":
        return _same_pairs(definition, key, answer)
    if kind == "ordering":
        return _same_places(definition, key, answer)
    return max(mark(each, answer).share for each in _rekeyed(definition, key, keeps=keeps))


def _rekeyed(definition: Definition, key: Answer, *, keeps: bool) -> Iterator[Definition]:
    """Yield the question with the corrected key; once for each of several numbers."""
    kind = definition["kind"]
    if kind in {"single_choice", "multiple_choice"}:
        chosen = {key.get("choice"), *(key.get("choices") or ())}
        options = [
            {**option, "correct": index in chosen}
            for index, option in enumerate(definition["options"])
        ]
        yield {**definition, "options": options}
    elif kind == "true_false":
        yield {**definition, "answer": key.get("value")}
    elif kind == "short_answer":
        yield {**definition, "accepted": list(key["texts"])}
    elif kind == "numeric":
        for text in key["texts"]:
            number = parse_number(text)
            if number is not None:
                yield {**definition, "answer": number[0]}
    else:
        yield {**definition, "gaps": _with_gaps(definition, key, keeps=keeps)}


def _with_gaps(definition: Definition, key: Answer, *, keeps: bool) -> list[dict[str, Any]]:
    filled = list(key["gaps"]) + [None] * len(definition["gaps"])
    found = []
    for gap, value in zip(definition["gaps"], filled, strict=False):
        if value in {None, ""}:
            found.append(dict(gap))
        elif gap.get("choices"):
            choices = [
                {**choice, "correct": index == value or (keeps and bool(choice.get("correct")))}
                for index, choice in enumerate(gap["choices"])
            ]
            found.append({**gap, "choices": choices})
        else:
            kept = forms(gap["accepted"]) if keeps else []
            found.append({**gap, "accepted": [*kept, *_split(value)]})
    return found


def _same_pairs(definition: Definition, key: Answer, answer: Answer) -> Fraction:
    wanted, given = key.get("pairs"), answer.get("pairs")
    if not isinstance(wanted, Mapping) or not isinstance(given, Mapping):
        return Fraction(0)
    count, offered = len(definition["pairs"]), len(rights(definition))
    names = [str(index) for index in range(count)]
    same = sum(
        is_index(wanted.get(name), offered) and wanted.get(name) == given.get(name)
        for name in names
    )
    return Fraction(same, count)


def _same_places(definition: Definition, key: Answer, answer: Answer) -> Fraction:
    count, wanted, given = len(definition["items"]), key.get("order"), answer.get("order")
    for order in (wanted, given):
        if not isinstance(order, list) or not all(is_index(each, count) for each in order):
            return Fraction(0)
        if len(order) != count or len(set(order)) != count:
            return Fraction(0)
    assert isinstance(wanted, list)  # noqa: S101  # the loop has seen to it
    assert isinstance(given, list)  # noqa: S101  # the loop has seen to it
    return Fraction(sum(one == other for one, other in zip(wanted, given, strict=True)), count)


def _are_indices(choices: Any, definition: Definition) -> bool:
    count = len(definition["options"])
    return (
        isinstance(choices, list)
        and bool(choices)
        and all(is_index(choice, count) for choice in choices)
    )


def _gap_says(gap: Mapping[str, Any], value: Any) -> bool:
    """Tell whether a gap takes this already."""
    one: Sequence[Any] = [gap]
    texts = [value]
    if not gap.get("choices"):
        texts = list(_split(value))
    shell = {"kind": "gap_text", "gaps": one}
    return all(mark(shell, {"gaps": [text]}).share == 1 for text in texts)


def _split(value: Any) -> list[str]:
    return [each.strip() for each in _BETWEEN.split(str(value)) if each.strip()]


def _gap_line(gap: Mapping[str, Any], value: Any, locale: str) -> str:
    if gap.get("choices") and is_index(value, len(gap["choices"])):
        return pick(gap["choices"][value]["text"], locale)
    return str(value)


def _asked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _asked(each) for name, each in value.items() if name not in _BESIDE}
    return [_asked(each) for each in value] if isinstance(value, list) else value
