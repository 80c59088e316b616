"""Forms of records."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length

from training_platform.core.forms import OnceForm, VersionedForm
from training_platform.records.rules import Effect


class CorrectionForm(VersionedForm, OnceForm):
    """What was wrong with a record; version is the number of corrections that were seen."""

    effect = RadioField(
        _l("What is wrong?"),
        choices=[
            SelectChoice(Effect.VALUES.value, _l("A detail is wrong; the record still counts")),
            SelectChoice(Effect.VOID.value, _l("It did not happen; the record no longer counts")),
        ],
        validators=[InputRequired(_l("Choose what is wrong."))],
    )
    changes = TextAreaField(
        _l("What is right?"),
        description=_l("Write what should stand there, for example: 2 hours instead of 3."),
        validators=[InputRequired(_l("Write what is right.")), Length(max=1000)],
    )
    reason = TextAreaField(
        _l("Why is it corrected?"),
        description=_l("The person reads this in the own record."),
        validators=[InputRequired(_l("Write why.")), Length(max=1000)],
    )
    evidence = StringField(
        _l("Evidence"),
        description=_l("What shows it: an attendance list, a mail, a file number."),
        validators=[InputRequired(_l("Name the evidence.")), Length(max=300)],
    )
