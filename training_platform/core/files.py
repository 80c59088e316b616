"""Files that people upload or jobs make: random names, fsynced, served after a check."""

import hashlib
import io
import os
import re
import secrets
import unicodedata
from datetime import datetime
from pathlib import Path

from flask import Response, current_app, send_file
from sqlalchemy.orm import Mapped, Session, mapped_column

from training_platform.core import clock
from training_platform.core.db import Base
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.text import nfc


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


MAX_PIXELS = 24_000_000
LONGEST_NAME = 200
#: What ends a name: a program is chosen by it, so cutting a name spares it.
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,10}$")


class StoredFile(Base):
    """One file outside the database; the row says what it is and whose."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(index=True)
    purpose: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)


def folder() -> Path:
    """Return the folder of stored files, made if need be."""
    path = Path(current_app.config["FILES_DIR"])
    path.mkdir(parents=True, exist_ok=True)
    return path


def store(
    session: Session,
    data: bytes,
    *,
    name: str,
    media_type: str,
    purpose: str,
    owner_id: int | None,
    expires_at: datetime | None = None,
) -> StoredFile:
    """Write the bytes durably, then add their row; the name is only shown, never used as a path."""
    token = secrets.token_urlsafe(24)
    _write(folder() / token, data)
    stored = StoredFile(
        token=token,
        name=shown_name(name),
        media_type=media_type,
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        owner_id=owner_id,
        purpose=purpose,
        created_at=clock.now(),
        expires_at=expires_at,
    )
    session.add(stored)
    session.flush()  # callers keep its id
    return stored


def new_path() -> Path:
    """Return a path for a file that a job writes; hand it to adopt() or remove it."""
    return folder() / f"{secrets.token_urlsafe(24)}.part"


def adopt(
    session: Session,
    path: Path,
    *,
    name: str,
    media_type: str,
    purpose: str,
    owner_id: int | None,
    expires_at: datetime | None = None,
) -> StoredFile:
    """Keep a file that was written to new_path(), without reading it into memory at once."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(1024 * 1024):
            digest.update(block)
        os.fsync(handle.fileno())
    stored = StoredFile(
        token=path.stem,
        name=shown_name(name),
        media_type=media_type,
        size_bytes=path.stat().st_size,
        sha256=digest.hexdigest(),
        owner_id=owner_id,
        purpose=purpose,
        created_at=clock.now(),
        expires_at=expires_at,
    )
    path.replace(folder() / stored.token)
    session.add(stored)
    session.flush()
    return stored


def shown_name(name: str) -> str:
    """Return an uploaded name as it may be shown and sent: one line, no path, no control signs."""
    plain = re.sub(r"[\\/]", "_", without_controls(nfc(name))).strip()
    if len(plain) > LONGEST_NAME:
        found = _ENDING.search(plain)
        ending = found.group() if found else ""
        plain = plain[: LONGEST_NAME - len(ending)] + ending
    return plain or "file"


def without_controls(text: str) -> str:
    """Return a text without line breaks, control signs and those that turn its direction."""
    return "".join(sign for sign in text if unicodedata.category(sign)[0] != "C")


def read(stored: StoredFile) -> bytes:
    """Return the bytes; raise NotFoundError if the file is gone."""
    try:
        return (folder() / stored.token).read_bytes()
    except FileNotFoundError:
        raise NotFoundError from None


def respond(stored: StoredFile, *, inline: bool = False) -> Response:
    """Serve a file after the caller's permission check; only re-encoded pictures go inline."""
    response = send_file(
        io.BytesIO(read(stored)),
        mimetype=stored.media_type,
        as_attachment=not inline,
        download_name=stored.name,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600" if inline else "no-store"
    return response


def square_picture(data: bytes, *, size: int = 256) -> bytes:
    """Re-encode an uploaded picture as a square WebP without metadata.

    Raises RuleError for what is no JPEG, PNG or WebP, or is absurdly large.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415  # only this upload needs it

    refused = _("Choose a JPEG, PNG or WebP picture of at most 24 megapixels.")
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise RuleError(refused, field="picture")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise RuleError(refused, field="picture") from None
    out = io.BytesIO()
    ImageOps.fit(upright, (size, size)).save(out, "WEBP", quality=82)
    return out.getvalue()


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_suffix(".part")
    try:
        with temporary.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    temporary.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
