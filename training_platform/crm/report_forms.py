"""Forms of reports and checkpoints."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from training_platform.core.forms import OnceForm


class SaveReportForm(OnceForm):
    """A name for a report; its definition stands in the address that the page was opened with."""

    name = StringField(_l("Name of the report"), validators=[Length(max=80)])
    #: Of the saved report that is changed.
    version = HiddenField()


class CheckpointForm(OnceForm):
    """A name for the present state."""

    name = StringField(_l("Name of the state"), validators=[Length(max=80)])
