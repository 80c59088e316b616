"""Forms of texts that become lessons."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length

from training_platform.core.forms import OnceForm
from training_platform.studio.outline.rules import LONGEST_SLUG

LONGEST_TITLE = 120


class TextForm(OnceForm):
    """A text from elsewhere, as a file or pasted."""

    most_megabytes = 20
    language = RadioField(
        _l("Language of the text"),
        choices=[SelectChoice("zh", _l("Chinese")), SelectChoice("en", _l("English"))],
        validators=[InputRequired(_l("Choose one."))],
    )
    file = FileField(
        _l("File"),
        description=_l("A Word file (.docx) or Markdown (.md), at most 20 MB."),
    )
    text = TextAreaField(
        _l("Or paste the text here"),
        description=_l("Markdown is understood: # for headings, - for lists, ** for bold."),
    )

    def validate_text(self, field: Any) -> None:
        """Ask for one of the two."""
        if not field.data and not (self.file.data and self.file.data.filename):
            raise ValidationError(_l("Choose a file, or paste a text."))


class PlaceForm(OnceForm):
    """Which lesson the text becomes."""

    lesson = SelectField(_l("Which lesson it becomes"))
    title = StringField(
        _l("Title"),
        validators=[InputRequired(_l("Give it a title.")), Length(max=LONGEST_TITLE)],
    )
    slug = StringField(
        _l("Id of a new lesson"),
        validators=[Length(max=LONGEST_SLUG)],
        description=_l("Such as first-call. Leave it empty if an English title makes it."),
    )

    def offer(self, lessons: list[tuple[str, str]]) -> None:
        """Offer a new lesson, and to replace the text of one."""
        self.lesson.choices = [
            SelectChoice("", _l("A new lesson at the end")),
            *(SelectChoice(slug, title) for slug, title in lessons),
        ]
