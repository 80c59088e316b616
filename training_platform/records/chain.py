"""The chain of one person's records: digests, links, and the Merkle tree over all heads.

Pure. A link covers the salted digest of a record's values, not the values: they may be erased
and the chain still holds.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64
_LEAF, _INNER = b"\x00", b"\x01"
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def new_salt() -> str:
    """Return 128 random bits: without them a digest of few possible values could be guessed."""
    return secrets.token_hex(16)


def value_digest(salt: str, data: Mapping[str, Any]) -> str:
    """Return the salted digest of a record's values."""
    return hashlib.sha256((salt + _encode(data)).encode()).hexdigest()


def link_hash(
    *,
    employee_id: int,
    position: int,
    kind: str,
    subject: str,
    happened_at: datetime,
    recorded_at: datetime,
    source: str,
    corrects_id: int | None,
    value_digest: str,
    previous_hash: str,
) -> str:
    """Return the hash of one link; every field of the record goes into it."""
    fields = [
        employee_id,
        position,
        kind,
        subject,
        happened_at.astimezone(UTC).isoformat(),
        recorded_at.astimezone(UTC).isoformat(),
        source,
        corrects_id,
        value_digest,
        previous_hash,
    ]
    return hashlib.sha256(_LEAF + _encode(fields).encode()).hexdigest()


def merkle_root(heads: Sequence[tuple[int, int, str]]) -> str:
    """Return the root over (employee id, length, hash), as in RFC 6962; order them by the id."""
    level = [hashlib.sha256(_LEAF + _encode(list(head)).encode()).digest() for head in heads]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hashlib.sha256(_INNER + left + right).digest() for left, right in pairs]
        level = above + level[len(above) * 2 :]
    return level[0].hex()


def signed_bytes(fields: Mapping[str, Any]) -> bytes:
    """Return what a daily head's signature covers."""
    return _encode(fields).encode()
