"""A question as the text of its file, in the look of question_bank/. Pure.

Written by hand, not by a YAML library: every text stands in double quotes with JSON's escapes,
which YAML reads alike, and five thousand questions take a second instead of a minute.
"""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from training_platform.core.kinds import LANGUAGES

_WORD = re.compile(r"[a-z][a-z0-9]*(?:[-_/][a-z0-9]+)*")
#: Words that YAML would read as something else.
_READ_OTHERWISE = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
#: What JSON leaves as it is, but YAML takes for the end of a line or refuses.
_ODD = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def file_text(question: Mapping[str, Any]) -> str:
    """Return the text of a question's file."""
    return "".join(f"{line}\n" for key, value in question.items() for line in _entry(key, value))


def _entry(key: str, value: Any) -> list[str]:
    if isinstance(value, Mapping) and _is_same_in_both(value):
        return [f"{key}: {_scalar(value['zh'], quoted=True)}"]
    if isinstance(value, Mapping):
        inner = [line for name, each in value.items() for line in _entry(name, each)]
        return [f"{key}:", *(f"  {line}" for line in inner)] if inner else [f"{key}: {{}}"]
    if isinstance(value, Sequence) and not isinstance(value, str):
        if all(isinstance(each, str) for each in value):
            quoted = key != "skills"
            return [f"{key}: [{', '.join(_scalar(each, quoted=quoted) for each in value)}]"]
        return [f"{key}:", *(f"  {line}" for each in value for line in _item(each))]
    return [f"{key}: {_scalar(value, quoted=key in LANGUAGES)}"]


def _item(value: Any) -> list[str]:
    if not isinstance(value, Mapping):
        return [f"- {_scalar(value, quoted=True)}"]
    if _is_same_in_both(value):
        return [f"- {_scalar(value['zh'], quoted=True)}"]
    lines = [line for key, each in value.items() for line in _entry(key, each)]
    return [f"- {lines[0]}", *(f"  {line}" for line in lines[1:])] if lines else ["- {}"]


def _is_same_in_both(value: Mapping[str, Any]) -> bool:
    texts = [value.get(language) for language in LANGUAGES]
    return len(value) == 2 and isinstance(texts[0], str) and texts[0] == texts[1]


def _scalar(value: Any, *, quoted: bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return plain_number(value)
    text = str(value)
    if not quoted and _WORD.fullmatch(text) and text not in _READ_OTHERWISE:
        return text
    return _ODD.sub(lambda odd: f"\\u{ord(odd[0]):04x}", json.dumps(text, ensure_ascii=False))


def plain_number(value: float) -> str:
    """Return a number as people write it, never with an exponent."""
    if isinstance(value, int):
        return str(value)
    text = format(Decimal(repr(value)), "f")
    return text if "." in text else f"{text}.0"
