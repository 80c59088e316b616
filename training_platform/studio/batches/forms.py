"""Forms of batches."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import TextAreaField
from wtforms.validators import Length

from training_platform.core.forms import VersionedForm
from training_platform.studio.transfer.forms import QuestionsForm


class BatchForm(QuestionsForm):
    """A file with very many questions."""

    file = FileField(
        _l("File with questions"),
        description=_l("At most 8 MB and 10,000 questions. What kind of file it is, is found out."),
        validators=[FileRequired(_l("Choose a file first."))],
    )
    most_megabytes = 8


class ActForm(VersionedForm):
    """What happens to a batch next, and why."""

    note = TextAreaField(_l("Reason or note"), validators=[Length(max=2_000)])
