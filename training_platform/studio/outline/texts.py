"""What differences of an outline are called."""

from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.studio.outline.rules import Difference

DIFFERENCES: dict[Difference, Any] = {
    Difference.NEW: _l("New"),
    Difference.CHANGED: _l("Changed"),
    Difference.MOVED: _l("Moved"),
}
TONES: dict[Difference, str] = {
    Difference.NEW: "ok",
    Difference.CHANGED: "info",
    Difference.MOVED: "outline",
}
