"""Papers that people attach: their kinds by ending and first bytes, size, form field."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import ValidationError

from training_platform.core import uploads
from training_platform.core.i18n import translate

MOST_MEGABYTES = 10
_OFFICE = "application/vnd.openxmlformats-officedocument."
#: Media type and first bytes by ending. No Office file with macros, nothing that a browser runs.
TYPES: Mapping[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "webp": ("image/webp", b"RIFF"),
    "docx": (f"{_OFFICE}wordprocessingml.document", b"PK\x03\x04"),
    "xlsx": (f"{_OFFICE}spreadsheetml.sheet", b"PK\x03\x04"),
    "txt": ("text/plain", b""),
}
ACCEPT = ",".join(f".{ending}" for ending in TYPES)
_WRONG_KIND = _l("Choose a PDF, Office, text or picture file.")


@dataclass(frozen=True)
class Attachment:
    """An uploaded paper whose kind and size were checked."""

    name: str
    media_type: str
    data: bytes


class AttachmentField(FileField):
    """A form field for one paper; attachment() after validation returns it."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("description", _l("PDF, Office, text or picture, at most 10 MB."))
        super().__init__(label, [*(validators or ()), _check], **kwargs)
        self._attachment: Attachment | None = None

    def attachment(self) -> Attachment | None:
        """Return the paper, None if none was sent."""
        return self._attachment


def _check(_form: Any, field: AttachmentField) -> None:
    upload = field.data
    if not upload or not getattr(upload, "filename", ""):
        return
    data: bytes = upload.read(MOST_MEGABYTES * uploads.MEGABYTE + 1)
    if len(data) > MOST_MEGABYTES * uploads.MEGABYTE:
        raise ValidationError(translate(uploads.TOO_LARGE, limit=MOST_MEGABYTES))
    ending = PurePath(upload.filename).suffix.lstrip(".").lower()
    media_type, first = TYPES.get(ending, ("", b""))
    is_text = ending == "txt" and b"\0" in data
    if not media_type or not data or not data.startswith(first) or is_text:
        raise ValidationError(_WRONG_KIND)
    field._attachment = Attachment(upload.filename, media_type, data)  # its own
