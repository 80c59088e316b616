"""How long texts may be, and the refusal of those that are longer or missing."""

from training_platform.core.errors import RuleError

LONGEST_TITLE = 120
LONGEST_LINE = 300
LONGEST_TEXT = 4000


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def required(text: str | None, field: str, *, most: int = LONGEST_TEXT) -> str:
    """Return a text without blanks around it; raise RuleError where it is empty or too long."""
    plain = limited(text, field, most=most)
    if not plain:
        raise RuleError(_("Please fill this in."), field=field)
    return plain


def limited(text: str | None, field: str, *, most: int = LONGEST_TEXT) -> str:
    """Return a text without blanks around it; raise RuleError where it is too long."""
    plain = (text or "").strip()
    if len(plain) > most:
        raise RuleError(_("At most %(most)s characters."), field=field, most=most)
    return plain
