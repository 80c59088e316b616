"""Forms of curricula: answering in a lesson, assigning by hand, assignment rules."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # stubs lag behind
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import NumberInput

from training_platform.core.errors import RuleError
from training_platform.core.forms import Form, OnceForm, VersionedForm
from training_platform.curricula.services import RuleInput

Choices = list[tuple[str, str]]


class LessonForm(Form):
    """The buttons of a lesson: they carry nothing, but what is refused is shown above them."""


class TermsForm(Form):
    """Which course, until when: the terms of an assignment by hand. Sent by GET, so no token."""

    class Meta(Form.Meta):
        """A form that changes nothing needs no token."""

        csrf = False

    course_id = SelectField(_l("Course"), validators=[InputRequired(_l("Choose a course."))])
    is_required = BooleanField(_l("Required"), description=_l("An elective has no due day."))
    due_on = DateField(_l("Due on"), validators=[Optional()])

    def offer(self, courses: Choices) -> None:
        """Fill the choices."""
        self.course_id.choices = [_nothing(), *(SelectChoice(*each) for each in courses)]


class ConfirmForm(OnceForm):
    """Confirms an assignment by hand: what was checked goes along."""

    course_id = HiddenField()
    is_required = HiddenField()
    due_on = HiddenField()

    @property
    def terms(self) -> tuple[str, bool, date | None]:
        """Return the course, whether it is required, and until when."""
        try:
            due_on = date.fromisoformat(self.due_on.data) if self.due_on.data else None
        except ValueError:  # a hidden field: only a forged form holds anything else
            raise RuleError from None
        return self.course_id.data or "", self.is_required.data == "1", due_on


class _RuleFields:
    name = StringField(
        _l("Name of the rule"),
        description=_l("Only you and other administrators see it."),
        validators=[InputRequired(_l("Give the rule a name.")), Length(max=120)],
    )
    course_id = SelectField(_l("Course"), validators=[InputRequired(_l("Choose a course."))])
    job_role_id = SelectField(_l("Job role"))
    department_id = SelectField(_l("Department"), description=_l("With all departments below it."))
    hired_since = DateField(_l("Hired since"), validators=[Optional()])
    is_required = BooleanField(_l("Required"), default=True)
    due_days = IntegerField(
        _l("Days until it is due"),
        description=_l("Counted from the day of the rule, or of hiring where that is later."),
        validators=[
            InputRequired(_l("Enter a number of days, such as 30.")),
            NumberRange(1, 1000, _l("Enter a number of days between 1 and 1000.")),
        ],
        widget=NumberInput(min=1, max=1000),
    )


class RuleForm(OnceForm, _RuleFields):
    """A new assignment rule."""

    def offer(self, courses: Choices, job_roles: Choices, departments: Choices) -> None:
        """Fill the choices."""
        _offer(self, courses, job_roles, departments)

    @property
    def rule(self) -> RuleInput:
        """Return what was entered."""
        return _rule(self)


class ChangeRuleForm(VersionedForm, _RuleFields):
    """A change of an assignment rule."""

    def offer(self, courses: Choices, job_roles: Choices, departments: Choices) -> None:
        """Fill the choices."""
        _offer(self, courses, job_roles, departments)

    @property
    def rule(self) -> RuleInput:
        """Return what was entered."""
        return _rule(self)


class StopRuleForm(VersionedForm):
    """Deactivates a rule."""


def _nothing() -> SelectChoice:
    return SelectChoice("", _l("Please choose"))


def _offer(
    form: RuleForm | ChangeRuleForm, courses: Choices, job_roles: Choices, departments: Choices
) -> None:
    form.course_id.choices = [_nothing(), *(SelectChoice(*each) for each in courses)]
    form.job_role_id.choices = [
        SelectChoice("", _l("Every job role")),
        *(SelectChoice(*each) for each in job_roles),
    ]
    form.department_id.choices = [
        SelectChoice("", _l("The whole company")),
        *(SelectChoice(*each) for each in departments),
    ]


def _rule(form: RuleForm | ChangeRuleForm) -> RuleInput:
    return RuleInput(
        name=form.name.data or "",
        course_id=form.course_id.data or "",
        job_role_id=form.job_role_id.data or None,
        department_id=int(form.department_id.data) if form.department_id.data else None,
        hired_since=form.hired_since.data,
        is_required=bool(form.is_required.data),
        due_days=form.due_days.data or 0,
    )
