"""Forms of assessment."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form as PlainForm
from wtforms import FormField, IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from training_platform.assessment.extra_time import LONGEST_REASON, MOST_PERCENT
from training_platform.assessment.rules import MAX_RUNGS, MAX_WAIT_HOURS, Rung, RungAction
from training_platform.core.forms import VersionedForm

ACTIONS = (
    SelectChoice("", _l("No rung")),
    SelectChoice(RungAction.MAKEUP.value, _l("Make-up with other questions")),
    SelectChoice(RungAction.RETRAINING.value, _l("Retraining and a case for HR")),
    SelectChoice(RungAction.HR_CASE.value, _l("Only a case for HR")),
)


class RungForm(PlainForm):
    """One rung."""

    action = SelectField(_l("What follows"), choices=ACTIONS, default="")
    wait_hours = IntegerField(
        _l("Waiting time in hours"),
        validators=[Optional(), NumberRange(0, MAX_WAIT_HOURS)],
        default=0,
    )


class LadderForm(VersionedForm):
    """The rungs of a ladder, one for each fail; empty ones are left out."""

    rung_1 = FormField(RungForm, _l("After the first fail"))
    rung_2 = FormField(RungForm, _l("After the second fail"))
    rung_3 = FormField(RungForm, _l("After the third fail"))
    rung_4 = FormField(RungForm, _l("After the fourth fail"))
    rung_5 = FormField(RungForm, _l("After the fifth fail and each later one"))

    @classmethod
    def of(cls, ladder: Any) -> "LadderForm":
        """Return the form filled with what the ladder says now."""
        values = {f"rung_{number}": rung for number, rung in enumerate(ladder.rungs, start=1)}
        return cls(data={"version": ladder.version, **values})

    @property
    def rungs(self) -> list[Rung]:
        """Return the rungs that the form names."""
        parts = [getattr(self, f"rung_{number}").data for number in range(1, MAX_RUNGS + 1)]
        return [
            Rung(RungAction(part["action"]), part["wait_hours"] or 0)
            for part in parts
            if part["action"]
        ]


class ExtraTimeForm(VersionedForm):
    """How much longer somebody has in exams, and why."""

    percent = IntegerField(
        _l("Extra time in percent"),
        validators=[InputRequired(_l("Enter a whole number.")), NumberRange(0, MOST_PERCENT)],
        description=_l("Of the minutes of every exam: 25 makes 20 minutes 25. 0 ends it."),
    )
    reason = TextAreaField(
        _l("Reason"),
        validators=[InputRequired(_l("Say why.")), Length(max=LONGEST_REASON)],
        description=_l("Only HR reads it. Write no diagnosis."),
    )
