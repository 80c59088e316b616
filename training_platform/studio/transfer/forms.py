"""Forms of questions in and out."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Regexp

from training_platform.core.forms import OnceForm
from training_platform.core.kinds import SLUG
from training_platform.studio.questions.texts import DIFFICULTIES, KINDS
from training_platform.studio.transfer.texts import FORMATS

_LANGUAGES = (("zh", _l("Chinese")), ("en", _l("English")))


class QuestionsForm(OnceForm):
    """A file of questions from elsewhere."""

    most_megabytes: int = 2
    file = FileField(
        _l("File with questions"),
        description=_l("At most 2 MB and 500 questions. What kind of file it is, is found out."),
        validators=[FileRequired(_l("Choose a file first."))],
    )
    topic = StringField(
        _l("Topic"),
        description=_l("One of the bank, or a new one such as first-calls."),
        validators=[
            InputRequired(_l("Name a topic.")),
            Length(max=60),
            Regexp(SLUG, message=_l("Lower-case letters, digits and hyphens.")),
        ],
    )
    language = RadioField(
        _l("Language of the questions"),
        choices=[SelectChoice(*each) for each in _LANGUAGES],
        validators=[InputRequired(_l("Choose one."))],
    )
    is_whole = BooleanField(_l("All or nothing: take none if one of them cannot be read"))


class ChosenForm(OnceForm):
    """Which questions are taken; the boxes themselves are drawn from the file."""


class ExportForm(FlaskForm):
    """Which questions go into a file, and into which."""

    class Meta:
        """Nothing is changed by it: its address can be kept."""

        csrf = False

    q = StringField(_l("Words of the question"))
    topic = SelectField(_l("Topic"))
    kind = SelectField(_l("Kind"))
    difficulty = SelectField(_l("Difficulty"))
    format = SelectField(_l("Format"), choices=[SelectChoice(*each) for each in FORMATS.items()])
    language = SelectField(_l("Language"), choices=[SelectChoice(*each) for each in _LANGUAGES])

    def offer(self, topics: Iterable[str]) -> None:
        """Offer the topics of the bank, and any of each."""
        for field, choices in (
            (self.topic, [(each, each) for each in topics]),
            (self.kind, KINDS),
            (self.difficulty, DIFFICULTIES),
        ):
            field.choices = [
                SelectChoice("", _l("Any")),
                *(SelectChoice(value, text) for value, text in choices),
            ]

    def value(self, name: str) -> Any:
        """Return what was chosen; empty where nothing was."""
        return self[name].data or ""
