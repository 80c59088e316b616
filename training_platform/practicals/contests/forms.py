"""Forms of contests."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from training_platform.core.forms import Form, VersionedForm
from training_platform.core.i18n import viewer_zone
from training_platform.practicals.contests.rules import (
    LEAST_MINUTES,
    LEAST_TEAMS,
    MOST_MINUTES,
    MOST_TEAMS,
    Teaming,
)

MOST_NAME = 60
MOST_REASON = 300


class PlanForm(Form):
    """What a contest is to be."""

    name = StringField(
        _l("Name of the contest"),
        [InputRequired(_l("Give the contest a name.")), Length(max=MOST_NAME)],
    )
    practical_id = SelectField(_l("Task"), description=_l("Tasks that measure speed."))
    minutes = IntegerField(
        _l("Minutes"),
        [InputRequired(_l("Enter a whole number.")), NumberRange(LEAST_MINUTES, MOST_MINUTES)],
        default=10,
    )
    starts_at = DateTimeLocalField(
        _l("Starts at"), [Optional()], description=_l("Left empty, you start it by hand.")
    )
    departments = SelectMultipleField(_l("Who takes part"), coerce=int)
    teaming = RadioField(
        _l("Teams"),
        choices=[
            SelectChoice(Teaming.DRAWN.value, _l("Draw balanced teams; each department is spread")),
            SelectChoice(Teaming.DEPARTMENT.value, _l("One team for each department")),
        ],
        default=Teaming.DRAWN.value,
        description=_l("Until the start, you can move people by hand."),
    )
    team_count = IntegerField(
        _l("How many teams are drawn"),
        [Optional(), NumberRange(LEAST_TEAMS, MOST_TEAMS)],
        default=LEAST_TEAMS,
    )
    is_recorded = BooleanField(_l("Write the result into the training records"))

    def offer(self, tasks: list[Any], departments: list[Any]) -> None:
        """Set what can be chosen."""
        self.practical_id.choices = tasks
        self.departments.choices = departments

    @property
    def start(self) -> datetime | None:
        """Return the start that was typed, as the reader's clock shows it."""
        typed = self.starts_at.data
        return typed.replace(tzinfo=viewer_zone()) if typed else None


class StartForm(VersionedForm):
    """Start it now."""


class CancelForm(VersionedForm):
    """Why a contest is called off."""

    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Say why the contest is called off.")), Length(max=MOST_REASON)],
        description=_l("Everybody who takes part reads it."),
    )


class AddForm(VersionedForm):
    """Who takes part too."""

    staff_number = StringField(
        _l("Staff number"), [InputRequired(_l("Enter a staff number.")), Length(max=40)]
    )
    team = SelectField(_l("Team"), coerce=int)
