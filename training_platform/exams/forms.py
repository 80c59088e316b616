"""Forms of exams."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from training_platform.core.forms import Form
from training_platform.core.text import whole_number
from training_platform.exams.services.correcting import LONGEST_REASON


class TakePassForm(Form):
    """Why a pass is taken away that corrected parts no longer give."""

    #: The correction that was on the page.
    change = HiddenField()
    reason = TextAreaField(
        _l("Reason"),
        validators=[
            InputRequired(_l("Give a reason. The people concerned read it.")),
            Length(max=LONGEST_REASON),
        ],
    )

    @property
    def seen(self) -> int:
        """Return the id of the correction that was on the page."""
        return whole_number(str(self.change.data or "")) or 0
