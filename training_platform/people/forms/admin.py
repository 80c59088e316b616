"""Forms of the administration."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, EmailField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Email, InputRequired, Length, Optional, Regexp

from training_platform.core.forms import Form, OnceForm, VersionedForm
from training_platform.core.i18n import pick
from training_platform.core.permissions import Right
from training_platform.people.models import Department, JobRole
from training_platform.people.texts import RIGHTS

Choices = list[SelectChoice]


def optional_id(text: str | None) -> int | None:
    """Return a chosen id, None for the empty choice."""
    return int(text) if text else None


def department_choices(departments: Iterable[Department], *, any_text: Any = None) -> Choices:
    """Return all departments as choices, those below others indented."""
    first = [] if any_text is None else [SelectChoice("", any_text)]
    return first + [
        SelectChoice(str(each.id), "\u2003" * (each.path.count("/") - 2) + pick(each.name))
        for each in departments
    ]


def job_role_choices(roles: Iterable[JobRole]) -> Choices:
    """Return all job roles as choices, with none first."""
    return [
        SelectChoice("", _l("No job role")),
        *(SelectChoice(each.id, pick(each.name)) for each in roles),
    ]


class _EmployeeFields(Form):
    """What HR keeps about somebody."""

    name = StringField(
        _l("Name"), validators=[InputRequired(_l("Enter the name.")), Length(max=80)]
    )
    name_latin = StringField(
        _l("Name in Latin letters"),
        description=_l("As on the English certificate. Left empty, it is made from the pinyin."),
        validators=[Length(max=80)],
    )
    staff_number = StringField(
        _l("Staff number"),
        validators=[InputRequired(_l("Enter the staff number.")), Length(max=40)],
    )
    username = StringField(
        _l("User name"),
        description=_l("For signing in: Latin letters, digits, dots or hyphens."),
        validators=[
            InputRequired(_l("Enter a user name.")),
            Regexp(
                r"^[A-Za-z0-9][A-Za-z0-9._-]{1,39}$",
                message=_l("Use 2 to 40 Latin letters, digits, dots or hyphens."),
            ),
        ],
    )
    email = EmailField(
        _l("E-mail"),
        validators=[
            InputRequired(_l("Enter the e-mail address.")),
            Email(_l("This is no e-mail address."), check_deliverability=False),
            Length(max=200),
        ],
    )
    department_id = SelectField(
        _l("Department"), validators=[InputRequired(_l("Choose the department."))]
    )
    manager_number = StringField(
        _l("Manager's staff number"),
        description=_l("The direct superior. May stay empty."),
        validators=[Length(max=40)],
    )
    hired_on = DateField(
        _l("Joined"), validators=[InputRequired(_l("Enter the day as 2026-03-01."))]
    )


class NewEmployeeForm(OnceForm, _EmployeeFields):
    """Somebody who joins."""

    job_role_id = SelectField(_l("Job role"))


class EmployeeForm(VersionedForm, _EmployeeFields):
    """Changes to somebody's data; the job role has a page of its own."""


class JobRoleForm(VersionedForm):
    """Another job role, from a day on."""

    job_role_id = SelectField(_l("New job role"))
    job_role_since = DateField(
        _l("From"),
        description=_l("Due dates of the new curriculum count from this day."),
        validators=[InputRequired(_l("Enter the day as 2026-03-01."))],
    )


class VersionForm(VersionedForm):
    """A button on something that two people may change."""


class GrantForm(Form):
    """One access right."""

    right = SelectField(
        _l("Right"), choices=[SelectChoice(right.value, text) for right, text in RIGHTS.items()]
    )
    department_id = SelectField(
        _l("Department"),
        description=_l("Only for department heads. Left empty, it is the person's own."),
        validators=[Optional()],
    )

    @property
    def chosen(self) -> Right:
        """Return the right that was chosen."""
        return Right(self.right.data)


class _DepartmentFields(Form):
    code = StringField(
        _l("Code"),
        description=_l("Short and stable: staff lists name the department by it."),
        validators=[InputRequired(_l("Enter a code.")), Length(max=20)],
    )
    name_zh = StringField(
        _l("Name in Chinese"),
        validators=[InputRequired(_l("Enter the Chinese name.")), Length(max=80)],
    )
    name_en = StringField(
        _l("Name in English"),
        validators=[InputRequired(_l("Enter the English name.")), Length(max=80)],
    )
    parent_id = SelectField(_l("Belongs to"), validators=[Optional()])

    @property
    def names(self) -> dict[str, str]:
        """Return the name in both languages."""
        return {"zh": self.name_zh.data or "", "en": self.name_en.data or ""}


class NewDepartmentForm(OnceForm, _DepartmentFields):
    """A new department."""


class DepartmentForm(VersionedForm, _DepartmentFields):
    """Changes to a department."""


class ImportForm(OnceForm):
    """A staff list."""

    most_megabytes = 2
    file = FileField(
        _l("Staff list"),
        description=_l(
            "CSV (UTF-8, GB18030, Big5 or UTF-16) or XLSX, at most 2 MB and 1,000 people."
        ),
        validators=[FileRequired(_l("Choose a file first."))],
    )
