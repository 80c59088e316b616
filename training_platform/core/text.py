"""Text: normal forms, comparison, masking, tokens for search. Pure, but for a lazy dictionary."""

import ipaddress
import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

_SPACES = re.compile(r"\s+")
#: Characters that stay alone but change in some words (回覆 → 回复).
_CHANGED_IN_WORDS = frozenset("瞭藉覆沈牴衹")
_COMPOUND_SURNAMES = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容"}
    | {"令狐", "夏侯", "端木", "南宫", "司徒", "司空", "长孙", "宇文"}
)


def nfc(text: str) -> str:
    """Return the text in the form in which it is stored: NFC, line ends as on Unix."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")


def fold(text: str) -> str:
    """Return the text as it is compared: NFKC, one space, lower case, simplified characters."""
    plain = _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip().casefold()
    return plain if plain.isascii() else simplified(plain)


def whole_number(text: str) -> int | None:
    """Return a sent id, version or count; None for anything but one to nine plain digits.

    Python also takes "²" for a digit, and no number of ours has more places than databases take.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def simplified(text: str) -> str:
    """Return traditional characters as simplified ones.

    The converter walks its word lists for any text; few texts hold a character that it changes.
    """
    if any(_is_traditional(sign) for sign in text):
        return str(_converter().convert(text))
    return text


@lru_cache(maxsize=30_000)
def _is_traditional(sign: str) -> bool:
    return sign in _CHANGED_IN_WORDS or str(_converter().convert(sign)) != sign


def mask_name(name: str) -> str:
    """Return a name as strangers may see it: the first character, then a star (王*)."""
    name = name.strip()
    return f"{name[:1]}*" if name else "*"


def given_name(name: str, shown: str | None = None) -> str:
    """Return what colleagues call somebody: 小满 of 王小满, Anna of Anna Berg.

    A Chinese name of two characters stays whole: one character alone would be too close. Where
    the Latin form of a Chinese name is shown, its surname stands first: Xiaoman of Wang Xiaoman.
    """
    name = name.strip()
    if shown and shown != name and not name.isascii():
        family, _blank, given = shown.strip().partition(" ")
        return given or family
    if name.isascii() or " " in name:
        return name.split(" ")[0]
    surname = 2 if name[:2] in _COMPOUND_SURNAMES else 1
    return name[surname:] if len(name) - surname >= 2 else name


def network_of(address: str | None) -> str | None:
    """Return the /24 or /64 network of an address: what is counted and logged instead of it."""
    if not address:
        return None
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    mapped = getattr(ip, "ipv4_mapped", None)
    ip = mapped or ip
    prefix = 24 if ip.version == 4 else 64
    return str(ipaddress.ip_network(f"{ip}/{prefix}", strict=False))


def like_pattern(text: str) -> str:
    """Return the LIKE pattern that finds a folded text anywhere; escape character is backslash."""
    escaped = fold(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def pinyin(name: str) -> str:
    """Return a Chinese name in Latin letters (王小满 → Wang Xiaoman); others unchanged."""
    if name.isascii():
        return name
    from pypinyin import lazy_pinyin  # noqa: PLC0415  # its tables cost 30 MB, few processes need them

    family, given = name[:1], name[1:]
    parts = ("".join(lazy_pinyin(part)).capitalize() for part in (family, given) if part)
    return " ".join(parts)


@cache
def _converter() -> Any:
    from opencc import OpenCC  # noqa: PLC0415  # 10 ms to load, only comparisons need it

    return OpenCC("t2s")
