"""Reading what people type (forms, imports) as values of a field's kind: pure functions."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from training_platform.core.text import fold, nfc
from training_platform.crm.fields import PYTHON_TYPES, Field, FieldKind
from training_platform.crm.rules import validation as rules
from training_platform.crm.rules.keys import mobile_key
from training_platform.crm.rules.validation import RefusedError

YES = frozenset({"1", "true", "yes", "y", "on", "是", "有", "对"})
NO = frozenset({"0", "false", "no", "n", "off", "否", "无", "不"})
MOST_TAGS, MOST_TAG = 20, 30
FIRST_YEAR, LAST_YEAR = 1900, 2999
_TAG_SEPARATORS = re.compile(r"[,，、;；|\n]")
_DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
_INSTANT_FORMATS = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")


def read_value(known: Field, given: Any, zone: tzinfo) -> Any:
    """Return a value of the field's kind from text (or from a value that has it already).

    Empty is None (an empty list for tags, False for yes or no). Raises RefusedError. References
    stay text: who finds records is services.entry.
    """
    kind = known.kind
    if isinstance(given, str):
        given = nfc(given).strip()
    if given is None or given == "":
        return {FieldKind.TAGS: [], FieldKind.BOOLEAN: False}.get(kind)
    if kind is FieldKind.INSTANT:
        return _instant(known, given, zone)
    wanted = PYTHON_TYPES.get(kind)
    if wanted is not None and type(given) is wanted and kind not in _CHECKED:
        return given
    read: Callable[[Field, Any], Any] = _READERS.get(kind, _text)
    return read(known, given)


def as_text(value: Any) -> str:
    """Return a cell of a sheet as somebody would have typed it: whole numbers without a point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else nfc(str(value)).strip()


def _text(known: Field, given: Any) -> str:
    code, typed = "V01" if "V01" in known.rules else "V00", as_text(given)
    rules.check_visible(known.label, typed, code)  # some of them count as blanks below
    text = " ".join(typed.split())
    rules.check_text(known.label, text, code=code)
    return text


def _long_text(known: Field, given: Any) -> str:
    text = as_text(given)
    rules.check_text(known.label, text, rules.MOST_LONG_CHARACTERS)
    return text


def _mobile(known: Field, given: Any) -> str:
    text = as_text(given)
    digits = mobile_key(text)
    rules.check_mobile(known.label, digits, text)
    return digits


def _email(known: Field, given: Any) -> str:
    text = as_text(given)
    rules.check_email(known.label, text)
    return text


def _choice(known: Field, given: Any) -> str:
    text = as_text(given)
    if text in (known.choices or {}):
        return text
    found = known.choices and _by_label(known.choices).get(fold(text))
    if not found:
        raise RefusedError("V04", rules.NOT_IN_LIST, field=known.label, given=text[:40])
    return found


def _by_label(choices: Mapping[str, str]) -> dict[str, str]:
    """Map the folded texts of a list, in both languages, to its codes."""
    from training_platform.core.i18n import translate  # noqa: PLC0415

    return {
        fold(text): code for code, label in choices.items() for text in (label, translate(label))
    }


def _money(known: Field, given: Any) -> Decimal:
    text = fold(as_text(given)).removesuffix("元")
    text = text.replace(",", "").replace(" ", "").removeprefix("¥")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    is_near = amount.is_finite() and abs(amount) <= rules.MOST_AMOUNT  # or rounding would fail
    if not is_near or amount != round(amount, 2):
        raise RefusedError("V00", rules.NO_AMOUNT, field=known.label)
    return amount.quantize(Decimal("0.01"))


def _integer(known: Field, given: Any, least: int = 0, most: int = 1_000_000) -> int:
    text = fold(as_text(given)).replace(",", "").removesuffix("%").strip()
    if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
        raise RefusedError("V00", rules.NO_NUMBER, field=known.label)
    if not least <= int(text) <= most:
        raise RefusedError("V00", rules.OUT_OF_RANGE, field=known.label, least=least, most=most)
    return int(text)


def _percent(known: Field, given: Any) -> int:
    return _integer(known, given, most=100)


def _boolean(known: Field, given: Any) -> bool:
    text = fold(as_text(given))
    if text not in YES | NO:
        raise RefusedError("V00", rules.NO_YES_OR_NO, field=known.label)
    return text in YES


def _date(known: Field, given: Any) -> date:
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    for shape in _DATE_FORMATS:
        try:
            found = datetime.strptime(as_text(given), shape).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        _expect_year(known, found)
        return found
    raise RefusedError("V00", rules.NO_DATE, field=known.label)


def _instant(known: Field, given: Any, zone: tzinfo) -> datetime:
    if isinstance(given, datetime):
        return (given if given.tzinfo else given.replace(tzinfo=zone)).astimezone(UTC)
    for shape in _INSTANT_FORMATS:
        try:
            found = datetime.strptime(as_text(given), shape).replace(tzinfo=zone)
        except ValueError:
            continue
        _expect_year(known, found)
        return found.astimezone(UTC)
    if "V06" in known.rules:
        raise RefusedError("V06", rules.NOT_IN_FUTURE, field=known.label)
    raise RefusedError("V00", rules.NO_INSTANT, field=known.label)


def _expect_year(known: Field, day: date) -> None:
    """Refuse the ends of the calendar: no zone takes them, and who types them has mistyped."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise RefusedError(
            "V00", rules.NO_SUCH_YEAR, field=known.label, least=FIRST_YEAR, most=LAST_YEAR
        )


def _tags(known: Field, given: Any) -> list[str]:
    parts = given if isinstance(given, list) else _TAG_SEPARATORS.split(as_text(given))
    tags = sorted({" ".join(str(part).split()) for part in parts} - {""})
    if len(tags) > MOST_TAGS or any(len(tag) > MOST_TAG for tag in tags):
        raise RefusedError("V00", rules.TOO_MANY_TAGS, field=known.label)
    for tag in tags:
        rules.check_text(known.label, tag)
    return tags


def _as_it_is(_known: Field, given: Any) -> Any:
    return given


#: Kinds whose values are looked at even where they have the right type already.
_CHECKED = frozenset({FieldKind.MONEY, FieldKind.INTEGER, FieldKind.PERCENT, FieldKind.TAGS})
_READERS: Mapping[FieldKind, Callable[[Field, Any], Any]] = {
    FieldKind.LONG_TEXT: _long_text,
    FieldKind.MOBILE: _mobile,
    FieldKind.EMAIL: _email,
    FieldKind.CHOICE: _choice,
    FieldKind.MONEY: _money,
    FieldKind.INTEGER: _integer,
    FieldKind.PERCENT: _percent,
    FieldKind.BOOLEAN: _boolean,
    FieldKind.DATE: _date,
    FieldKind.TAGS: _tags,
    FieldKind.REFERENCE: _as_it_is,
    FieldKind.JSON: _as_it_is,
}
