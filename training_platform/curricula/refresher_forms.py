"""Forms of refreshers: the policy, one entry of a round, the decision."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # stubs lag behind
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from training_platform.core.forms import Form, VersionedForm
from training_platform.curricula.refresher_rules import (
    LONGEST_REASON,
    MOST_DUE_DAYS,
    MOST_LEAD_DAYS,
    Policy,
)

_WHOLE = InputRequired(_l("Enter a whole number."))


class PolicyForm(VersionedForm):
    """When refreshers come, and what they are."""

    is_active = BooleanField(_l("Plan refreshers by themselves"))
    months = SelectMultipleField(_l("Months in which a round begins"), coerce=int)
    courses = SelectMultipleField(
        _l("Courses to be taken again"),
        description=_l("Required courses that end with a quiz, for each job role."),
    )
    lead_days = IntegerField(
        _l("Days before the beginning for the preview"),
        validators=[_WHOLE, NumberRange(1, MOST_LEAD_DAYS)],
    )
    newcomer_due_days = IntegerField(
        _l("Days for newcomers (less than a year here)"),
        validators=[_WHOLE, NumberRange(1, MOST_DUE_DAYS)],
    )
    due_days = IntegerField(
        _l("Days for everybody else"), validators=[_WHOLE, NumberRange(1, MOST_DUE_DAYS)]
    )

    @property
    def policy(self) -> Policy:
        """Return what the form says."""
        courses: dict[str, list[str]] = {}
        for pair in self.courses.data or ():
            role, course = pair.split(":", 1)
            courses.setdefault(role, []).append(course)
        return Policy(
            months=tuple(sorted(self.months.data or ())),
            courses=tuple((role, tuple(ids)) for role, ids in courses.items()),
            lead_days=self.lead_days.data or 0,
            newcomer_due_days=self.newcomer_due_days.data or 0,
            due_days=self.due_days.data or 0,
            is_active=bool(self.is_active.data),
        )


class EntryForm(Form):
    """What becomes of one person in a round."""

    action = RadioField(
        _l("What happens"),
        choices=[
            SelectChoice("shift", _l("Takes part, due on another day")),
            SelectChoice("exclude", _l("Is left out of this round")),
            SelectChoice("include", _l("Takes part as planned")),
        ],
        validators=[InputRequired(_l("Choose what is to be done."))],
    )
    due_on = DateField(_l("Due on"), validators=[Optional()])
    reason = StringField(
        _l("Reason"), validators=[InputRequired(_l("Give a reason.")), Length(max=LONGEST_REASON)]
    )


class RoundForm(VersionedForm):
    """Confirms or cancels a round."""

    state = HiddenField(validators=[InputRequired()])
