"""Right and wrong answers to a question, in the shapes of assessment.marking. Pure."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from training_platform.assessment.marking import forms, mark, right_options, rights
from training_platform.assessment.presentation import orders_of_gaps

Definition = Mapping[str, Any]
Answer = dict[str, Any]


def right_answer(definition: Definition) -> Answer:
    """Return an answer that is worth all points."""
    return _RIGHT[definition["kind"]](definition)


def wrong_answer(definition: Definition, rng: Random) -> Answer:
    """Return an answer as people really give it that is not wholly right."""
    answer = _WRONG[definition["kind"]](definition, rng)
    for _try in range(10):  # two pairs may share a right side: swapping them changes nothing
        if not mark(definition, answer).is_right:
            break
        answer = _WRONG[definition["kind"]](definition, rng)
    return answer


def _right_choice(definition: Definition) -> Answer:
    return {"choice": min(right_options(definition["options"]))}


def _right_choices(definition: Definition) -> Answer:
    return {"choices": sorted(right_options(definition["options"]))}


def _right_gaps(definition: Definition) -> Answer:
    return {
        "gaps": [
            min(right_options(gap["choices"])) if gap.get("choices") else forms(gap["accepted"])[0]
            for gap in definition["gaps"]
        ]
    }


def _right_pairs(definition: Definition) -> Answer:
    offered = rights(definition)
    pairs = enumerate(definition["pairs"])
    return {"pairs": {str(index): offered.index(pair["right"]) for index, pair in pairs}}


_RIGHT: dict[str, Callable[[Definition], Answer]] = {
    "single_choice": _right_choice,
    "multiple_choice": _right_choices,
    "true_false": lambda definition: {"value": definition["answer"]},
    "short_answer": lambda definition: {"text": forms(definition["accepted"])[0]},
    "numeric": lambda definition: {"text": str(definition["answer"])},
    "matching": _right_pairs,
    "ordering": lambda definition: {"order": list(range(len(definition["items"])))},
    "gap_text": _right_gaps,
}


def _wrong_choice(definition: Definition, rng: Random) -> Answer:
    """Choose the first distractor twice as often as the others: some mistakes are popular."""
    right = right_options(definition["options"])
    wrong = [index for index in range(len(definition["options"])) if index not in right]
    return {"choice": rng.choice([wrong[0], *wrong])}


def _wrong_choices(definition: Definition, rng: Random) -> Answer:
    right = sorted(right_options(definition["options"]))
    wrong = [index for index in range(len(definition["options"])) if index not in right]
    if rng.random() < 0.5:
        return {"choices": sorted({*right[1:], rng.choice(wrong)})}
    return {"choices": right[:-1]}


def _wrong_text(definition: Definition, rng: Random) -> Answer:
    known = [form for each in definition.get("wrong") or [] for form in each["forms"]]
    return {"text": rng.choice([*known, "不清楚"])}


def _wrong_number(definition: Definition, rng: Random) -> Answer:
    away = max(1, round(abs(definition["answer"]) * 0.5))
    step = away + round(definition.get("tolerance") or 0)
    return {"text": str(definition["answer"] + rng.choice((-1, 1)) * step)}


def _wrong_pairs(definition: Definition, rng: Random) -> Answer:
    pairs = _right_pairs(definition)["pairs"]
    first, second = rng.sample(sorted(pairs), 2)
    return {"pairs": pairs | {first: pairs[second], second: pairs[first]}}


def _wrong_order(definition: Definition, rng: Random) -> Answer:
    order = list(range(len(definition["items"])))
    place = rng.randrange(len(order) - 1)
    order[place], order[place + 1] = order[place + 1], order[place]
    return {"order": order}


def _wrong_gaps(definition: Definition, rng: Random) -> Answer:
    gaps = list(_right_gaps(definition)["gaps"])
    place = rng.randrange(len(gaps))
    gap = definition["gaps"][place]
    if gap.get("choices"):
        right = right_options(gap["choices"])
        gaps[place] = next(i for i in range(len(gap["choices"])) if i not in right)
    else:
        gaps[place] = "不清楚"
    return {"gaps": gaps}


_WRONG: dict[str, Callable[[Definition, Random], Answer]] = {
    "single_choice": _wrong_choice,
    "multiple_choice": _wrong_choices,
    "true_false": lambda definition, _rng: {"value": not definition["answer"]},
    "short_answer": _wrong_text,
    "numeric": _wrong_number,
    "matching": _wrong_pairs,
    "ordering": _wrong_order,
    "gap_text": _wrong_gaps,
}


def fields_of(  # noqa: PLR0911  # one return for each kind
    definition: Definition, order: Sequence[int], answer: Answer
) -> dict[str, Any]:
    """Return the form fields with which a page that shows this order would send the answer."""
    kind = definition["kind"]
    if kind == "single_choice":
        return {"answer": str(order.index(answer["choice"]))}
    if kind == "multiple_choice":
        return {"answer": [str(order.index(choice)) for choice in answer["choices"]]}
    if kind == "true_false":
        return {"answer": "true" if answer["value"] else "false"}
    if kind == "matching":
        pairs = answer["pairs"].items()
        return {f"answer-{left}": str(order.index(right)) for left, right in pairs}
    if kind == "ordering":
        places = enumerate(answer["order"])
        return {f"answer-{order.index(item)}": str(place) for place, item in places}
    if kind == "gap_text":
        return _fields_of_gaps(definition, order, answer)
    return {"answer": answer["text"]}


def _fields_of_gaps(definition: Definition, order: Sequence[int], answer: Answer) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    orders = orders_of_gaps(definition, order)
    for index, (value, shown) in enumerate(zip(answer["gaps"], orders, strict=True)):
        if shown:
            fields[f"answer-{index}-choice"] = str(list(shown).index(value))
        else:
            fields[f"answer-{index}"] = value
    return fields
