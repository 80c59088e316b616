"""A question tried as far as it is written, and marked as published ones are. Pure."""

from collections.abc import Mapping
from itertools import count
from random import Random
from typing import Any

from pydantic import ValidationError

from training_platform.assessment import pictures
from training_platform.assessment.presentation import make_order
from training_platform.assessment.schemas import QUESTION_KINDS
from training_platform.studio.questions.parts import LANGUAGES

#: What stands where nothing is written yet.
BLANK = "…"
_NO_SKILL = "skill"
#: Lists of options to choose from.
_CHOSEN = ("options", "choices")


def definition_of(
    value: Mapping[str, Any], slug: str, files: Mapping[str, bytes] | None = None
) -> dict[str, Any] | None:
    """Return a draft's question so that it can be drawn and marked; None where that is impossible.

    A text that stands in one language only is shown in both; what is blank shows as "…". files:
    those of the draft, for its picture.
    """
    schema = QUESTION_KINDS.get(value.get("kind") or "")
    if schema is None:
        return None
    plain = {
        "skills": [_NO_SKILL],
        "stem": {},
        "explanation": {},
        **{key: each for key, each in value.items() if each not in (None, [])},
        "id": slug,
        "difficulty": "foundation",
    }
    plain.pop("lesson", None)
    if value.get("kind") == "true_false":
        plain.setdefault("why", {})
    try:
        found = schema.model_validate(_filled(plain, count(1))).model_dump(exclude_unset=True)
    except ValidationError:
        return None
    words = found.get("picture") or dict.fromkeys(LANGUAGES, BLANK)
    return found | {"drawn": pictures.drawn(slug, files or {}, words)}


def order_of(definition: Mapping[str, Any], seed: int) -> list[int]:
    """Return the order in which a trial shows what a question offers, the same for a seed."""
    return make_order(definition, Random(seed))  # noqa: S311  # not a secret


def _filled(value: Any, numbers: Any) -> Any:
    if isinstance(value, Mapping):
        if {*value} <= {*LANGUAGES}:
            return _both(value, numbers)
        found = {key: _filled(each, numbers) for key, each in value.items()}
        for option in (each for name in _CHOSEN for each in found.get(name) or ()):
            if isinstance(option, dict) and not option.get("correct"):
                option.setdefault("why", dict.fromkeys(LANGUAGES, BLANK))
        return found
    if isinstance(value, list):
        return [_filled(each, numbers) for each in value]
    return value


def _both(value: Mapping[str, Any], numbers: Any) -> dict[str, Any]:
    """Return a text or a list of answers in both languages."""
    written = [each for each in value.values() if each and f"{each}".strip()]
    if any(isinstance(each, list) for each in value.values()):
        return {code: value.get(code) or (written or [[BLANK]])[0] for code in LANGUAGES}
    blank = f"{BLANK} {next(numbers)}" if not written else written[0]
    return {
        code: value[code] if f"{value.get(code) or ''}".strip() else blank for code in LANGUAGES
    }
