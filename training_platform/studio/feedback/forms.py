"""The form under a lesson."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Optional

from training_platform.core.forms import Form
from training_platform.studio.feedback.rules import RatingLevel
from training_platform.studio.feedback.texts import LEVELS


class RatingForm(Form):
    """One tap, or the sentence after it: whichever was sent."""

    level = SelectField(
        _l("How was this lesson for you?"),
        choices=[SelectChoice(level.value, LEVELS[level]) for level in RatingLevel],
        validators=[Optional()],
    )
    sentence = TextAreaField(_l("One sentence, if you like"))
