"""What the forms of mentored practice share."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from training_platform.core.forms import VersionedForm
from training_platform.mentoring.rules import (
    LONGEST_TEXT,
)


class ReasonForm(VersionedForm):
    """An act that needs a reason."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[InputRequired(_l("Give a reason.")), Length(max=LONGEST_TEXT)],
    )


class ActForm(VersionedForm):
    """An act that needs nothing but the version that was seen."""
