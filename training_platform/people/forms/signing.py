"""Forms for signing in."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from training_platform.core.forms import Form
from training_platform.people.passwords import MAX_LENGTH


class SignInForm(Form):
    """User name and password."""

    username = StringField(
        _l("User name"), validators=[InputRequired(_l("Enter your user name.")), Length(max=80)]
    )
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Enter your password.")), Length(max=MAX_LENGTH)],
    )
    next = HiddenField()
