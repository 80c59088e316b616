"""Forms of quizzes."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from training_platform.core.forms import Form
from training_platform.quizzes.services.reopening import LONGEST_REASON


class ReopenForm(Form):
    """Why HR opens another attempt."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[InputRequired(_l("Say why.")), Length(max=LONGEST_REASON)],
        description=_l("The employee is told that another attempt is open, not the reason."),
    )
