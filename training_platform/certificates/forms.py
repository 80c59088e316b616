"""Forms of certificates."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Regexp

from training_platform.core.forms import Form, OnceForm, VersionedForm


class RevokeForm(VersionedForm):
    """Why a certificate is revoked."""

    reason = TextAreaField(
        _l("Why is it revoked?"),
        description=_l("The holder reads this; the public page only says that it was revoked."),
        validators=[InputRequired(_l("Write why the certificate is revoked.")), Length(max=1000)],
    )


class UploadForm(Form):
    """A file whose signature is to be checked."""

    most_megabytes = 5
    file = FileField(
        _l("PDF file"),
        description=_l("As you got it, at most 5 MB. We look at it and keep nothing."),
        validators=[FileRequired(_l("Choose a file first."))],
    )


class BatchForm(OnceForm):
    """The confirmation of a batch; what it is about stands beside it."""


class PolicyForm(VersionedForm):
    """How long people have when a certificate ends."""

    grace_days = IntegerField(
        _l("Days of grace after a significant change"),
        description=_l("So long an older certificate still counts; 0 ends it with the day."),
        validators=[
            InputRequired(_l("Give a number of days.")),
            NumberRange(0, 365, _l("From 0 to 365 days.")),
        ],
    )
    days = StringField(
        _l("Reminders, days before the end"),
        description=_l("Up to five numbers, such as 60, 30, 7. The first opens the renewal."),
        validators=[
            InputRequired(_l("Give a number of days.")),
            Length(max=40),
            Regexp(r"^[0-9]{1,3}([ ,，、]+[0-9]{1,3})*$", message=_l("Give numbers and commas.")),
        ],
    )

    @property
    def reminder_days(self) -> list[int]:
        """Return the days as numbers."""
        text = self.days.data or ""
        for comma in ",，、":
            text = text.replace(comma, " ")
        return [int(each) for each in text.split()]
