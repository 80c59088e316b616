"""Answers in words and numbers as they are compared. Pure, but for lazy dictionaries.

Width, case, spaces, punctuation, traditional characters and the way a number is written do not
matter. Words do: nothing is ever dropped, so "not" and 不 count, and 24 is never 48.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from training_platform.core.text import fold

_DIGITS = "零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖"
_UNITS = "十百千万亿拾佰仟"
_NUMERAL = re.compile(
    rf"(?<![\d.])(负?)([{_DIGITS}{_UNITS}]+(?:点[{_DIGITS}]+(?![{_UNITS}]))?)(?!\d)"
)
_SCALED = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)(百万|千万|百|千|万|亿)")
_SCALES = {"百": 2, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8}
_PERCENT = re.compile(r"百分之(-?\d+(?:\.\d+)?)")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3}(?:,\d{3})+)(?![\d,])")
_SPELLED = frozenset("零〇")
_FORMAL = frozenset("壹贰叁肆伍陆柒捌玖")
_APOSTROPHES = frozenset("'’‘`´")

_NUMBER = re.compile(
    r"(?P<before>[¥$€]|rmb|cny|usd)?\s*(?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+))\s*(?P<after>[^\d.,]*)"
)
_LONGEST = 60


@lru_cache(maxsize=8192)
def normalize(text: str) -> str:
    """Return the text as it is compared with what is accepted.

    24小时, 24 小時 and 二十四小时 are one; twenty-four and forty-eight hours are two.
    """
    plain = _plain(text)
    while True:  # writing out one number may bring two parts of another together
        written = _numbers(_plain(plain))
        if written == plain:
            return plain
        plain = written


def equal(first: str, second: str) -> bool:
    """Tell whether two answers say the same."""
    return normalize(first) == normalize(second)


@lru_cache(maxsize=8192)
def parse_number(text: str) -> tuple[Decimal, str] | None:
    """Return the number that a text is, and the normalized unit written after it.

    None unless the text is exactly one number: "24 or 48" and "not 24" are none.
    """
    if len(text) > _LONGEST:
        return None
    plain = fold(text).replace("−", "-").replace("％", "%")
    plain = re.sub(r"(?<=\d)[ _](?=\d{3}(?!\d))", ",", plain)
    plain = _numbers(re.sub(r"\s+", " ", plain)).rstrip("。.!！;；")
    found = _NUMBER.fullmatch(plain.strip())
    if found is None:
        return None
    try:
        number = Decimal(found["number"])
    except InvalidOperation:
        return None
    unit = normalize(found["after"] or "") or normalize(found["before"] or "")
    return number, unit


def _plain(text: str) -> str:
    """Drop what never matters: width, case, script, punctuation that joins nothing."""
    kept: list[str] = []
    folded = fold(text)
    for index, char in enumerate(folded):
        before = folded[index - 1] if index else " "
        after = folded[index + 1] if index + 1 < len(folded) else " "
        kept.append(_kept(char, before, after))
    return _joined("".join(kept))


def _kept(char: str, before: str, after: str) -> str:
    if char in _APOSTROPHES:
        return ""
    if char == "−" or unicodedata.category(char) == "Pd":
        char = "-"
    is_sign = char == "-" and after.isdecimal() and not before.isalnum()
    joins_digits = before.isdecimal() and after.isdecimal()  # 3.5, 10:30, 1/2 and 3-5 stay
    if char == "%" or is_sign or joins_digits or not unicodedata.category(char).startswith("P"):
        return char
    return " "


def _joined(text: str) -> str:
    """Keep a space only between two Latin words or between two numbers."""
    words = text.split()
    joined = words[:1]
    for word in words[1:]:
        last, first = joined[-1][-1], word[0]
        both_latin = _is_letter(last) and _is_letter(first)
        both_digits = (last.isdecimal() or last == "%") and (first.isdecimal() or first in "-.")
        joined.append(f" {word}" if both_latin or both_digits else word)
    return "".join(joined)


def _is_letter(char: str) -> bool:
    """Tell a letter of an alphabet from a hanzi, which needs no spaces."""
    return char.isalpha() and unicodedata.category(char) != "Lo"


def _numbers(text: str) -> str:
    """Write every number in digits: 二十四 is 24, 1,200 is 1200, 3万 is 30000, 百分之五 is 5%."""
    text = _THOUSANDS.sub(lambda found: found[1].replace(",", ""), text)
    if text.isascii():
        return text
    text = _NUMERAL.sub(_numeral, text.replace("百分之百", "100%"))
    text = _SCALED.sub(_scaled, text)
    return _PERCENT.sub(r"\1%", text)


def _numeral(found: re.Match[str]) -> str:
    sign, numeral = "-" if found[1] else "", found[2]
    whole, _point, part = numeral.partition("点")
    if whole == "百" or (len(whole) == 1 and whole in _FORMAL):
        return found[0]
    is_row = len(whole) > 1 and not set(whole) & set(_UNITS)
    # Digits one after the other are a year or a number read out; 三五 alone is "a few".
    if is_row and not (_SPELLED & set(whole) or len(whole) > 3 or part):
        return found[0]
    import cn2an  # noqa: PLC0415  # 0.4 s to load, only answers in hanzi need it

    try:
        value = cn2an.cn2an(whole, "normal")
        decimals = "".join(str(cn2an.cn2an(digit, "normal")) for digit in part)
    except (ValueError, LookupError):  # 十千万 and the like are no numbers
        return found[0]
    return f"{sign}{value}.{decimals}" if decimals else f"{sign}{value}"


def _scaled(found: re.Match[str]) -> str:
    value = Decimal(found[1]).scaleb(_SCALES[found[2]])
    return format(value.normalize(), "f") if value else "0"
