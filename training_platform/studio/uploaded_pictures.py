"""What an uploaded picture becomes in a draft: a checked drawing, or WebP written anew. Pure."""

import re

from training_platform.content import figures
from training_platform.content import pictures as raster
from training_platform.core.errors import RuleError

_SVG = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<")


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


UNFIT_DRAWING = _("The drawing holds what lessons do not allow: %(what)s (line %(line)s).")


def prepared(raw: bytes, limit: raster.Limit = raster.LESSON) -> tuple[str, bytes]:
    """Return the ending and the bytes that an upload becomes; looked at, never at its name.

    Raises RuleError, field "picture", for what is no still picture that may be shown.
    """
    if not _SVG.match(raw[:200]):
        return "webp", raster.encode(raw, limit)
    if flaws := figures.examine(raw):
        what = f"{flaws[0].key} {flaws[0].problem}"
        raise RuleError(UNFIT_DRAWING, field="picture", what=what, line=flaws[0].line)
    return "svg", raw
