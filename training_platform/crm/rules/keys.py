"""Normal forms by which duplicates are found: firms and phones."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from training_platform.core.text import fold

#: Legal forms at the end of a firm's name; longest first.
LEGAL_FORMS = (
    "股份有限公司",
    "有限责任公司",
    "集团有限公司",
    "有限公司",
    "集团公司",
    "公司",
    "集团",
)
_BRACKETS = re.compile(r"[()\[\]{}<>（）【】《》「」·・.,，。、'\"“”‘’_\-—\s]")
_SEPARATORS = re.compile(r"[\s\-‐-―()（）.]")


def company_key(name: str) -> str:
    """Return a firm's name as it is compared: folded, without punctuation and legal form."""
    key = _BRACKETS.sub("", fold(name))
    for form in LEGAL_FORMS:
        if key.endswith(form) and len(key) > len(form):
            return key[: -len(form)]
    return key


def mobile_key(text: str) -> str:
    """Return a mobile number as it is stored (V02): digits, without separators and +86."""
    digits = _SEPARATORS.sub("", fold(text))
    for prefix in ("+86", "0086"):
        if digits.startswith(prefix):
            return digits[len(prefix) :]
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


#: Stored key → the field it comes from, and how.
KEY_FIELDS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "name_key": ("name", company_key),
    "company_key": ("company", company_key),
}


def derived(model: Any, value_of: Callable[[str], Any]) -> dict[str, str]:
    """Return what is stored of a record only to be found: keys of duplicates, the folded text."""
    found = {
        name: normalize(value_of(source) or "")
        for name, (source, normalize) in KEY_FIELDS.items()
        if hasattr(model, name)
    }
    texts = (value_of(name) for name in model.search_fields)
    found["folded"] = fold(" ".join(str(text) for text in texts if text))
    return found
