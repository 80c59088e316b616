"""What every form of a picture has: the file, and what one sees in both languages."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from training_platform.content.pictures import MOST_UPLOADED_BYTES
from training_platform.core.forms import Form

LONGEST_ALT = 300
_ALT_NEEDED = _l("Say in both languages what one sees.")


class PictureFileForm(Form):
    """A picture that is sent in."""

    most_megabytes = MOST_UPLOADED_BYTES // 1_000_000

    picture = FileField(
        _l("The picture"),
        validators=[FileRequired(_l("Choose a picture."))],
        description=_l("PNG, JPEG, WebP or SVG. Where it was taken and with what is left out."),
        render_kw={"accept": "image/png,image/jpeg,image/webp,image/svg+xml"},
    )


class PictureWordsForm(Form):
    """What a picture says to whoever does not see it."""

    alt_zh = StringField(
        _l("What one sees, in Chinese"),
        validators=[InputRequired(_ALT_NEEDED), Length(max=LONGEST_ALT)],
        render_kw={"lang": "zh-CN"},
    )
    alt_en = StringField(
        _l("What one sees, in English"),
        validators=[InputRequired(_ALT_NEEDED), Length(max=LONGEST_ALT)],
        description=_l("Read aloud to whoever does not see the picture: say what matters in it."),
        render_kw={"lang": "en"},
    )

    @property
    def alternatives(self) -> dict[str, str]:
        """The alternative texts by language."""
        return {"zh": self.alt_zh.data or "", "en": self.alt_en.data or ""}
