"""Forms for one's own account."""

from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import EqualTo, InputRequired, Length

from training_platform.core.forms import Form
from training_platform.people.passwords import MAX_LENGTH, MIN_LENGTH

#: Where colleagues work; every other IANA zone that somebody already has is kept.
ZONES = (
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Urumqi",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Bangkok",
    "Asia/Kolkata",
    "Asia/Dubai",
    "Europe/Moscow",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/London",
    "UTC",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Australia/Sydney",
)


class PreferencesForm(Form):
    """Language, theme, time zone."""

    locale = RadioField(
        _l("Language"),
        choices=[SelectChoice("zh", "中文"), SelectChoice("en", "English")],
    )
    theme = RadioField(
        _l("Appearance"),
        choices=[
            SelectChoice("system", _l("As on this device")),
            SelectChoice("light", _l("Light")),
            SelectChoice("dark", _l("Dark")),
        ],
    )
    timezone = SelectField(
        _l("Time zone"),
        description=_l("Times are shown in it. Due dates are always the company's days."),
    )

    def __init__(self, *args: Any, company_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = kwargs.get("timezone")
        zones = [*ZONES] if kept in {*ZONES, "", None} else [kept, *ZONES]
        known = available_timezones()
        self.timezone.choices = [
            SelectChoice("", _l("%(zone)s (company)", zone=company_zone)),
            *(SelectChoice(zone, zone) for zone in zones if zone in known),
        ]


class PictureForm(Form):
    """One's picture."""

    picture = FileField(
        _l("Picture"),
        description=_l(
            "JPEG, PNG or WebP, at most 20 MB and 24 megapixels. It is cut to a square."
        ),
        validators=[FileRequired(_l("Choose a picture first."))],
    )


class NewPasswordForm(Form):
    """A new password, typed twice."""

    new_password = PasswordField(
        _l("New password"),
        description=_l(
            "At least %(count)s characters. Three or four words that do not belong together are"
            " strong and easy to remember.",
            count=MIN_LENGTH,
        ),
        validators=[InputRequired(_l("Enter a new password.")), Length(max=MAX_LENGTH)],
    )
    repeated = PasswordField(
        _l("New password once more"),
        validators=[
            InputRequired(_l("Enter the new password once more.")),
            EqualTo("new_password", _l("The two passwords differ. Enter the same twice.")),
        ],
    )


class ChangePasswordForm(NewPasswordForm):
    """The old password and a new one."""

    password = PasswordField(
        _l("Present password"),
        validators=[InputRequired(_l("Enter your present password.")), Length(max=MAX_LENGTH)],
    )
    next = HiddenField()


class ConfirmPasswordForm(Form):
    """The password, asked again before something that weakens the account."""

    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Enter your password.")), Length(max=MAX_LENGTH)],
    )


class CodeForm(Form):
    """A code of the authenticator app, or a recovery code."""

    code = StringField(
        _l("Six-digit code"), validators=[InputRequired(_l("Enter the code.")), Length(max=40)]
    )
    next = HiddenField()


class ForgotPasswordForm(Form):
    """Whose password was forgotten."""

    who = StringField(
        _l("User name or e-mail address"),
        validators=[InputRequired(_l("Enter your user name or e-mail address.")), Length(max=200)],
    )
