"""Forms of keeping."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from training_platform.core.forms import OnceForm, VersionedForm
from training_platform.records.retention.rules import MOST_YEARS, CountsFrom
from training_platform.records.retention.texts import COUNTS_FROM


class RuleForm(VersionedForm):
    """How long a group is kept."""

    years = IntegerField(
        _l("Years"),
        validators=[
            InputRequired(_l("Between 1 and 50 years.")),
            NumberRange(1, MOST_YEARS, _l("Between 1 and 50 years.")),
        ],
    )
    counts_from = RadioField(
        _l("The years count from"),
        choices=[SelectChoice(each.value, COUNTS_FROM[each]) for each in CountsFrom],
        validators=[InputRequired()],
    )


class HoldForm(OnceForm):
    """What is to be held: a person's records, everybody's of some days, or both."""

    staff_number = StringField(
        _l("Staff number"), description=_l("Empty for everybody."), validators=[Length(max=40)]
    )
    from_day = DateField(_l("First day"), validators=[Optional()])
    until_day = DateField(_l("Last day"), validators=[Optional()])
    reason = TextAreaField(
        _l("Reason"),
        description=_l("For example: a lawsuit, an audit by a customer, an inquiry."),
        validators=[InputRequired(_l("Give a reason.")), Length(max=500)],
    )

    def validate_until_day(self, field: DateField) -> None:
        """Refuse reversed days, together with all else."""
        if self.from_day.data and field.data and field.data < self.from_day.data:
            raise ValidationError(gettext("The last day is before the first."))


class ReleaseForm(VersionedForm):
    """Why a hold ends."""

    reason = TextAreaField(
        _l("Reason"), validators=[InputRequired(_l("Give a reason.")), Length(max=500)]
    )
