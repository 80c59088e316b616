"""Forms of the closing report, the sign-off, and sharing."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from training_platform.core.form_fields import CHOOSE, needed_line_field
from training_platform.core.forms import VersionedForm
from training_platform.mentoring.forms.goals import GoalsForm, goal_label
from training_platform.mentoring.models import Practice
from training_platform.mentoring.rules import (
    LONGEST_LINE,
    LONGEST_TEXT,
    Verdict,
)
from training_platform.mentoring.services import Assessed, Texts
from training_platform.mentoring.texts import PARTS, VERDICTS


class ReportForm(VersionedForm):
    """The closing report, as a draft or to be handed in."""

    @property
    def texts(self) -> Texts:
        """Return the parts."""
        return Texts(**{name: self._fields[name].data or "" for name, _title, _hint in PARTS})


for _name, _title, _hint in PARTS:
    setattr(
        ReportForm,
        _name,
        TextAreaField(_title, validators=[Optional(), Length(max=LONGEST_TEXT)], description=_hint),
    )


def sign_off_form(practice: Practice) -> Any:
    """Return the form in which the mentor assesses each goal; nothing is chosen beforehand."""
    fields: dict[str, Any] = {}
    for goal in practice.goals:
        fields[f"goal_{goal.id}"] = RadioField(
            goal_label(goal),
            choices=[SelectChoice(each.value, VERDICTS[each]) for each in Verdict],
            validators=[InputRequired(_l("Say of every goal how far it was reached."))],
            description=gettext("You will see it by: %(measure)s", measure=goal.measure),
        )
        fields[f"remark_{goal.id}"] = needed_line_field(
            gettext("In a sentence: goal %(number)s", number=goal.position)
        )
    fields["remark"] = TextAreaField(
        _l("A word on the whole"),
        validators=[Optional(), Length(max=LONGEST_TEXT)],
        description=_l("Stands in the closing report. What should others know of this work?"),
    )
    made = type("SignOffForm", (GoalsForm,), fields)
    return made(data={"version": practice.version})


def assessed(form: Any) -> dict[int, Assessed]:
    """Return what the mentor says of each goal."""
    remarks = form.of_goals("remark_")
    return {
        key: Assessed(Verdict(value), remarks.get(key, ""))
        for key, value in form.of_goals("goal_").items()
    }


class ShareForm(VersionedForm):
    """With whom a report is shared."""

    audience = RadioField(
        _l("Who may read it"),
        choices=[
            SelectChoice("department", _l("My department")),
            SelectChoice("everybody", _l("Everybody in the company")),
        ],
        validators=[InputRequired(CHOOSE)],
    )


class ConsentForm(VersionedForm):
    """Whether the mentor agrees to sharing."""

    reason = StringField(_l("If not: why"), validators=[Optional(), Length(max=LONGEST_LINE)])
