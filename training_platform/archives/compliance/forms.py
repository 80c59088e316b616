"""Forms of compliance."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange

from training_platform.archives.compliance.membership import Group
from training_platform.archives.compliance.rules import MOST_DUE_DAYS
from training_platform.archives.compliance.services import LONGEST_PURPOSE, Claim
from training_platform.core.forms import OnceForm, VersionedForm
from training_platform.core.text import whole_number

Choices = Sequence[tuple[str, str]]


class RuleForm(VersionedForm):
    """What a job role needs before customers."""

    needs = SelectMultipleField(
        _l("Needed before customers"),
        description=_l(
            "All of it must hold on the day: certificates valid, exams and tasks passed."
        ),
    )
    due_days = IntegerField(
        _l("Days for exams and tasks"),
        validators=[
            InputRequired(_l("Enter a whole number.")),
            NumberRange(1, MOST_DUE_DAYS, _l("Enter a number of days between 1 and 730.")),
        ],
        description=_l("Counted from the first day in the job role. Courses keep their own days."),
    )


class ProofForm(OnceForm):
    """What is to be proven of a day."""

    course_id = SelectField(
        _l("Certificate"), validators=[InputRequired(_l("Choose a certificate."))]
    )
    day = DateField(
        _l("Day"),
        validators=[InputRequired(_l("Enter a day."))],
        description=_l("What was valid on this day counts, its last day included."),
    )
    job_role_id = SelectField(
        _l("Job role on that day"), description=_l("As it was then, later changes taken back.")
    )
    department_id = SelectField(
        _l("Department today"),
        description=_l("With those below it. Moves between departments are not kept."),
    )
    purpose = TextAreaField(
        _l("What the proof is for"),
        validators=[InputRequired(_l("Say what the proof is for.")), Length(max=LONGEST_PURPOSE)],
        description=_l("Stands on the document and in the audit log."),
    )

    def offer(self, courses: Choices, job_roles: Choices, departments: Choices) -> None:
        """Set what can be chosen; empty is everybody."""
        self.course_id.choices = list(courses)
        self.job_role_id.choices = [("", _l("All job roles")), *job_roles]
        self.department_id.choices = [("", _l("All departments")), *departments]

    @property
    def claim(self) -> Claim:
        """Return what the form says."""
        group = Group(
            self.job_role_id.data or None, whole_number(str(self.department_id.data or ""))
        )
        assert self.day.data is not None  # noqa: S101  # required
        return Claim(self.course_id.data or "", group, self.day.data, self.purpose.data or "")
