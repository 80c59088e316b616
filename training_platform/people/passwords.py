"""Passwords: argon2id, and the rule which ones are good enough."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from training_platform.core.errors import RuleError
from training_platform.core.text import fold

MIN_LENGTH = 12
MAX_LENGTH = 128
MIN_DIFFERENT = 5
#: At most so many common words, with digits around them, are still a common password.
MAX_COMMON_WORDS = 2
COMMON = Path(__file__).parent / "common_passwords.txt"
_NO_LETTERS = re.compile(r"[\W\d_]+")
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_LOOK_ALIKES = str.maketrans("0134578@$!", "oleastbasi")


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@cache
def _hasher(is_testing: bool) -> PasswordHasher:
    if is_testing:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hasher() -> PasswordHasher:
    """Return the hasher: argon2id with 2 passes over 19 MiB; cheap in tests."""
    return _hasher(bool(current_app.testing))


def hash_password(password: str) -> str:
    """Return the hash that is kept. Slow on purpose: call it before the first statement."""
    return hasher().hash(password)


@cache
def _dummy_hash(is_testing: bool) -> str:
    return _hasher(is_testing).hash("nobody has this password")


def verify(kept: str | None, password: str) -> bool:
    """Tell whether the password is right; takes as long where there is no account."""
    try:
        return hasher().verify(kept or _dummy_hash(bool(current_app.testing)), password) and bool(
            kept
        )
    except (VerificationError, InvalidHashError):
        return False


def hash_again(kept: str | None, password: str) -> str | None:
    """Return a new hash where the kept one was made with weaker parameters, else None."""
    if kept and hasher().check_needs_rehash(kept):
        return hasher().hash(password)
    return None


def check_new(
    password: str, *, personal: tuple[str, ...] = (), field: str = "new_password"
) -> None:
    """Raise RuleError for a password that others would guess.

    personal holds what others know of the person: user name, staff number, names.
    """
    if len(password) < MIN_LENGTH:
        text = _("Use at least %(count)s characters. A sentence is easy to remember.")
        raise RuleError(text, field=field, count=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        raise RuleError(_("Use at most %(count)s characters."), field=field, count=MAX_LENGTH)
    if is_common(password):
        text = _("This password is among the first that others try. Choose another one.")
        raise RuleError(text, field=field)
    plain = fold(password).replace(" ", "")
    if any(len(part) > 3 and fold(part).replace(" ", "") in plain for part in personal):
        text = _("Leave out your name, user name and staff number.")
        raise RuleError(text, field=field)


def is_common(password: str) -> bool:
    """Tell whether a password is common: listed, a run, or one or two listed words with digits."""
    plain = fold(password).replace(" ", "")
    if len(set(plain)) < MIN_DIFFERENT or plain in common() or _is_run(plain):
        return True
    core = _EDGES.sub("", plain)
    for variant in (plain, core.translate(_LOOK_ALIKES)):
        letters = _NO_LETTERS.sub("", variant)
        if _is_made_of_common_words(letters):
            return True
    return False


@cache
def common() -> frozenset[str]:
    """Return the listed passwords and words."""
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _is_run(plain: str) -> bool:
    """Tell whether each character follows the one before: 123456789012, abcdefghijkl."""
    if plain.isascii() and plain.isdigit():
        steps = {(int(b) - int(a)) % 10 for a, b in pairwise(plain)}
        return steps <= {1} or steps <= {9}
    steps = {ord(b) - ord(a) for a, b in pairwise(plain)}
    return steps <= {1} or steps <= {-1}


def _is_made_of_common_words(letters: str) -> bool:
    """Tell whether nothing is left once one or two listed words are taken out."""
    if not letters:
        return True  # digits and signs alone
    words = common()
    if letters in words:
        return True
    return any(
        letters[:cut] in words and letters[cut:] in words for cut in range(2, len(letters) - 1)
    )
