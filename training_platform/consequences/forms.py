"""Forms of consequences."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from training_platform.consequences.rules import (
    LONGEST_REASON,
    MOST_POINTS,
    Decision,
    Policy,
    RewardState,
)
from training_platform.consequences.texts import DECISIONS
from training_platform.core.forms import VersionedForm


class CaseForm(VersionedForm):
    """What HR decides, and why."""

    decision = RadioField(
        _l("Decision by HR"),
        choices=[SelectChoice(each.value, DECISIONS[each]) for each in Decision],
        validators=[InputRequired(_l("Choose what is to be done."))],
        description=_l("Opening another attempt of a quiz decides its case by itself."),
    )
    reason = TextAreaField(
        _l("Reason"),
        validators=[InputRequired(_l("Give a reason.")), Length(max=LONGEST_REASON)],
        description=_l("Only HR reads it. The employee is told that there is a decision."),
    )


class RewardForm(VersionedForm):
    """Whether points are given."""

    verdict = RadioField(
        _l("Decision by HR"),
        choices=[
            SelectChoice(RewardState.APPROVED.value, _l("Give the points")),
            SelectChoice(RewardState.DECLINED.value, _l("Do not give them")),
        ],
        validators=[InputRequired(_l("Choose what is to be done."))],
    )
    reason = TextAreaField(
        _l("Reason"),
        validators=[Optional(), Length(max=LONGEST_REASON)],
        description=_l("Needed where points are not given. Only HR reads it."),
    )


class PolicyForm(VersionedForm):
    """What earns performance points."""

    quiz_points = IntegerField(
        _l("Points for a quiz with distinction"),
        validators=[InputRequired(_l("Enter a whole number.")), NumberRange(0, MOST_POINTS)],
        description=_l("0 recommends nothing. The quiz itself says from where on it is one."),
    )
    practical_points = IntegerField(
        _l("Points for a practical exam with distinction"),
        validators=[InputRequired(_l("Enter a whole number.")), NumberRange(0, MOST_POINTS)],
    )
    practical_percent = IntegerField(
        _l("A practical exam has distinction from (percent)"),
        validators=[InputRequired(_l("Enter a whole number.")), NumberRange(1, 100)],
    )
    first_try_only = BooleanField(_l("Only for whoever passes at the first attempt"))

    @property
    def policy(self) -> Policy:
        """Return what the form says."""
        return Policy(
            quiz_points=self.quiz_points.data or 0,
            practical_points=self.practical_points.data or 0,
            practical_percent=self.practical_percent.data or 0,
            first_try_only=bool(self.first_try_only.data),
        )
