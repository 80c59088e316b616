"""Forms of packages."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from training_platform.core.forms import OnceForm


class UploadForm(OnceForm):
    """A package from another installation."""

    most_megabytes = 20
    file = FileField(
        _l("Package"),
        description=_l("The zip file that “Download as a package” gave, at most 20 MB."),
        validators=[FileRequired(_l("Choose a file first."))],
    )


class BringInForm(OnceForm):
    """What was chosen of a package; the boxes themselves are drawn from its items."""

    seen = HiddenField()


class WholeForm(OnceForm):
    """What happens next to all drafts of a course, and why."""

    seen = HiddenField()
    note = TextAreaField(_l("Reason or note"), validators=[Length(max=2_000)])
