"""Forms of batches."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length

from training_platform.core.forms import VersionedForm
from training_platform.studio.transfer.forms import QuestionsForm
from training_platform.studio.transfer.texts import FORMATS

#: As Python names them, and as people do.
ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "gb18030": "GB18030 (GBK, GB2312)",
    "big5": "Big5",
    "utf-16": "UTF-16",
}


def _choices(named: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(*each) for each in named.items()]


class BatchForm(QuestionsForm):
    """A file with very many questions."""

    file = FileField(
        _l("File with questions"),
        description=_l("At most 8 MB and 10,000 questions. What kind of file it is, is found out."),
        validators=[FileRequired(_l("Choose a file first."))],
    )
    most_megabytes = 8
    format = SelectField(
        _l("Format"), choices=[SelectChoice("", _l("Found out")), *_choices(FORMATS)], default=""
    )
    encoding = SelectField(
        _l("Characters"),
        description=_l("Only if signs look wrong in what was read."),
        choices=[SelectChoice("", _l("Found out")), *_choices(ENCODINGS)],
        default="",
    )


class ActForm(VersionedForm):
    """What happens to a batch next, and why."""

    note = TextAreaField(_l("Reason or note"), validators=[Length(max=2_000)])
