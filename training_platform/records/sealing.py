"""The daily head: one signed Merkle root over the ends of all chains, also kept as a file.

Whoever cuts or rewrites a chain afterwards would have to forge the signature, and change the file,
which a backup carries to another place.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import UTC, date
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.records import chain
from training_platform.records.models import DailyHead, RecordHead

KEY_NAME = "keys/records"
_SIGNED = ("day", "chain_count", "record_count", "root", "made_at", "previous")


def signing_key() -> Ed25519PrivateKey:
    """Return the key of this installation; made on first use, readable by its owner only."""
    path = _key_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text("ascii")))
    key = Ed25519PrivateKey.generate()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.private_bytes_raw().hex())
    return key


def has_key() -> bool:
    """Tell whether a key was made here already."""
    return _key_path().exists()


def seal_day(session: Session, day: date) -> DailyHead | None:
    """Sign the ends of all chains as the head of a day, once.

    Returns None if the day has one already, or if there is no record at all.
    """
    if session.scalar(select(DailyHead.id).where(DailyHead.day == day.isoformat())):
        return None
    found = select(RecordHead.employee_id, RecordHead.length, RecordHead.hash)
    heads = [
        (row.employee_id, row.length, row.hash)
        for row in session.execute(found.order_by(RecordHead.employee_id))
    ]
    if not heads:
        return None
    head = DailyHead(
        day=day.isoformat(),
        chain_count=len(heads),
        record_count=sum(length for _employee, length, _hash in heads),
        root=chain.merkle_root(heads),
        previous=_digest_of_last(session),
        made_at=clock.now(),
    )
    head.signature = signing_key().sign(signed_bytes(head)).hex()
    _write(head, heads)  # first the file: a row without its file would look like tampering
    session.add(head)
    return head


def digest(head: DailyHead) -> str:
    """Return what the next head says of this one: none can be taken out between two."""
    return hashlib.sha256(signed_bytes(head) + bytes.fromhex(head.signature)).hexdigest()


def _digest_of_last(session: Session) -> str:
    last = session.scalars(select(DailyHead).order_by(DailyHead.day.desc()).limit(1)).first()
    return digest(last) if last else chain.GENESIS


def is_signed(head: DailyHead) -> bool:
    """Tell whether a head carries the signature of this installation."""
    try:
        signing_key().public_key().verify(bytes.fromhex(head.signature), signed_bytes(head))
    except (InvalidSignature, ValueError):
        return False
    return True


def read_heads(head: DailyHead) -> list[tuple[int, int, str]] | None:
    """Return the ends of chains that a head covers, from its file; None if that is gone."""
    content = read_file(head_path(head.day))
    return content["heads"] if content else None


def read_file(path: Path) -> dict[str, Any] | None:
    """Return the content of a head's file, ours or a copy from outside; None for no such file."""
    try:
        content = json.loads(path.read_text("ascii"))
        heads = [(int(each[0]), int(each[1]), str(each[2])) for each in content["heads"]]
        return {**content, "heads": heads}
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def is_signed_file(content: Mapping[str, Any]) -> bool:
    """Tell whether a file carries our signature and its ends give the root that was signed."""
    fields = {name: content[name] for name in _SIGNED if name in content}
    try:
        signature = bytes.fromhex(str(content["signature"]))
        signing_key().public_key().verify(signature, chain.signed_bytes(fields))
    except (InvalidSignature, ValueError, KeyError):
        return False
    return chain.merkle_root(content["heads"]) == content.get("root")


def kept_days() -> list[str]:
    """Return the days whose files lie in instance/heads."""
    folder = head_path("x").parent
    return sorted(path.stem for path in folder.glob("*.json")) if folder.is_dir() else []


def head_path(day: str) -> Path:
    """Return where the file of a day's head lies."""
    return Path(current_app.instance_path) / "heads" / f"{day}.json"


def signed_bytes(head: DailyHead) -> bytes:
    """Return what the signature covers."""
    return chain.signed_bytes(_fields(head))


def _fields(head: DailyHead) -> dict[str, Any]:
    fields = {
        "day": head.day,
        "chain_count": head.chain_count,
        "record_count": head.record_count,
        "root": head.root,
        "made_at": head.made_at.astimezone(UTC).isoformat(),
    }
    # The oldest heads were signed before they named the one before them.
    return fields if head.previous is None else fields | {"previous": head.previous}


def _write(head: DailyHead, heads: list[tuple[int, int, str]]) -> None:
    public = signing_key().public_key().public_bytes_raw().hex()
    content = _fields(head) | {
        "signature": head.signature,
        "public_key": public,
        "heads": heads,
    }
    path = head_path(head.day)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    with temporary.open("w", encoding="ascii") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _key_path() -> Path:
    return Path(current_app.instance_path) / KEY_NAME
