"""Words of the history import: fields, states, what is wrong with a row."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.records.history.rules import ImportState


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: The fields that a column can fill, in the order of the template.
FIELDS: Mapping[str, str] = {
    "staff_number": _("Staff number"),
    "name": _("Name"),
    "title": _("Title of the training"),
    "day": _("Day of the training"),
    "hours": _("Hours"),
    "percent": _("Score (0–100)"),
    "outcome": _("Passed or not"),
    "provider": _("Provider"),
    "trainer": _("Trainer"),
    "place": _("Place"),
    "note": _("Remarks"),
}
STATES: Mapping[ImportState, Any] = {
    ImportState.MAPPING: _l("Columns to be matched"),
    ImportState.CHECKING: _l("Being checked"),
    ImportState.CHECKED: _l("Checked, nothing written yet"),
    ImportState.RUNNING: _l("Being written"),
    ImportState.DONE: _l("Imported"),
    ImportState.REVERTING: _l("Being reverted"),
    ImportState.REVERTED: _l("Reverted"),
}
TONES: Mapping[ImportState, str] = {
    **dict.fromkeys(ImportState, "info"),
    ImportState.DONE: "ok",
    ImportState.REVERTED: "warn",
}

MISSING = _("This is missing.")
TOO_LONG = _("This is too long.")
FORMULA = _("This begins like a formula. Type the value itself.")
NO_PERSON = _("Give a staff number or a name.")
UNKNOWN_NUMBER = _("Nobody has this staff number.")
UNKNOWN_NAME = _("Nobody has this name.")
SEVERAL = _("Several people have this name. Give the staff number.")
OTHER_NAME = _("The person with this staff number has another name.")
OWN = _("This is about whoever sent the list. A colleague imports it.")
NO_DAY = _("Write the day as 2026-03-01.")
TO_COME = _("This day is still to come.")
BEFORE_HIRE = _("The person was hired later, on %(day)s.")
AFTER_LEAVING = _("The person had left by then, on %(day)s.")
WRONG_HOURS = _("More than none and at most 1,000 hours.")
WRONG_PERCENT = _("Write the score from 0 to 100, as 86 or 86.5.")
WRONG_OUTCOME = _("Write the result as pass, fail or distinction.")
DOUBLE = _("The same training of the same person stands in row %(row)s already.")
#: Not wrong: what the records know is left out.
KNOWN = _("This training stands in the records already.")
