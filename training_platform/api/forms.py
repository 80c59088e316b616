"""Forms of tokens."""

from datetime import timedelta

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from training_platform.api import texts
from training_platform.api.rules import Resource, may_expire_on
from training_platform.api.services import NewToken
from training_platform.core import clock
from training_platform.core.forms import OnceForm


class TokenForm(OnceForm):
    """What a token is for, what it opens, and until when."""

    name = StringField(
        _l("Which program uses it?"),
        validators=[InputRequired(_l("Name the program.")), Length(max=80)],
    )
    purpose = TextAreaField(
        _l("Purpose"),
        description=_l("What are the records needed for? It stands beside everything it reads."),
        validators=[InputRequired(_l("Write what the records are needed for.")), Length(max=300)],
    )
    scopes = SelectMultipleField(
        _l("What does it open?"),
        validators=[DataRequired(_l("Choose what the token opens."))],
    )
    expires_on = DateField(
        _l("Last day"),
        description=_l("It works through this day, for a year at most."),
        default=lambda: clock.today() + timedelta(days=90),
        validators=[InputRequired(_l("Enter a day."))],
    )

    def validate_expires_on(self, field: DateField) -> None:
        """Refuse a day that is over, or more than a year away, together with all else."""
        if field.data and not may_expire_on(field.data, clock.today()):
            raise ValidationError(gettext("Choose a day within the next 366 days."))

    def offer(self) -> "TokenForm":
        """Fill in the choices in the page's language; return the form."""
        self.scopes.choices = [(key, _l(text)) for key, text in texts.RESOURCES.items()]
        return self

    @property
    def wanted(self) -> NewToken:
        """Return what was asked for, after validation."""
        scopes = tuple(Resource(each) for each in self.scopes.data or ())
        day = self.expires_on.data or clock.today()
        return NewToken(self.name.data or "", self.purpose.data or "", scopes, day)
