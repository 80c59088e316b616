"""The code of a certificate: 128 random bits in readable groups, closed by a check letter.

Alphabet: the 32 characters 23456789ABCDEFGHJKLMNPQRSTUVWXYZ, without 0, O, 1 and I. 26 of them
carry the bits; the 27th is the check letter after Luhn's algorithm modulo 32 ("Luhn mod N"):
from right to left every second value is doubled and its base-32 digits are added up, and the sum of
all values is a multiple of 32. Doubling is a permutation, so every single changed character is
detected, and so is nearly every swap of two neighbors.
"""

import re
import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
BASE = len(ALPHABET)
BITS = 128
DATA_LENGTH = 26
LENGTH = DATA_LENGTH + 1
GROUP = 4
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_SEPARATORS = re.compile(r"[\s\-‐‑–—_.·]+")


def new_code() -> str:
    """Return a new code: 4-4-4-4-4-4-3 characters joined by hyphens."""
    number = secrets.randbits(BITS)
    data = ""
    for _position in range(DATA_LENGTH):
        number, value = divmod(number, BASE)
        data = ALPHABET[value] + data
    return grouped(data + check_letter(data))


def check_letter(data: str) -> str:
    """Return the letter that closes a code."""
    return ALPHABET[-_sum(data, doubled_first=True) % BASE]


def is_whole(characters: str) -> bool:
    """Tell whether 27 characters of the alphabet are closed by their check letter."""
    return (
        len(characters) == LENGTH
        and all(character in _VALUES for character in characters)
        and _sum(characters, doubled_first=False) % BASE == 0
    )


def clean(typed: str) -> str:
    """Return the characters of a code as somebody typed it: no separators, upper case, narrow."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed)).upper()


def parse(typed: str) -> str | None:
    """Return the code as it is kept, or None where it cannot be one: length, letters, check."""
    characters = clean(typed)
    return grouped(characters) if is_whole(characters) else None


def grouped(characters: str) -> str:
    """Return characters in groups joined by hyphens."""
    return "-".join(characters[at : at + GROUP] for at in range(0, len(characters), GROUP))


def _sum(characters: str, *, doubled_first: bool) -> int:
    total, doubled = 0, doubled_first
    for character in reversed(characters):
        value = _VALUES[character]
        if doubled:
            value = sum(divmod(2 * value, BASE))
        total += value
        doubled = not doubled
    return total
