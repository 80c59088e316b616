"""Forms of notices."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from training_platform.core.forms import VersionedForm
from training_platform.notices.groups import GROUPS
from training_platform.notices.preferences import Wanted
from training_platform.notices.rules import MOST_DAYS, Channel, QuietHours, Reminders
from training_platform.notices.wording import LONGEST_BODY, LONGEST_TITLE

CHANNELS = {
    Channel.AT_ONCE: _l("At once"),
    Channel.DAILY: _l("Once a day, together"),
    Channel.WEEKLY: _l("Once a week, together"),
    Channel.NONE: _l("No mail"),
}


class SettingsForm(VersionedForm):
    """Mail per group of notices, and quiet hours. The groups' fields are added below."""

    has_quiet = BooleanField(_l("No mail in my quiet hours"))
    begins = TimeField(_l("Quiet from"), validators=[Optional()])
    ends = TimeField(_l("Quiet until"), validators=[Optional()])

    def validate_ends(self, _field: Any) -> None:
        """Refuse quiet hours without two different ends."""
        both = self.begins.data is not None and self.ends.data is not None
        if self.has_quiet.data and (not both or self.begins.data == self.ends.data):
            raise ValidationError(_l("Give two different times."))

    @property
    def wanted(self) -> Wanted:
        """Return what the form says."""
        quiet = None
        if self.has_quiet.data and self.begins.data and self.ends.data:
            quiet = QuietHours(self.begins.data, self.ends.data)
        return Wanted(quiet, {each.id: Channel(self[each.id].data) for each in GROUPS})


for _group in GROUPS:
    setattr(
        SettingsForm,
        _group.id,
        SelectField(
            _group.label,
            choices=[SelectChoice(each.value, CHANNELS[each]) for each in _group.channels],
            description=_group.hint,
        ),
    )


def _one_break(text: Any) -> Any:
    return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text


class WordingForm(VersionedForm):
    """The text of one kind of notices in both languages; what it may hold checks the service."""

    zh_title = StringField(_l("Title in Chinese"), validators=[Length(max=LONGEST_TITLE)])
    zh_body = TextAreaField(
        _l("Text in Chinese"), validators=[Length(max=LONGEST_BODY)], filters=[_one_break]
    )
    en_title = StringField(_l("Title in English"), validators=[Length(max=LONGEST_TITLE)])
    en_body = TextAreaField(
        _l("Text in English"), validators=[Length(max=LONGEST_BODY)], filters=[_one_break]
    )

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        """Return what the form says."""
        return {
            code: {part: self[f"{code}_{part}"].data or "" for part in ("title", "body")}
            for code in ("zh", "en")
        }


_DAYS = re.compile(r"\s*[,，、;；\s]\s*")


def _is_days(_form: Any, field: Any) -> None:
    parts = [part for part in _DAYS.split(field.data or "") if part]
    if not all(part.isascii() and part.isdigit() and len(part) <= 3 for part in parts):
        raise ValidationError(_l("Give whole numbers with commas between them, such as 7, 1."))


class RemindersForm(VersionedForm):
    """When people are reminded of one kind of due days."""

    days_before = StringField(
        _l("Days before the due day"),
        validators=[Length(max=60), _is_days],
        description=_l("Such as 7, 1. 0 is the day itself; empty reminds nobody before."),
    )
    days_after = StringField(_l("Days after the due day"), validators=[Length(max=60), _is_days])
    escalate_after = IntegerField(
        _l("Tell the superior after (days)"),
        validators=[Optional(), NumberRange(1, MOST_DAYS)],
        description=_l("Empty: superiors are not told."),
    )

    @property
    def reminders(self) -> Reminders:
        """Return what the form says."""
        return Reminders(
            _numbers(self.days_before.data),
            _numbers(self.days_after.data),
            self.escalate_after.data,
        )


def _numbers(text: str | None) -> tuple[int, ...]:
    return tuple(int(part) for part in _DAYS.split(text or "") if part)
