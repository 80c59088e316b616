"""Forms of behavior assessment; those of raters have the areas of the pinned form as fields."""

from collections.abc import Mapping
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext, lazy_gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from training_platform.core.forms import Form, OnceForm, VersionedForm
from training_platform.core.i18n import pick
from training_platform.evaluation.behavior import rules
from training_platform.evaluation.behavior.models import BehaviorRater
from training_platform.evaluation.behavior.rules import Occasion, Plan, Sheet
from training_platform.evaluation.behavior.texts import OCCASIONS

LEVEL, COMMENT, UNSEEN = "level_", "comment_", "unseen"


class RoundForm(OnceForm):
    """What a round observes, and until when raters answer."""

    department_id = SelectField(
        _l("Department"),
        coerce=int,
        description=_l("People of this department and of those below it can be assessed."),
    )
    occasion = RadioField(
        _l("Where the behavior is observed"),
        choices=[SelectChoice(each.value, OCCASIONS[each]) for each in Occasion],
        validators=[InputRequired(_l("Choose where the behavior is observed."))],
    )
    training_name = StringField(
        _l("Course or class"),
        validators=[Length(max=rules.MOST_TRAINING_NAME)],
        description=_l("Needed for a training only. Raters read it."),
    )
    starts_on = DateField(_l("Observed from"), validators=[InputRequired(_l("Enter a day."))])
    ends_on = DateField(_l("Observed until"), validators=[InputRequired(_l("Enter a day."))])
    due_on = DateField(_l("Raters answer until"), validators=[InputRequired(_l("Enter a day."))])
    asks_self = BooleanField(_l("Ask for a self-assessment too"), default=True)
    employee = HiddenField()

    @property
    def plan(self) -> Plan:
        """Return what was entered; only after the form was validated."""
        return Plan(
            Occasion(self.occasion.data),
            self.training_name.data or "",
            self.starts_on.data,  # type: ignore[arg-type]  # required
            self.ends_on.data,  # type: ignore[arg-type]
            self.due_on.data,  # type: ignore[arg-type]
        )


class DueForm(VersionedForm):
    """Until when raters answer."""

    due_on = DateField(_l("Raters answer until"), validators=[InputRequired(_l("Enter a day."))])


class CustomersForm(Form):
    """Addresses of customers, one a line."""

    emails = TextAreaField(
        _l("E-mail addresses of customers"),
        validators=[InputRequired(_l("Enter at least one address.")), Length(max=5000)],
        description=_l("One a line. Each gets a link that works once, without an account."),
    )

    def validate_emails(self, field: Any) -> None:
        """Refuse the first line that is no address."""
        for line in self.addresses:
            try:
                validate_email(line, check_deliverability=False)
            except EmailNotValidError:
                text = gettext("%(line)s is no e-mail address.", line=line[:80])
                raise ValidationError(text) from None

    @property
    def addresses(self) -> list[str]:
        """Return the lines that are not empty."""
        return [line.strip() for line in (self.emails.data or "").splitlines() if line.strip()]


class KeyForm(Form):
    """The key of a customer: a script takes it from the address, else it is typed."""

    key = StringField(
        _l("Code from the e-mail"),
        validators=[InputRequired(_l("Enter the code.")), Length(max=64)],
    )


class SheetForm(Form):
    """What a rater gives; the functions below add the areas of the form."""

    overall_comment = TextAreaField(
        _l("Anything else"), validators=[Optional(), Length(max=rules.MOST_COMMENT)]
    )

    @property
    def sheet(self) -> Sheet:
        """Return everything that was filled in; "not observed" is None."""
        levels = {
            name: None if value == UNSEEN else int(value)
            for name, value in self._of(LEVEL).items()
            if value
        }
        return Sheet(levels, self._of(COMMENT), self.overall_comment.data or "")

    def areas(self) -> list[tuple[Any, Any]]:
        """Return level and comment of each area, in the order of the form."""
        return [
            (each, self._fields.get(each.name.replace(LEVEL, COMMENT, 1)))
            for each in self
            if each.name.startswith(LEVEL)
        ]

    def _of(self, prefix: str) -> dict[str, str]:
        return {
            each.name.removeprefix(prefix): each.data or ""
            for each in self
            if each.name.startswith(prefix)
        }


class DraftForm(VersionedForm, SheetForm):
    """A sheet of somebody with an account, whose draft is kept."""


def rating_form(form: Mapping[str, Any], rater: BehaviorRater) -> DraftForm:
    """Return the form of somebody with an account, filled with the draft."""
    fields = _level_fields(form, lazy_gettext("Not observed"), is_numbered=True)
    for each in form["criteria"]:
        fields[f"{COMMENT}{each['id']}"] = TextAreaField(
            gettext("Example: %(title)s", title=pick(each["title"])),
            validators=[Optional(), Length(max=rules.MOST_COMMENT)],
        )
    levels = {
        f"{LEVEL}{name}": UNSEEN if level is None else str(level)
        for name, level in rater.levels.items()
    }
    comments = {f"{COMMENT}{name}": text for name, text in rater.comments.items()}
    data = {"version": rater.version, "overall_comment": rater.overall_comment}
    made: type[DraftForm] = type("RatingForm", (DraftForm,), fields)
    return made(data={**data, **levels, **comments})


def customer_form(form: Mapping[str, Any]) -> SheetForm:
    """Return the short form of customers."""
    fields = _level_fields(form, lazy_gettext("This did not come up"), is_numbered=False)
    made: type[SheetForm] = type("CustomerForm", (SheetForm,), fields)
    return made()


def _level_fields(form: Mapping[str, Any], unseen: Any, *, is_numbered: bool) -> dict[str, Any]:
    return {
        f"{LEVEL}{each['id']}": RadioField(
            pick(each["title"]),
            choices=[
                *(
                    SelectChoice(
                        str(level), f"{level + 1} · {pick(text)}" if is_numbered else pick(text)
                    )
                    for level, text in enumerate(each["levels"])
                ),
                SelectChoice(UNSEEN, unseen),
            ],
            validators=[Optional()],
        )
        for each in form["criteria"]
    }
