"""Forms of the workspace itself."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from training_platform.core.forms import Form


class ResetForm(Form):
    """A reset, with the number of resets that the person saw: a double click resets once."""

    resets = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class SellerForm(Form):
    """Which of the company's sellers the trainee plays."""

    seller_id = SelectField(_l("I work as"), coerce=int, validators=[InputRequired()])
