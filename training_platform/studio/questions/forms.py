"""The form of a question's picture."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from training_platform.studio.picture_forms import PictureFileForm, PictureWordsForm


class QuestionPictureForm(PictureFileForm, PictureWordsForm):
    """A picture, for both languages or one of them, and what it shows."""

    language = RadioField(
        _l("Who sees it"),
        choices=[
            SelectChoice("", _l("All, in both languages")),
            SelectChoice("zh", _l("Only who reads Chinese")),
            SelectChoice("en", _l("Only who reads English")),
        ],
        default="",
    )
