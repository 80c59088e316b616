"""Forms of the outline: a lesson's names, a picture."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from training_platform.core.forms import Form, OnceForm
from training_platform.studio.outline.picture_services import LONGEST_NAME
from training_platform.studio.outline.rules import LONGEST_SLUG
from training_platform.studio.picture_forms import PictureFileForm, PictureWordsForm

LONGEST_TITLE = 120
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


class _Shown(PictureWordsForm):
    """Where a picture is shown, and what it says to whoever does not see it."""

    lesson = SelectField(_l("Lesson"), validators=[InputRequired(_l("Choose a lesson."))])

    def offer(self, lessons: list[tuple[str, str]]) -> None:
        """Offer the lessons of the course."""
        self.lesson.choices = [SelectChoice(slug, title) for slug, title in lessons]


class ShowForm(_Shown):
    """Show a picture of the course in one more lesson."""


class PictureForm(PictureFileForm, _Shown, OnceForm):
    """Add a picture to a course."""

    name = StringField(
        _l("Name of the picture"),
        validators=[Optional(), Length(max=LONGEST_NAME)],
        description=_l("How lessons call it. Leave it empty to take the file's own name."),
        render_kw={"autocapitalize": "off", "spellcheck": "false"},
    )


class ReplaceForm(PictureFileForm):
    """Put another picture in the place of one."""
