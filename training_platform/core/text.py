"""Text: normal forms, comparison, masking, tokens for search. Pure, but for a lazy dictionary."""

import ipaddress
import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

_SPACES = re.compile(r"\s+")
#: Characters that stay alone but change in some words (回覆 → 回复).
_CHANGED_IN_WORDS = frozenset("瞭藉覆沈牴衹")


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
