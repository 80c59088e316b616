"""Fields that forms of several features share: lines and texts, what is needed and what not."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from training_platform.core.limits import LONGEST_LINE, LONGEST_TEXT

#: What every field that must be filled says.
FILL_IN = _l("Please fill this in.")
CHOOSE = _l("Choose one.")
#: What a list offers before anything is chosen.
FIRST = SelectChoice("", _l("Please choose"))


def line_field(label: Any, *, most: int = LONGEST_LINE, hint: Any = "") -> Any:
    """Return a field for one line that may be left empty."""
    return StringField(label, validators=[Optional(), Length(max=most)], description=hint)


def needed_line_field(label: Any, *, most: int = LONGEST_LINE, hint: Any = "") -> Any:
    """Return a field for one line that must be filled."""
    return StringField(
        label, validators=[InputRequired(FILL_IN), Length(max=most)], description=hint
    )


def text_field(label: Any, *, most: int = LONGEST_TEXT, hint: Any = "") -> Any:
    """Return a field for several lines that may be left empty."""
    return TextAreaField(label, validators=[Optional(), Length(max=most)], description=hint)


def needed_text_field(label: Any, *, most: int = LONGEST_TEXT, hint: Any = "") -> Any:
    """Return a field for several lines that must be filled."""
    return TextAreaField(
        label, validators=[InputRequired(FILL_IN), Length(max=most)], description=hint
    )
