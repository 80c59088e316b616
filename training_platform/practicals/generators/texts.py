"""Texts in both languages for what a task shows: those that the CRM's own pages use."""

from functools import lru_cache
from gettext import GNUTranslations, translation

from training_platform.core.i18n import CATALOGS, compile_stale


def in_both(message: str) -> dict[str, str]:
    """Return a message of the catalogs as a text of content: {zh, en}."""
    chinese = (each.gettext(message) for each in _catalogs())
    return {"zh": next((text for text in chinese if text != message), message), "en": message}


@lru_cache
def _catalogs() -> tuple[GNUTranslations, ...]:
    return tuple(translation(domain, CATALOGS, ["zh"]) for domain in compile_stale())
