"""Forms that plan a practice and its goals."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from training_platform.core.form_fields import (
    CHOOSE,
    FILL_IN,
    FIRST,
    needed_line_field,
    needed_text_field,
)
from training_platform.core.forms import Form, OnceForm, VersionedForm
from training_platform.mentoring.models import Practice
from training_platform.mentoring.rules import (
    LONGEST_LINE,
    LONGEST_TITLE,
    MOST_GOALS,
    Kind,
)
from training_platform.mentoring.services import Goal, Plan
from training_platform.mentoring.texts import KINDS

Choices = Iterable[tuple[str, str]]


class PlanForm(Form):
    """What a practice is about; with_goals() adds its goals."""

    title = needed_line_field(_l("Title"), most=LONGEST_TITLE)
    kind = RadioField(
        _l("Kind of work"),
        choices=[SelectChoice(each.value, KINDS[each]) for each in Kind],
        validators=[InputRequired(CHOOSE)],
    )
    about = needed_text_field(
        _l("What it is about"), hint=_l("The task, why it matters, and who will use the result.")
    )
    mentor_id = SelectField(
        _l("Mentor"),
        validators=[InputRequired(CHOOSE)],
        description=_l("Answers questions and signs off; need not be of the same department."),
    )
    department_id = SelectField(_l("Department"), validators=[InputRequired(CHOOSE)])
    place = StringField(
        _l("Place"),
        validators=[Optional(), Length(max=LONGEST_TITLE)],
        description=_l("A team, a site or a customer, in your own words."),
    )
    starts_on = DateField(_l("First day"), validators=[InputRequired(FILL_IN)])
    due_on = DateField(
        _l("Due day"),
        validators=[InputRequired(FILL_IN)],
        description=_l("Until then the closing report is handed in."),
    )

    def offer(self, mentors: Choices, departments: Choices) -> None:
        """Fill the choices."""
        self.mentor_id.choices = [FIRST, *(SelectChoice(*each) for each in mentors)]
        self.department_id.choices = [FIRST, *(SelectChoice(*each) for each in departments)]

    def goals(self) -> list[tuple[Any, Any]]:
        """Return the fields of each goal."""
        numbers = range(1, MOST_GOALS + 1)
        return [(self._fields[f"goal_{n}"], self._fields[f"measure_{n}"]) for n in numbers]

    @property
    def plan(self) -> Plan:
        """Return what was entered; goals that are wholly empty are left out."""
        filled = [(goal.data or "", measure.data or "") for goal, measure in self.goals()]
        return Plan(
            mentor_id=int(self.mentor_id.data),
            kind=Kind(self.kind.data),
            title=self.title.data or "",
            about=self.about.data or "",
            department_id=int(self.department_id.data),
            place=self.place.data or "",
            starts_on=self.starts_on.data or date.min,
            due_on=self.due_on.data or date.min,
            goals=tuple(Goal(*each) for each in filled if any(each)),
        )


def with_goals(form: type[Any]) -> Any:
    """Add the fields of the goals to a form: each has a text and a measure."""
    for number in range(1, MOST_GOALS + 1):
        limit = [Optional(), Length(max=LONGEST_LINE)]
        goal = StringField(_l("Goal %(number)s", number=number), validators=limit)
        measure = StringField(
            _l("You will see it by (goal %(number)s)", number=number), validators=limit
        )
        setattr(form, f"goal_{number}", goal)
        setattr(form, f"measure_{number}", measure)
    return form


@with_goals
class NewPracticeForm(OnceForm, PlanForm):
    """A practice for somebody else, or a proposal for oneself."""

    trainee = StringField(
        _l("Trainee"),
        validators=[Optional(), Length(max=80)],
        description=_l("Name, user name or staff number. Empty: you propose it for yourself."),
    )


@with_goals
class EditPracticeForm(VersionedForm, PlanForm):
    """A change of what a practice is about."""


def edit_form(practice: Practice) -> EditPracticeForm:
    """Return the form that changes a practice, filled with what holds."""
    values: dict[str, Any] = {
        name: getattr(practice, name)
        for name in ("title", "about", "place", "starts_on", "due_on", "version")
    }
    values |= {
        "kind": practice.kind.value,
        "mentor_id": str(practice.mentor_id),
        "department_id": str(practice.department_id),
    }
    for goal in practice.goals:
        values[f"goal_{goal.position}"] = goal.text
        values[f"measure_{goal.position}"] = goal.measure
    form: EditPracticeForm = EditPracticeForm(data=values)
    return form
