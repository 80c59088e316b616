"""Forms of the studio."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from training_platform.core.forms import Form, OnceForm, VersionedForm
from training_platform.studio.skeletons import SKELETONS
from training_platform.studio.texts import KINDS

LONGEST_ID = 120
LONGEST_NOTE = 1_000
LONGEST_PASSAGE = 2_000


class NewForm(OnceForm):
    """Begin something new."""

    kind = SelectField(
        _l("Kind of content"),
        choices=[SelectChoice(kind, KINDS[kind]) for kind in SKELETONS],
        default="course",
    )
    slug = StringField(
        _l("Id"),
        validators=[InputRequired(_l("Give it an id.")), Length(max=LONGEST_ID)],
        description=_l(
            "Lower-case letters, digits and hyphens; it never changes. A question's id begins with "
            "its topic: complaints/first-words."
        ),
    )


class SuggestionForm(OnceForm):
    """A comment on a passage, perhaps with what should stand there."""

    path = StringField(_l("File"), validators=[InputRequired()])
    passage = TextAreaField(
        _l("Passage"),
        validators=[Length(max=LONGEST_PASSAGE)],
        description=_l("Copied from the text; leave it empty to speak of the whole file."),
    )
    body = TextAreaField(
        _l("Your comment"),
        validators=[InputRequired(_l("Write what you think.")), Length(max=LONGEST_NOTE)],
    )
    suggestion = TextAreaField(
        _l("Suggested instead"),
        validators=[Optional(), Length(max=LONGEST_PASSAGE)],
        description=_l("The author can put it in with one tap."),
    )


class AskForm(VersionedForm):
    """Ask for a second pair of eyes."""

    reviewer = SelectField(_l("Who should look"), validators=[Optional()])
    question = TextAreaField(
        _l("What should be looked at"),
        validators=[Length(max=LONGEST_NOTE)],
        description=_l("Leave it empty if it is the whole."),
    )

    def offer(self, reviewers: list[tuple[str, str]]) -> None:
        """Offer the trainers who may be asked, and whoever has time."""
        self.reviewer.choices = [
            SelectChoice("", _l("Whoever has time")),
            *(SelectChoice(value, name) for value, name in reviewers),
        ]

    @property
    def reviewer_id(self) -> int | None:
        """The trainer who was chosen."""
        return int(self.reviewer.data) if self.reviewer.data else None


class DecideForm(VersionedForm):
    """Say what came of the second look."""

    decision = RadioField(
        _l("What do you say?"),
        choices=[
            SelectChoice("approved", _l("Good as it is")),
            SelectChoice("returned", _l("Something must change")),
        ],
        validators=[InputRequired(_l("Choose one."))],
    )
    note = TextAreaField(_l("Reason"), validators=[Length(max=LONGEST_NOTE)])


class PublishForm(VersionedForm):
    """Publish now, or at a time."""

    note = TextAreaField(
        _l("What changed, and why"),
        validators=[
            InputRequired(_l("Say in a sentence what changed, and why.")),
            Length(max=LONGEST_NOTE),
        ],
        description=_l("Everybody who may read it sees this on the page of its revisions."),
    )
    day = DateField(_l("Not before"), validators=[Optional()])
    time = TimeField(_l("At"), validators=[Optional()])


class NoteForm(OnceForm):
    """Say why something is taken back."""

    note = TextAreaField(
        _l("Reason"),
        validators=[
            InputRequired(_l("Say in a sentence what changed, and why.")),
            Length(max=LONGEST_NOTE),
        ],
    )


class ConfirmForm(OnceForm):
    """Say that something is still right."""

    note = TextAreaField(
        _l("What you looked at"),
        validators=[
            InputRequired(_l("Say in a sentence what you looked at.")),
            Length(max=LONGEST_NOTE),
        ],
        description=_l("For example: prices and phone numbers compared with the price list."),
    )


class PolicyForm(Form):
    """Which kinds need a second pair of eyes; its fields are drawn from the kinds."""
