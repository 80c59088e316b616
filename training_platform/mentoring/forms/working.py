"""Forms of the log, of comments, questions and answers, and of how far the goals are."""

from collections.abc import Mapping
from datetime import date
from io import SEEK_END
from pathlib import PurePath
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileAllowed, FileField
from wtforms import (
    DateField,
    DecimalField,
    RadioField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length
from wtforms.widgets import NumberInput

from training_platform.core import uploads
from training_platform.core.form_fields import CHOOSE, FILL_IN, needed_text_field
from training_platform.core.forms import Form, OnceForm, VersionedForm
from training_platform.core.i18n import translate
from training_platform.mentoring.forms.goals import GoalsForm, goal_label
from training_platform.mentoring.models import Practice, PracticeEntry
from training_platform.mentoring.rules import (
    LONGEST_LINE,
    GoalStatus,
)
from training_platform.mentoring.services import Attachment, Entry
from training_platform.mentoring.texts import GOAL_STATUSES

#: What may go with an entry of the log. It is handed out as a download only.
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "csv": "text/csv",
    "txt": "text/plain",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
}


class _EntryFields(Form):
    day = DateField(_l("Day"), validators=[InputRequired(FILL_IN)])
    hours = DecimalField(
        _l("Hours"),
        places=2,
        validators=[InputRequired(_l("Enter hours, such as 2.5."))],
        widget=NumberInput(step="0.25", min="0.25", max="16"),
    )
    done = needed_text_field(_l("What I did"))
    learned = needed_text_field(_l("What I learned from it"))
    file = FileField(
        _l("File"),
        description=_l("PDF, Office, text or picture, at most 10 MB."),
        validators=[FileAllowed(list(TYPES), _l("Choose a PDF, Office, text or picture file."))],
    )
    most_megabytes = 10

    @property
    def entry(self) -> Entry:
        """Return what was entered."""
        return Entry(
            day=self.day.data or date.min,
            minutes=int((self.hours.data or 0) * 60),
            done=self.done.data or "",
            learned=self.learned.data or "",
            attachment=_attachment(self.file.data),
        )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Validate; the file may be no larger than what is said beside it."""
        is_valid = super().validate(*args, **kwargs)
        upload = self.file.data
        if not is_valid or not upload:
            return is_valid
        size = upload.stream.seek(0, SEEK_END)
        upload.stream.seek(0)
        if size > self.most_megabytes * uploads.MEGABYTE:
            text = translate(uploads.TOO_LARGE, limit=self.most_megabytes)
            self.file.errors = [*self.file.errors, text]
            return False
        return True


def _attachment(upload: Any) -> Attachment | None:
    if not upload or not upload.filename:
        return None
    ending = PurePath(upload.filename).suffix.lstrip(".").lower()
    return Attachment(upload.filename, TYPES[ending], upload.read())


class EntryForm(OnceForm, _EntryFields):
    """A new entry of the log."""


class CorrectionForm(VersionedForm, _EntryFields):
    """An entry of the log, written again; version is the revision that was seen."""

    reason = StringField(
        _l("Why it is corrected"),
        validators=[InputRequired(_l("Give a reason.")), Length(max=LONGEST_LINE)],
        description=_l("What stood there before stays readable."),
    )


def correction_form(entry: PracticeEntry) -> CorrectionForm:
    """Return the form that corrects an entry, filled with it."""
    return CorrectionForm(
        version=entry.revision,
        day=entry.day,
        hours=round(entry.minutes / 60, 2),
        done=entry.done,
        learned=entry.learned,
    )


class CommentForm(OnceForm):
    """What the mentor says about an entry."""

    text = needed_text_field(_l("Your comment"))


class QuestionForm(OnceForm):
    """A question to the other."""

    text = needed_text_field(_l("Your question"))


class AnswerForm(VersionedForm):
    """The answer to a question."""

    text = needed_text_field(_l("Your reply"))


def status_form(practice: Practice) -> Any:
    """Return the form in which the trainee says how far each goal is."""
    fields = {
        f"status_{goal.id}": RadioField(
            goal_label(goal),
            choices=[SelectChoice(each.value, GOAL_STATUSES[each]) for each in GoalStatus],
            validators=[InputRequired(CHOOSE)],
            description=gettext("You will see it by: %(measure)s", measure=goal.measure),
        )
        for goal in practice.goals
    }
    data = {f"status_{goal.id}": goal.status.value for goal in practice.goals}
    made = type("StatusForm", (GoalsForm,), fields)
    return made(data={"version": practice.version, **data})


def statuses(form: Any) -> Mapping[int, GoalStatus]:
    """Return how far each goal is."""
    return {key: GoalStatus(value) for key, value in form.of_goals("status_").items()}
