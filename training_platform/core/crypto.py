"""Secrets that must be read again, such as those of second factors: encrypted in the database."""

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app


class UnreadableSecretError(Exception):
    """The secret was encrypted under another SECRET_KEY, or it was changed."""


def encrypt(text: str, *, purpose: str) -> str:
    """Return the text encrypted under a key that is derived from SECRET_KEY for this purpose."""
    return _box(_secret_key(), purpose).encrypt(text.encode()).decode("ascii")


def decrypt(token: str, *, purpose: str) -> str:
    """Return what was encrypted; raise UnreadableSecretError if the key is another one now."""
    try:
        return _box(_secret_key(), purpose).decrypt(token.encode("ascii")).decode()
    except InvalidToken:
        raise UnreadableSecretError(purpose) from None


def _secret_key() -> str:
    return str(current_app.config["SECRET_KEY"])


@lru_cache(maxsize=8)
def _box(secret_key: str, purpose: str) -> Fernet:
    key = hmac.new(secret_key.encode(), b"training-platform:" + purpose.encode(), hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key.digest()))
