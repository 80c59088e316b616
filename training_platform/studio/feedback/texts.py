"""What levels and reasons are called."""

from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.studio.feedback.rules import RatingLevel

LEVELS: dict[RatingLevel, Any] = {
    RatingLevel.HELPED: _l("Helped a lot"),
    RatingLevel.OKAY: _l("OK"),
    RatingLevel.UNCLEAR: _l("Not clear"),
}
ICONS: dict[RatingLevel, str] = {
    RatingLevel.HELPED: "thumb-up",
    RatingLevel.OKAY: "check",
    RatingLevel.UNCLEAR: "help-circle",
}
TONES: dict[RatingLevel, str | None] = {
    RatingLevel.HELPED: "ok",
    RatingLevel.OKAY: None,
    RatingLevel.UNCLEAR: "warn",
}
REASONS: dict[str, Any] = {
    "failed": _l("Quiz failed twice or more"),
    "tries": _l("A check question still wrong after three tries"),
    "idle": _l("Begun and left"),
}


def words() -> dict[str, Any]:
    """Return what templates call things."""
    return {"levels": LEVELS, "level_icons": ICONS, "tones": TONES, "reasons": REASONS}
