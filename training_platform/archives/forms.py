"""Forms of the archive."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from training_platform.archives import texts
from training_platform.archives.rules import Format
from training_platform.core.forms import Form, OnceForm


class PullForm(OnceForm):
    """What is made of the records found, and what for."""

    format = RadioField(_l("What do you need?"), default=Format.XLSX.value)
    purpose = TextAreaField(
        _l("Purpose"),
        description=_l("What are the records needed for? It is kept with your name."),
        validators=[InputRequired(_l("Write what the records are needed for.")), Length(max=300)],
    )
    every = RadioField(_l("When?"), default="")

    def offer(self) -> "PullForm":
        """Fill in the choices in the page's language; return the form."""
        self.format.choices = [(key, _l(text)) for key, text in texts.FORMATS.items()]
        self.every.choices = [(key, _l(text)) for key, text in texts.EVERY.items()]
        return self


class SaveForm(Form):
    """The name of a search that is kept."""

    name = StringField(
        _l("Name of the search"),
        validators=[InputRequired(_l("Give the search a name.")), Length(max=60)],
    )
