"""Forms of home."""

from wtforms import HiddenField, IntegerField, SelectMultipleField, StringField
from wtforms.validators import Optional

from training_platform.core.forms import Form


class RemindForm(Form):
    """Rows of the due list that were chosen, and what to do with them."""

    assignment = SelectMultipleField(coerce=int, validate_choice=False)
    #: The button of a single row.
    one = IntegerField(validators=[Optional()])
    #: assign, all; else reminding the chosen rows.
    action = StringField()
    department = StringField()
    #: Where the person was: filters and page.
    back = HiddenField()

    @property
    def chosen(self) -> list[int]:
        """Return the ids of the chosen rows."""
        return [self.one.data] if self.one.data else list(self.assignment.data or [])
