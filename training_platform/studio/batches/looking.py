"""A question of a batch for the second pair of eyes: as a trainee gets it, and its key. Pure.

The view is the one that the question editor and the paper preview draw.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training_platform.assessment.presentation import QuestionView, public_view
from training_platform.assessment.review import Review, review_of
from training_platform.core.i18n import pick
from training_platform.studio.questions import trial


@dataclass(frozen=True)
class Reason:
    """What is said to whom answers so; right for what belongs to the key."""

    text: str
    why: str = ""
    is_right: bool = True


@dataclass(frozen=True)
class Look:
    """A question in one language, and its key in readable words."""

    view: QuestionView
    key: tuple[Reason, ...]
    explanation: str


def look_at(slug: str, value: Mapping[str, Any], seed: int, locale: str) -> Look | None:
    """Return what is shown of a question; None where too little of it could be read."""
    definition = trial.definition_of(value, slug)
    if definition is None:
        return None
    order = trial.order_of(definition, seed)
    review = review_of(definition, order, locale, None)
    key = (*_key(definition, review, locale), *_wrong(definition, locale))
    return Look(public_view(definition, order, locale), key, review.explanation)


def _key(definition: Mapping[str, Any], review: Review, locale: str) -> list[Reason]:
    kind, lines = review.kind, review.lines
    if kind in {"single_choice", "multiple_choice", "true_false"}:
        told = [Reason(each.text, each.why, each.result == "missed") for each in lines]
        return [each for each in told if each.is_right or each.why]
    if kind == "matching":
        extra = [pick(each, locale) for each in definition.get("extra") or ()]
        pairs = [Reason(f"{each.text} → {each.expected}", each.why) for each in lines]
        return [*pairs, *(Reason(each, is_right=False) for each in extra)]
    if kind == "short_answer":
        return [Reason(_forms(definition["accepted"]))]
    if kind == "gap_text":
        return [
            Reason(f"{each.text}. {_gap(gap, each.expected)}", "")
            for gap, each in zip(definition["gaps"], lines, strict=True)
        ]
    if kind == "numeric" and (tolerance := definition.get("tolerance")):
        return [Reason(f"{lines[0].expected} (±{tolerance})")]
    return [Reason(each.expected) for each in lines]


def _gap(gap: Mapping[str, Any], expected: str) -> str:
    return expected if gap.get("choices") else _forms(gap["accepted"])


def _forms(accepted: Any) -> str:
    """Return all accepted forms: any language's counts, so that all are to be seen."""
    lists = accepted.values() if isinstance(accepted, Mapping) else [accepted]
    return " / ".join(dict.fromkeys(f"{form}" for forms in lists for form in forms))


def _wrong(definition: Mapping[str, Any], locale: str) -> list[Reason]:
    """Return the wrong answers that have a reason of their own."""
    found = []
    for each in definition.get("wrong") or ():
        forms = each.get("forms") or [each.get("answer", "")]
        found.append(
            Reason(" / ".join(map(str, forms)), pick(each.get("why"), locale), is_right=False)
        )
    return found
