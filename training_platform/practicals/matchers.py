"""What counts as the same value: by meaning, never by the way it is written. Pure.

Each matcher compares a stored or typed value with the wanted one. Width, case, spaces and
traditional characters never matter; a typing error does: of two names that differ in one
character, the real ones are as alike as the mistyped ones, so no likeness passes by itself.
"""

import re
import unicodedata
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from training_platform.assessment.normalize import parse_number
from training_platform.core.text import fold
from training_platform.crm.rules.keys import company_key, mobile_key

#: What "0.235" may mean where a percentage is asked for.
_HUNDRED = Decimal(100)
_NUMBERS = re.compile(r"\d+(?:\.\d+)?")
#: A sentence that names a number may name a date beside it; one that names more is guessing.
_MOST_NUMBERS = 4


def same(matcher: str, got: Any, wanted: Any, within: Decimal | None = None) -> bool:
    """Tell whether got means what wanted says.

    within is the most by which money, numbers and percentages may differ, in their own unit.
    Raises KeyError for a matcher that does not exist: the schema of the files knows them all.
    """
    if is_empty(got) or is_empty(wanted):
        return is_empty(got) and is_empty(wanted)
    return _MATCHERS[matcher](got, wanted, within)


def keys_of(matcher: str) -> Callable[[Any], Hashable]:
    """Return what gives equal keys for values that a matcher takes for one, for finding many.

    Raises KeyError for a matcher that allows for differences: it has no keys.
    """
    return _KEYS[matcher]


def is_empty(value: Any) -> bool:
    """Tell that nothing is entered."""
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)


def names() -> tuple[str, ...]:
    """Return the names of all matchers, in order."""
    return tuple(sorted(_MATCHERS))


def keyed() -> tuple[str, ...]:
    """Return the names of the matchers that have keys, in order."""
    return tuple(sorted(_KEYS))


def number_of(value: Any) -> Decimal | None:
    """Return the number that a value is, as people write it: 1,200, １２００, 1.2千; else None."""
    if isinstance(value, Decimal):
        return value
    found = parse_number(str(value))
    return found[0] if found is not None else None


def _folded_text(value: Any) -> str:
    return fold(str(value))


def _text(got: Any, wanted: Any, _within: Decimal | None) -> bool:
    return _folded_text(got) == _folded_text(wanted)


def _raw(got: Any, wanted: Any, _within: Decimal | None) -> bool:
    """Compare as it stands: for what is practised is the format itself."""
    return bool(got == wanted)


def _company(got: Any, wanted: Any, _within: Decimal | None) -> bool:
    return _company_of(got) == _company_of(wanted)


def _company_of(value: Any) -> str:
    return company_key(str(value))


def _phone(got: Any, wanted: Any, _within: Decimal | None) -> bool:
    return _phone_of(got) == _phone_of(wanted)


def _phone_of(value: Any) -> str:
    return mobile_key(str(value))


def _contains(got: Any, wanted: Any, _within: Decimal | None) -> bool:
    """Tell that the text holds the wanted words; of a list, one of them (synonyms)."""
    said = fold(str(got)).replace(" ", "")
    words = [wanted] if isinstance(wanted, str) else wanted
    return any(fold(str(each)).replace(" ", "") in said for each in words)


def _tells(got: Any, wanted: Any, within: Decimal | None) -> bool:
    """Tell that a text holds one of the first words, and does not name all the others too.

    Wanted are lists of synonyms: first what the text is about, then what other texts are about.
    Whoever pastes one text of all words everywhere has told nothing.
    """
    own, *others = wanted
    named = sum(1 for each in others if _contains(got, each, within))
    return _contains(got, own, within) and (not others or named < len(others))


def _names_all(got: Any, wanted: Any, within: Decimal | None) -> bool:
    """Tell that a text holds one word of each first list, and none of the second ones.

    Wanted are two lists of lists of synonyms: what must be named, and what must not.
    """
    own, others = wanted
    return all(_contains(got, each, within) for each in own) and not any(
        _contains(got, each, within) for each in others
    )


def _begins(got: Any, wanted: Any, _within: Decimal | None) -> bool:
    """Tell that a text begins with the wanted words; of a list, with one of them.

    It is for texts that begin with what was chosen and go on with what was typed.
    """
    said = fold(str(got)).replace(" ", "")
    words = [wanted] if isinstance(wanted, str) else wanted
    return any(said.startswith(fold(str(each)).replace(" ", "")) for each in words)


def _choice(got: Any, wanted: Any, _within: Decimal | None) -> bool:
    """Tell that the text is the wanted one, whole; of a list or of two languages, one of them.

    A text that names several is none of them: whoever writes down every word has not chosen.
    """
    said = _folded_text(got).replace(" ", "")
    many = wanted.values() if isinstance(wanted, Mapping) else wanted
    words = [wanted] if isinstance(wanted, str) else many
    return any(_folded_text(each).replace(" ", "") == said for each in words)


def _named_number(got: Any, wanted: Any, _within: Decimal | None) -> bool:
    """Tell that a text names the number, by itself, and hardly another: it is not a guess."""
    found = _NUMBERS.findall(unicodedata.normalize("NFKC", str(got)))
    return len(found) <= _MOST_NUMBERS and number_of(wanted) in [Decimal(each) for each in found]


def _minute(got: Any, wanted: Any, _within: Decimal | None) -> bool:
    first, second = _instant(got), _instant(wanted)
    return first is not None and first == second


def _date(got: Any, wanted: Any, _within: Decimal | None) -> bool:
    return str(got)[:10] == str(wanted)[:10]


def _number(got: Any, wanted: Any, within: Decimal | None) -> bool:
    first, second = number_of(got), number_of(wanted)
    return first is not None and second is not None and abs(first - second) <= (within or 0)


def _money(got: Any, wanted: Any, within: Decimal | None) -> bool:
    return _number(got, wanted, Decimal("0.01") if within is None else within)


def _percent(got: Any, wanted: Any, within: Decimal | None) -> bool:
    """Compare percentage points: 23.5, 23.5 % and 0.235 are one where 23.5 is wanted."""
    limit = Decimal("0.1") if within is None else within
    first, second = number_of(got), number_of(wanted)
    if first is None or second is None:
        return False
    is_share = "%" not in fold(str(got)).replace("％", "%") and abs(first) <= 1 < abs(second)
    return abs((first * _HUNDRED if is_share else first) - second) <= limit


def _set(got: Any, wanted: Any, _within: Decimal | None) -> bool:
    return _folded(got) == _folded(wanted)


def _folded(values: Any) -> set[str]:
    many: Sequence[Any] = [values] if isinstance(values, str) else values
    return {fold(str(each)) for each in many}


def _instant(value: Any) -> datetime | None:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(second=0, microsecond=0)


_MATCHERS: Mapping[str, Callable[[Any, Any, Decimal | None], bool]] = {
    "begins": _begins,
    "choice": _choice,
    "code": _raw,
    "company": _company,
    "contains": _contains,
    "date": _date,
    "minute": _minute,
    "money": _money,
    "named_number": _named_number,
    "names": _names_all,
    "number": _number,
    "percent": _percent,
    "phone": _phone,
    "raw": _raw,
    "set": _set,
    "tells": _tells,
    "text": _text,
}


_KEYS: Mapping[str, Callable[[Any], Hashable]] = {
    "code": str,
    "company": _company_of,
    "phone": _phone_of,
    "raw": str,
    "text": _folded_text,
}


def read_decimal(value: Any) -> Decimal | None:
    """Return a number of a file or of a stored row exactly; None where it is none."""
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None
