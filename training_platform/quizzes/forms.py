"""Forms of quizzes."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length

from training_platform.assessment.deciding import LONGEST_REASON as LONGEST_REGRADE_REASON
from training_platform.assessment.keys import Fix
from training_platform.core.forms import Form, VersionedForm
from training_platform.quizzes.services.reopening import LONGEST_REASON


class ReopenForm(Form):
    """Why HR opens another attempt."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[InputRequired(_l("Say why.")), Length(max=LONGEST_REASON)],
        description=_l("The employee is told that another attempt is open, not the reason."),
    )


_REASON = (
    InputRequired(_l("Give a reason. The people concerned read it.")),
    Length(max=LONGEST_REGRADE_REASON),
)
FIXES = {
    Fix.VOID: _l("Void it: everybody who had it gets all its points"),
    Fix.ACCEPT: _l("Accept a further answer: the one given below is right too"),
    Fix.REKEY: _l("Correct the key: only the answer given below is right"),
}


class QuestionRegradeForm(Form):
    """What becomes of a question that was wrong; the right answer is read beside it."""

    fix = RadioField(
        _l("What becomes of the question?"),
        choices=[SelectChoice(each.value, FIXES[each]) for each in Fix],
        validators=[InputRequired(_l("Choose what you decide."))],
    )
    reason = TextAreaField(_l("Reason"), validators=_REASON)


class TakePassForm(Form):
    """Why a pass is taken away."""

    reason = TextAreaField(_l("Reason"), validators=_REASON)


class RegradeRevertForm(VersionedForm):
    """Why an applied regrade is taken back."""

    reason = TextAreaField(_l("Reason"), validators=_REASON)
