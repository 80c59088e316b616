"""Forms of the outline: a lesson's names, a picture."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from training_platform.content.pictures import MOST_UPLOADED_BYTES
from training_platform.core.forms import Form, OnceForm
from training_platform.studio.outline.picture_services import LONGEST_NAME
from training_platform.studio.outline.rules import LONGEST_SLUG

LONGEST_TITLE = 120
LONGEST_ALT = 300
_ALT_NEEDED = _l("Say in both languages what one sees.")
_TITLE_NEEDED = _l("Give it a title in both languages.")


class _Named(Form):
    """What a lesson is called in both languages."""

    title_zh = StringField(
        _l("Title in Chinese"),
        validators=[InputRequired(_TITLE_NEEDED), Length(max=LONGEST_TITLE)],
        render_kw={"lang": "zh-CN"},
    )
    title_en = StringField(
        _l("Title in English"),
        validators=[InputRequired(_TITLE_NEEDED), Length(max=LONGEST_TITLE)],
        render_kw={"lang": "en"},
    )

    @property
    def titles(self) -> dict[str, str]:
        """The titles by language."""
        return {"zh": self.title_zh.data or "", "en": self.title_en.data or ""}


class NewLessonForm(_Named, OnceForm):
    """Add a lesson."""

    slug = StringField(
        _l("Id"),
        validators=[Optional(), Length(max=LONGEST_SLUG)],
        description=_l("Made from the English title. Once the lesson is published it stays."),
        render_kw={"autocapitalize": "off", "spellcheck": "false", "data-slug-from": "title_en"},
    )


class LessonNamesForm(_Named):
    """Call a lesson something else; its id can change until it is published."""

    slug = StringField(
        _l("Id"),
        validators=[InputRequired(_l("Give it an id.")), Length(max=LONGEST_SLUG)],
        description=_l("Lower-case letters, digits and hyphens. Once published it stays."),
        render_kw={"autocapitalize": "off", "spellcheck": "false"},
    )


class _Shown(Form):
    """Where a picture is shown, and what it says to whoever does not see it."""

    lesson = SelectField(_l("Lesson"), validators=[InputRequired(_l("Choose a lesson."))])
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

    def offer(self, lessons: list[tuple[str, str]]) -> None:
        """Offer the lessons of the course."""
        self.lesson.choices = [SelectChoice(slug, title) for slug, title in lessons]

    @property
    def alternatives(self) -> dict[str, str]:
        """The alternative texts by language."""
        return {"zh": self.alt_zh.data or "", "en": self.alt_en.data or ""}


class ShowForm(_Shown):
    """Show a picture of the course in one more lesson."""


class PictureForm(_Shown, OnceForm):
    """Add a picture to a course."""

    most_megabytes = MOST_UPLOADED_BYTES // 1_000_000

    picture = FileField(
        _l("The picture"),
        validators=[FileRequired(_l("Choose a picture."))],
        description=_l("PNG, JPEG, WebP or SVG. Where it was taken and with what is left out."),
        render_kw={"accept": "image/png,image/jpeg,image/webp,image/svg+xml"},
    )
    name = StringField(
        _l("Name"),
        validators=[Optional(), Length(max=LONGEST_NAME)],
        description=_l("How lessons call it. Leave it empty to take the file's own name."),
        render_kw={"autocapitalize": "off", "spellcheck": "false"},
    )


class ReplaceForm(Form):
    """Put another picture in the place of one."""

    most_megabytes = MOST_UPLOADED_BYTES // 1_000_000

    picture = FileField(
        _l("The picture"),
        validators=[FileRequired(_l("Choose a picture."))],
        description=_l("PNG, JPEG, WebP or SVG. Where it was taken and with what is left out."),
        render_kw={"accept": "image/png,image/jpeg,image/webp,image/svg+xml"},
    )
