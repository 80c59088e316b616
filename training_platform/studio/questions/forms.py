"""The form of a question's picture."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length

from training_platform.content.pictures import MOST_UPLOADED_BYTES
from training_platform.core.forms import Form

LONGEST_ALT = 300
_NEEDED = _l("Say what one sees.")


class QuestionPictureForm(Form):
    """A picture, for both languages or one of them, and what it shows."""

    most_megabytes = MOST_UPLOADED_BYTES // 1_000_000

    picture = FileField(
        _l("The picture"),
        validators=[FileRequired(_l("Choose a picture."))],
        description=_l("PNG, JPEG, WebP or SVG. Where it was taken and with what is left out."),
        render_kw={"accept": "image/png,image/jpeg,image/webp,image/svg+xml"},
    )
    language = RadioField(
        _l("Who sees it"),
        choices=[
            SelectChoice("", _l("All, in both languages")),
            SelectChoice("zh", _l("Only who reads Chinese")),
            SelectChoice("en", _l("Only who reads English")),
        ],
        default="",
    )
    alt_zh = StringField(
        _l("What one sees, in Chinese"),
        validators=[InputRequired(_NEEDED), Length(max=LONGEST_ALT)],
        render_kw={"lang": "zh-CN"},
    )
    alt_en = StringField(
        _l("What one sees, in English"),
        validators=[InputRequired(_NEEDED), Length(max=LONGEST_ALT)],
        description=_l("Read aloud to whoever does not see it: what it takes to answer, no more."),
        render_kw={"lang": "en"},
    )

    @property
    def words(self) -> dict[str, str]:
        """Return what one sees, by language."""
        return {"zh": self.alt_zh.data or "", "en": self.alt_en.data or ""}
