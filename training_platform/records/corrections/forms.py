"""Forms of corrections."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, DecimalField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from training_platform.core.attachments import AttachmentField
from training_platform.core.forms import Form, OnceForm, VersionedForm
from training_platform.records.corrections.rules import LONGEST_TEXT, Proposal, Value
from training_platform.records.corrections.texts import EFFECTS, TURNS
from training_platform.records.rules import Effect


class _Reasons(Form):
    """What is right, why, and what shows it."""

    changes = TextAreaField(
        _l("What is right?"),
        description=_l("Write what should stand there, for example: 2 hours instead of 3."),
        validators=[InputRequired(_l("Write what is right.")), Length(max=LONGEST_TEXT)],
    )
    reason = TextAreaField(
        _l("Why is it corrected?"),
        description=_l("The person reads this in the own record."),
        validators=[InputRequired(_l("Write why.")), Length(max=LONGEST_TEXT)],
    )
    evidence = StringField(
        _l("Evidence"),
        description=_l("What shows it: an attendance list, a mail, a file number."),
        validators=[InputRequired(_l("Name the evidence.")), Length(max=300)],
    )


_DETAIL = SelectChoice(Effect.VALUES.value, EFFECTS[Effect.VALUES])
_VOID = SelectChoice(Effect.VOID.value, EFFECTS[Effect.VOID])


class ProposalForm(VersionedForm, OnceForm, _Reasons):
    """What is right in a record; version is what was seen of it."""

    effect = RadioField(
        _l("What is wrong?"),
        choices=[_DETAIL, _VOID],
        validators=[InputRequired(_l("Choose what is wrong."))],
    )
    happened_on = DateField(_l("Right day"), validators=[Optional()])
    percent = IntegerField(
        _l("Right result in percent"),
        validators=[Optional(), NumberRange(0, 100, _l("Between 0 and 100 percent."))],
    )
    hours = DecimalField(
        _l("Right hours"),
        places=2,
        validators=[Optional(), NumberRange(0.05, 1000, _l("Enter hours, such as 2.5."))],
    )
    file = AttachmentField(_l("Proof as a file"))

    def offer_turning(self, outcome: str | None) -> None:
        """Let the other result be chosen too, for a record that says passed or failed."""
        if outcome is not None:
            turned = SelectChoice(Effect.TURNED.value, TURNS[outcome])
            self.effect.choices = [_DETAIL, turned, _VOID]

    @property
    def proposal(self) -> Proposal:
        """Return what was entered."""
        return Proposal(
            effect=Effect(self.effect.data),
            changes=self.changes.data or "",
            reason=self.reason.data or "",
            evidence=self.evidence.data or "",
            values={} if self.effect.data == Effect.VOID.value else self._values(),
        )

    def _values(self) -> dict[str, Any]:
        day, hours = self.happened_on.data, self.hours.data
        values = {
            Value.DAY.value: day.isoformat() if day else None,
            Value.PERCENT.value: self.percent.data,
            Value.MINUTES.value: None if hours is None else round(hours * 60),
        }
        return {name: value for name, value in values.items() if value is not None}


class RequestForm(OnceForm, _Reasons):
    """What an employee holds to be wrong in an own record."""

    reason = TextAreaField(
        _l("Why do you ask?"),
        description=_l("Human resources read this and decide."),
        validators=[InputRequired(_l("Write why.")), Length(max=LONGEST_TEXT)],
    )
    file = AttachmentField(_l("Proof as a file"))

    @property
    def proposal(self) -> Proposal:
        """Return what was entered; what it does to the record is for human resources to say."""
        return Proposal(
            effect=Effect.VALUES,
            changes=self.changes.data or "",
            reason=self.reason.data or "",
            evidence=self.evidence.data or "",
        )


APPROVE, REFUSE = "approve", "refuse"


class DecisionForm(VersionedForm):
    """What the second person decides."""

    verdict = RadioField(
        _l("Decision"),
        choices=[
            SelectChoice(APPROVE, _l("It is right: the correction stands")),
            SelectChoice(REFUSE, _l("Refuse: the record stays as it is")),
        ],
        validators=[InputRequired(_l("Choose what is to be done."))],
    )
    note = TextAreaField(
        _l("Reason"),
        description=_l("Needed for a refusal. The person reads it."),
        validators=[Length(max=LONGEST_TEXT)],
    )


class RefusalForm(VersionedForm):
    """Why a request is refused."""

    note = TextAreaField(
        _l("Reason"),
        description=_l("The person reads this."),
        validators=[InputRequired(_l("Give a reason.")), Length(max=LONGEST_TEXT)],
    )
