"""What the forms of mentored practice share."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from training_platform.core.forms import VersionedForm
from training_platform.mentoring.rules import (
    LONGEST_TEXT,
)

#: What every field that must be filled says.
FILL_IN = _l("Please fill this in.")
CHOOSE = _l("Choose one.")


def text_field(label: Any, *, most: int = LONGEST_TEXT, hint: Any = "") -> Any:
    """Return a field for several lines that must be filled."""
    return TextAreaField(
        label, validators=[InputRequired(FILL_IN), Length(max=most)], description=hint
    )


class ReasonForm(VersionedForm):
    """An act that needs a reason."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[InputRequired(_l("Give a reason.")), Length(max=LONGEST_TEXT)],
    )


class ActForm(VersionedForm):
    """An act that needs nothing but the version that was seen."""
