"""Forms of those who decide, and of those who let others decide."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from training_platform.core.form_fields import FILL_IN, line_field, needed_line_field
from training_platform.core.forms import OnceForm, VersionedForm
from training_platform.external_training.rules import LONGEST_TEXT, LONGEST_TITLE, Decision
from training_platform.external_training.services import Verdict
from training_platform.external_training.texts import DECISIONS


class DecisionForm(VersionedForm):
    """What an approver decides, and what is said to the applicant."""

    decision = RadioField(
        _l("Your decision"),
        choices=[SelectChoice(each.value, DECISIONS[each]) for each in Decision],
        validators=[InputRequired(_l("Choose what you decide."))],
    )
    note = TextAreaField(
        _l("To the applicant"),
        validators=[Optional(), Length(max=LONGEST_TEXT)],
        description=_l("Needed for all but a plain approval. The applicant reads it."),
    )

    @property
    def verdict(self) -> Verdict:
        """Return what was decided."""
        return Verdict(Decision(self.decision.data), self.note.data or "")


class DelegationForm(OnceForm):
    """Who decides in one's place, and when."""

    delegate = needed_line_field(
        _l("Who decides for you"), most=LONGEST_TITLE, hint=_l("Name or staff number")
    )
    starts_on = DateField(_l("First day"), validators=[InputRequired(FILL_IN)])
    ends_on = DateField(_l("Last day"), validators=[InputRequired(FILL_IN)])
    reason = line_field(_l("Reason"))

    def validate_ends_on(self, field: DateField) -> None:
        """Refuse reversed days, together with all else."""
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(gettext("The last day lies before the first."))
