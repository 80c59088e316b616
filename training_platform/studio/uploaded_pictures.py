"""What an uploaded picture becomes in a draft: a checked drawing, or WebP written anew."""

import re
from collections.abc import Sequence

from flask_babel import gettext
from flask_babel.speaklater import LazyString

from training_platform.content import figures
from training_platform.content import pictures as raster
from training_platform.core.errors import RuleError
from training_platform.core.i18n import language
from training_platform.studio.mistake_words import problem_text

_SVG = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<")


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


UNFIT_DRAWING = _("The drawing cannot be shown as it is. %(what)s")
#: As many of a drawing's mistakes as stand beside the field.
MOST_NAMED = 3


def prepared(raw: bytes, limit: raster.Limit = raster.LESSON) -> tuple[str, bytes]:
    """Return the ending and the bytes that an upload becomes; looked at, never at its name.

    Raises RuleError, field "picture", for what is no still picture that may be shown.
    """
    if not _SVG.match(raw[:200]):
        return "webp", raster.encode(raw, limit)
    if flaws := figures.examine(raw):
        raise RuleError(UNFIT_DRAWING, field="picture", what=LazyString(_named, flaws))
    return "svg", raw


def _named(flaws: Sequence[figures.Flaw]) -> str:
    """Return the first mistakes of a drawing, each with its line, in the page's language."""
    return ("" if language() == "zh" else " ").join(
        gettext(
            "Line %(line)s: “%(key)s” %(problem)s.",
            line=flaw.line,
            key=flaw.key,
            problem=problem_text(flaw.problem),
        )
        for flaw in flaws[:MOST_NAMED]
    )
