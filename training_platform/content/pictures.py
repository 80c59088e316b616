"""Photos and screenshots of lessons: what may stand in a course, and how an upload becomes it.

Nothing that came from outside is kept as it came: an upload is decoded and written anew, so that
neither its metadata (the place, the phone, the name) nor anything behind the picture goes along.
"""

import io
import struct
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from markupsafe import escape

from training_platform.content.figures import Flaw
from training_platform.core.errors import RuleError

if TYPE_CHECKING:
    from PIL import Image

#: Of a picture in a course: what a phone loads without a thought.
MOST_BYTES = 1_000_000
MOST_SIDE = 2_000
#: Of an upload, before it is made smaller.
MOST_UPLOADED_BYTES = 15_000_000
MOST_UPLOADED_PIXELS = 50_000_000
#: The longer side of what is kept: a lesson's column is half as wide, screens are twice as dense.
_SIDE = 1_600
_SHARP_BYTES = 250_000
_QUALITIES = (84, 72, 55, 35)
_METADATA = frozenset({"exif", "xmp", "XML:com.adobe.xmp", "photoshop", "comment", "Comment"})
#: What Pillow raises for files that lie about themselves.
_BROKEN = (OSError, ValueError, SyntaxError, KeyError, IndexError, TypeError, struct.error)


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


NOT_A_PICTURE = _("This is no picture that we can read. Choose a PNG, JPEG, WebP or SVG file.")
TOO_MANY_PIXELS = _("The picture has more than %(most)s million pixels. Make it smaller first.")
TOO_MANY_BYTES = _("The picture is larger than %(most)s MB. Make it smaller first.")
MOVES = _("The picture moves. Choose one that stands still.")


@dataclass(frozen=True)
class Limit:
    """How large what is kept may be: its longer side in pixels, its bytes where quality gives."""

    side: int = _SIDE
    most_bytes: int = MOST_BYTES // 2


LESSON = Limit()


def encode(raw: bytes, limit: Limit = LESSON) -> bytes:
    """Return an uploaded PNG, JPEG or WebP anew as WebP, upright, small enough, without metadata.

    Screenshots stay sharp where that costs little. Raises RuleError, field "picture", for what is
    none of these, moves, or is too large.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415  # only pictures need it

    if len(raw) > MOST_UPLOADED_BYTES:
        raise RuleError(TOO_MANY_BYTES, field="picture", most=MOST_UPLOADED_BYTES // 1_000_000)
    try:
        with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MOST_UPLOADED_PIXELS:
                raise Image.DecompressionBombError
            is_photo = picture.format in ("JPEG", "MPO")  # phones put a second view into the file
            if not is_photo and getattr(picture, "is_animated", False):
                raise RuleError(MOVES, field="picture")
            picture.draft("RGB", (limit.side, limit.side))  # a JPEG is decoded small at once
            upright = ImageOps.exif_transpose(picture)
            plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        most = MOST_UPLOADED_PIXELS // 1_000_000
        raise RuleError(TOO_MANY_PIXELS, field="picture", most=most) from None
    except _BROKEN:
        raise RuleError(NOT_A_PICTURE, field="picture") from None
    plain.thumbnail((limit.side, limit.side))
    plain.info = {}
    return _written(plain, limit, is_photo=is_photo)


def examine(raw: bytes, name: str) -> list[Flaw]:
    """Return everything that keeps a picture out of a course; an empty list means it is fine."""
    if len(raw) > MOST_BYTES:
        return [Flaw(1, "picture", "is too large", f"at most {MOST_BYTES:,} bytes")]
    problem = _problem(sha256(raw).digest(), _Bytes(raw), name.rsplit(".", 1)[-1].upper())
    return [Flaw(1, "picture", *problem)] if problem else []


def draw(raw: bytes, alternative: str, address: str) -> str:
    """Return the markup that shows a picture; "" for what is none.

    The address changes with the picture: browsers may keep it.
    """
    size = size_of(raw)
    if size is None:
        return ""
    version = sha256(raw).hexdigest()[:8]
    return (
        f'<img class="figure-photo" src="{escape(address)}?v={version}" alt="{escape(alternative)}"'
        f' width="{size[0]}" height="{size[1]}" loading="lazy" decoding="async">'
    )


def size_of(raw: bytes) -> tuple[int, int] | None:
    """Return width and height as the file's head gives them; None for what is no picture."""
    from PIL import Image  # noqa: PLC0415  # only pictures need it

    try:
        with Image.open(io.BytesIO(raw), formats=("PNG", "WEBP")) as picture:
            return picture.size
    except (*_BROKEN, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


class _Bytes:
    """Bytes that are no part of the key under which an answer is kept: their digest is."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Bytes)


@lru_cache(maxsize=1_000)
def _problem(_digest: bytes, given: _Bytes, wanted: str) -> tuple[str, str] | None:
    from PIL import Image  # noqa: PLC0415  # only pictures need it

    try:
        with Image.open(io.BytesIO(given.raw), formats=("PNG", "WEBP")) as picture:
            if picture.format != wanted:
                return "is something else than its name says", f"a {wanted} file"
            if max(picture.size) > MOST_SIDE:
                raise Image.DecompressionBombError
            if getattr(picture, "is_animated", False):
                return "moves", "a picture that stands still"
            picture.load()
            if _METADATA & set(picture.info) or getattr(picture, "text", None):
                return "has metadata", "a picture without place, camera and names"
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return "is too large", f"at most {MOST_SIDE} pixels a side"
    except _BROKEN:
        return "cannot be read; is the file cut off?", f"a whole {wanted} file"
    return None


def _written(plain: "Image.Image", limit: Limit, *, is_photo: bool) -> bytes:
    if not is_photo:
        out = io.BytesIO()
        plain.save(out, "WEBP", lossless=True, quality=60, method=3)
        if out.tell() <= min(_SHARP_BYTES, limit.most_bytes):
            return out.getvalue()
    for quality in _QUALITIES:
        out = io.BytesIO()
        plain.save(out, "WEBP", quality=quality, method=4)
        if out.tell() <= limit.most_bytes:
            break
    return out.getvalue()
