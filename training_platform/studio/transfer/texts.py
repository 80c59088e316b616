"""What the pages of questions in and out call things."""

from typing import Any

from flask_babel import lazy_gettext as _l

#: In the order in which they are offered.
FORMATS: dict[str, Any] = {
    "xlsx": _l("Excel list (XLSX)"),
    "csv": _l("List (CSV)"),
    "chinese": _l("Text as in Word: question, A. B. C. D., answer"),
    "gift": _l("GIFT"),
    "moodle": _l("Moodle XML"),
    "aiken": _l("Aiken"),
}
#: What each holds, in one line.
MEANINGS: dict[str, Any] = {
    "xlsx": _l("One row a question; every kind, both languages."),
    "csv": _l("The same list as text."),
    "chinese": _l("One language; every kind but matching."),
    "gift": _l("Both languages; no ordering, no gaps."),
    "moodle": _l("Both languages; no gaps."),
    "aiken": _l("One language; only questions with one answer."),
}
OWN = _l("Files of this platform")


def format_name(name: str | None) -> Any:
    """Return what a format is called; an own file, or nothing that could be recognized."""
    return FORMATS.get(name or "", OWN if name == "yaml" else "")
