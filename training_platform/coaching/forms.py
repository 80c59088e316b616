"""Forms of coaching."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from training_platform.coaching.rules import (
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_SAMPLE,
    SLOT_MINUTES,
    Finding,
    Source,
)
from training_platform.coaching.services.slots import Offer, Outcome
from training_platform.coaching.services.spotting import Verdict, Wanted
from training_platform.coaching.texts import FINDINGS, SOURCES
from training_platform.core import clock
from training_platform.core.forms import Form, OnceForm, VersionedForm

OTHER = "other"


class OfferForm(OnceForm):
    """Minutes that a coach offers."""

    starts_at = DateField(_l("Day"), validators=[InputRequired(_l("Choose a day."))])
    time = TimeField(
        _l("Begins at"),
        validators=[InputRequired(_l("Choose a time."))],
        description=_l("In the company's time zone."),
    )
    minutes = SelectField(
        _l("Takes"),
        coerce=int,
        default=30,
        choices=[SelectChoice(each, _l("%(minutes)s min", minutes=each)) for each in SLOT_MINUTES],
    )
    place = StringField(
        _l("Where"),
        validators=[
            InputRequired(_l("Say where you meet, or the address of the meeting.")),
            Length(max=LONGEST_LINE),
        ],
        description=_l("A room, or the address of the online meeting."),
    )
    is_online = BooleanField(_l("It is online"))
    note = TextAreaField(
        _l("Note for the trainee"), validators=[Optional(), Length(max=LONGEST_TEXT)]
    )

    @property
    def offer(self) -> Offer:
        """Return what the form says."""
        day, begins = self.starts_at.data, self.time.data
        assert day is not None and begins is not None  # noqa: S101, PT018  # they are required
        return Offer(
            datetime.combine(day, begins, clock.company_zone()),
            self.minutes.data,
            self.place.data or "",
            bool(self.is_online.data),
            self.note.data or "",
        )


class BookForm(Form):
    """What a trainee wants to work on."""

    topic = RadioField(
        _l("What do you want to work on?"), validators=[InputRequired(_l("Choose a topic."))]
    )
    wish = TextAreaField(
        _l("In your words"),
        validators=[Optional(), Length(max=LONGEST_TEXT)],
        description=_l("What is unclear, or a case that you want to bring along."),
    )

    def offer_topics(self, topics: list[tuple[str, str]]) -> None:
        """Take the weak checks in; the weakest is chosen beforehand."""
        self.topic.choices = [
            *(SelectChoice(key, text) for key, text in topics),
            SelectChoice(OTHER, _l("Something else")),
        ]
        if self.topic.data is None:
            self.topic.data = topics[0][0] if topics else OTHER


class CallOffForm(VersionedForm):
    """Why a slot is called off."""

    reason = StringField(
        _l("Reason"),
        validators=[
            InputRequired(_l("Say why, so that the trainee knows.")),
            Length(max=LONGEST_LINE),
        ],
    )


class OutcomeForm(VersionedForm):
    """What came of a meeting."""

    note = TextAreaField(
        _l("What you worked on"),
        validators=[InputRequired(_l("Note down what you worked on.")), Length(max=LONGEST_TEXT)],
        description=_l("You and the trainee read it, and whoever else may open her page."),
    )
    next_step = StringField(_l("Next step"), validators=[Optional(), Length(max=LONGEST_LINE)])
    next_step_on = DateField(_l("Until"), validators=[Optional()])

    @property
    def outcome(self) -> Outcome:
        """Return what the form says."""
        return Outcome(self.note.data or "", self.next_step.data or "", self.next_step_on.data)


class OwnNoteForm(Form):
    """What the trainee takes along."""

    own_note = TextAreaField(
        _l("What you take along"), validators=[Optional(), Length(max=LONGEST_TEXT)]
    )


class CareForm(Form):
    """Who is to coach somebody."""

    coach_id = SelectField(_l("Coach"), coerce=int, validators=[InputRequired()])


class DrawForm(OnceForm):
    """What a spot check looks at."""

    source = RadioField(
        _l("What is checked"),
        choices=[SelectChoice(each.value, SOURCES[each]) for each in Source],
        default=Source.SANDBOX.value,
    )
    from_on = DateField(_l("From"), validators=[InputRequired(_l("Choose a day."))])
    until_on = DateField(_l("To (included)"), validators=[InputRequired(_l("Choose a day."))])
    size = IntegerField(
        _l("How many"),
        default=20,
        validators=[
            InputRequired(_l("Enter a whole number.")),
            NumberRange(1, MOST_SAMPLE, _l("A sample holds 1 to 200 items.")),
        ],
        description=_l("100 show the accuracy of a person well; fewer give a first impression."),
    )

    @property
    def wanted(self) -> Wanted:
        """Return what the form says."""
        first, last = self.from_on.data, self.until_on.data
        assert first is not None and last is not None  # noqa: S101, PT018  # they are required
        return Wanted(Source(self.source.data), first, last, self.size.data or 0)


class LiveNoteForm(Form):
    """Something that was seen in the live CRM."""

    title = StringField(
        _l("Which record"),
        validators=[InputRequired(_l("Say which record it was.")), Length(max=LONGEST_LINE)],
        description=_l("Its number is enough. Write no telephone numbers or addresses here."),
    )
    seen_on = DateField(_l("Entered on"), validators=[InputRequired(_l("Choose a day."))])


class FindingForm(Form):
    """What was found about one item."""

    finding = RadioField(
        _l("Finding"),
        choices=[SelectChoice(each.value, FINDINGS[each]) for each in Finding],
        validators=[InputRequired(_l("Choose right or wrong."))],
    )
    field = SelectField(_l("Which field is wrong"), validators=[Optional()])
    comment = TextAreaField(
        _l("What is wrong, and how it should be"),
        validators=[Optional(), Length(max=LONGEST_TEXT)],
    )
    reason = StringField(
        _l("Reason of the correction"), validators=[Optional(), Length(max=LONGEST_LINE)]
    )

    def offer_fields(self, fields: list[tuple[str, str]]) -> None:
        """Take the fields of the record in."""
        self.field.choices = [
            SelectChoice("", _l("None, or several")),
            *(SelectChoice(name, text) for name, text in fields),
        ]

    @property
    def verdict(self) -> Verdict:
        """Return what the form says."""
        values: dict[str, Any] = {
            name: getattr(self, name).data or "" for name in ("field", "comment", "reason")
        }
        return Verdict(Finding(self.finding.data), **values)


class CloseForm(VersionedForm):
    """Closing a spot check."""

    summary = TextAreaField(
        _l("What the trainee should take along"),
        validators=[Optional(), Length(max=LONGEST_TEXT)],
    )


class CommentForm(Form):
    """What the trainee says about a spot check."""

    comment = TextAreaField(
        _l("My comment"),
        validators=[InputRequired(_l("Write a comment.")), Length(max=LONGEST_TEXT)],
    )
