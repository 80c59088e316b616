"""Forms of practical tasks: reasons that people concerned read."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from training_platform.assessment.deciding import LONGEST_REASON
from training_platform.core.forms import Form, VersionedForm

_VALIDATORS = (
    InputRequired(_l("Give a reason. The people concerned read it.")),
    Length(max=LONGEST_REASON),
)


class ReasonForm(Form):
    """Why results are graded again, or why a pass is taken away."""

    reason = TextAreaField(_l("Reason"), validators=_VALIDATORS)


class RevertForm(VersionedForm):
    """Why an applied regrade is taken back."""

    reason = TextAreaField(_l("Reason"), validators=_VALIDATORS)
