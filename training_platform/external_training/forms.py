"""Forms of external training."""

from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from training_platform.core import clock
from training_platform.core.attachments import AttachmentField
from training_platform.core.forms import Form, OnceForm, VersionedForm
from training_platform.core.i18n import pick
from training_platform.core.text import whole_number
from training_platform.external_training.rules import (
    LONGEST_LINE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_RATING,
    MOST_STEPS,
    Decision,
    FilePurpose,
    Kind,
    Policy,
    StepRole,
    StepRule,
)
from training_platform.external_training.services import (
    Attendance,
    ProviderData,
    Report,
    Sharing,
    Verdict,
)
from training_platform.external_training.services.policy import DAYS
from training_platform.external_training.texts import (
    DECISIONS,
    KINDS,
    PURPOSES,
    REPORT_PARTS,
    STEP_ROLES,
)

_FILL_IN = _l("Please fill this in.")
_CHOOSE = _l("Choose one.")
_AMOUNT = _l("Enter an amount, such as 3800 or 3800.50.")
_FIRST = SelectChoice("", _l("Please choose"))


def _line(label: Any, *, most: int = LONGEST_LINE, hint: Any = "") -> Any:
    return StringField(label, validators=[Optional(), Length(max=most)], description=hint)


def _text(label: Any, *, hint: Any = "") -> Any:
    return TextAreaField(label, validators=[Optional(), Length(max=LONGEST_TEXT)], description=hint)


def _needed(label: Any, *, most: int = LONGEST_TEXT, hint: Any = "") -> Any:
    return TextAreaField(
        label, validators=[InputRequired(_FILL_IN), Length(max=most)], description=hint
    )


class AmountField(DecimalField):
    """An amount in yuan; thousands may be parted by commas, as people write them."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the amount without commas and the currency sign."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        text = valuelist[0].replace(",", "").replace("，", "").strip().lstrip("¥￥")
        try:
            self.data = Decimal(text)
        except ArithmeticError:
            self.data = None
            raise ValueError(str(_AMOUNT)) from None
        if not self.data.is_finite():
            self.data = None
            raise ValueError(str(_AMOUNT))


def _amount(label: Any) -> Any:
    return AmountField(label, validators=[Optional()], places=2)


class NewForm(OnceForm):
    """What an application begins with; a head may name somebody else."""

    employee = _line(
        _l("For whom"),
        most=LONGEST_TITLE,
        hint=_l("Name or staff number of somebody of your department; empty for yourself."),
    )
    title = StringField(
        _l("Title of the training"),
        validators=[InputRequired(_FILL_IN), Length(max=LONGEST_TITLE)],
    )
    kind = RadioField(
        _l("Kind of training"),
        choices=[SelectChoice(each.value, KINDS[each]) for each in Kind],
        validators=[InputRequired(_CHOOSE)],
    )


class WhatForm(VersionedForm):
    """What is attended, when and where."""

    title = StringField(
        _l("Title of the training"),
        validators=[InputRequired(_FILL_IN), Length(max=LONGEST_TITLE)],
    )
    kind = RadioField(
        _l("Kind of training"),
        choices=[SelectChoice(each.value, KINDS[each]) for each in Kind],
        validators=[InputRequired(_CHOOSE)],
    )
    content = _text(_l("What is taught"), hint=_l("The main topics, as the provider names them."))
    provider_id = SelectField(
        _l("Training provider"),
        validators=[Optional()],
        description=_l("Not in the list? Ask HR to add it."),
    )
    starts_on = DateField(_l("First day"), validators=[Optional()])
    ends_on = DateField(_l("Last day"), validators=[Optional()])
    hours = DecimalField(_l("Hours of training"), validators=[Optional(), NumberRange(0, 744)])
    place = _line(_l("Place"), most=LONGEST_TITLE)
    is_online = BooleanField(_l("It is held online"))

    @property
    def values(self) -> dict[str, Any]:
        """Return what is kept of it."""
        return {
            "title": self.title.data,
            "kind": Kind(self.kind.data),
            "content": self.content.data,
            "provider_id": int(self.provider_id.data) if self.provider_id.data else None,
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
            "minutes": int((self.hours.data or 0) * 60),
            "place": self.place.data,
            "is_online": self.is_online.data,
        }


class CostForm(VersionedForm):
    """What it costs, by kind."""

    fee_amount = _amount(_l("Course fee"))
    travel_amount = _amount(_l("Travel"))
    lodging_amount = _amount(_l("Lodging"))

    @property
    def values(self) -> dict[str, Any]:
        """Return what is kept of it."""
        return {
            name: self._fields[name].data
            for name in ("fee_amount", "travel_amount", "lodging_amount")
        }


class WhyForm(VersionedForm):
    """Why, and what follows from it at work."""

    reason = _text(_l("Why you would like to go"))
    competency_id = SelectField(
        _l("Competency that it strengthens"),
        validators=[Optional()],
        description=_l("The level you have shown, and the one your job role asks for."),
    )
    use_plan = _text(
        _l("How you will use it"), hint=_l("What you do differently, and with whom you share it.")
    )
    cover = _line(_l("Who covers for you"), hint=_l("Names, and what must not wait."))

    @property
    def values(self) -> dict[str, Any]:
        """Return what is kept of it."""
        return {
            "reason": self.reason.data,
            "competency_id": self.competency_id.data or None,
            "use_plan": self.use_plan.data,
            "cover": self.cover.data,
        }


PARTS: dict[str, type[WhatForm | CostForm | WhyForm]] = {
    "what": WhatForm,
    "cost": CostForm,
    "why": WhyForm,
}


def part_form(part: str, application: Any, providers: Any, gaps: Any) -> Any:
    """Return the form of a part, filled with what is kept; choices are offered."""
    names = ("title", "content", "starts_on", "ends_on", "place", "is_online", "reason")
    more = ("use_plan", "cover", "fee_amount", "travel_amount", "lodging_amount", "version")
    values = {name: getattr(application, name) for name in (*names, *more)}
    values["kind"] = application.kind.value
    values["provider_id"] = str(application.provider_id or "")
    values["competency_id"] = application.competency_id or ""
    hours = Decimal(application.minutes) / 60
    values["hours"] = hours.quantize(Decimal("0.1")) if application.minutes else None
    form = PARTS[part](data=values)
    if isinstance(form, WhatForm):
        options = dict(providers)
        if application.provider is not None:  # one that is no longer offered stays
            options.setdefault(str(application.provider_id), application.provider.name)
        form.provider_id.choices = [_FIRST, *(SelectChoice(*each) for each in options.items())]
    if isinstance(form, WhyForm):
        form.competency_id.choices = [_FIRST, *(SelectChoice(*each) for each in _named(gaps))]
    return form


def _named(gaps: Any) -> list[tuple[str, str]]:
    return [
        (ident, f"{pick(name)} ({level} / {target})" if target else pick(name))
        for ident, name, level, target in gaps
    ]


class FileForm(Form):
    """One more file."""

    file = AttachmentField(_l("File"), validators=[InputRequired(_l("Choose a file."))])
    purpose = SelectField(
        _l("What it is"),
        choices=[
            SelectChoice(each.value, PURPOSES[each])
            for each in FilePurpose
            if each is not FilePurpose.APPLICATION
        ],
        default=FilePurpose.MATERIAL.value,
        validate_choice=False,
    )


class SubmitForm(VersionedForm):
    """Nothing but the version that was seen."""


class ReasonForm(VersionedForm):
    """Why something is done; the service says whether it is needed."""

    reason = TextAreaField(_l("Reason"), validators=[Optional(), Length(max=LONGEST_TEXT)])


class DecisionForm(VersionedForm):
    """What an approver decides, and what is said to the applicant."""

    decision = RadioField(
        _l("Your decision"),
        choices=[SelectChoice(each.value, DECISIONS[each]) for each in Decision],
        validators=[InputRequired(_l("Choose what you decide."))],
    )
    note = TextAreaField(
        _l("To the applicant"),
        validators=[Optional(), Length(max=LONGEST_TEXT)],
        description=_l("Needed for all but a plain approval. The applicant reads it."),
    )

    @property
    def verdict(self) -> Verdict:
        """Return what was decided."""
        return Verdict(Decision(self.decision.data), self.note.data or "")


class DelegationForm(OnceForm):
    """Who decides in one's place, and when."""

    delegate = StringField(
        _l("Who decides for you"),
        validators=[InputRequired(_FILL_IN), Length(max=LONGEST_TITLE)],
        description=_l("Name or staff number"),
    )
    starts_on = DateField(_l("First day"), validators=[InputRequired(_FILL_IN)])
    ends_on = DateField(_l("Last day"), validators=[InputRequired(_FILL_IN)])
    reason = _line(_l("Reason"))


class AttendForm(VersionedForm):
    """What really was."""

    hours = DecimalField(
        _l("Hours of training"), validators=[InputRequired(_FILL_IN), NumberRange(0, 744)]
    )
    fee_amount = _amount(_l("Course fee"))
    travel_amount = _amount(_l("Travel"))
    lodging_amount = _amount(_l("Lodging"))
    purpose = RadioField(
        _l("What it is"),
        choices=[
            SelectChoice(each.value, PURPOSES[each])
            for each in (FilePurpose.PROOF, FilePurpose.CERTIFICATE)
        ],
        default=FilePurpose.PROOF.value,
    )
    file = AttachmentField(_l("File"), validators=[Optional()])

    @property
    def attendance(self) -> Attendance:
        """Return what was entered."""
        zero = Decimal("0.00")
        return Attendance(
            minutes=int((self.hours.data or 0) * 60),
            fee_amount=self.fee_amount.data or zero,
            travel_amount=self.travel_amount.data or zero,
            lodging_amount=self.lodging_amount.data or zero,
        )


_RATINGS = [SelectChoice(str(n), str(n)) for n in range(1, MOST_RATING + 1)]


class ReportForm(VersionedForm):
    """The report; a draft may lack anything."""

    learned = _text(REPORT_PARTS[0][1], hint=REPORT_PARTS[0][2])
    use_at_work = _text(REPORT_PARTS[1][1], hint=REPORT_PARTS[1][2])
    recommendation = _text(REPORT_PARTS[2][1], hint=REPORT_PARTS[2][2])
    course_rating = RadioField(
        _l("The course, from 1 to 5"),
        choices=_RATINGS,
        validate_choice=False,
        description=_l("5 is best."),
    )
    provider_rating = RadioField(
        _l("The provider, from 1 to 5"),
        choices=_RATINGS,
        validate_choice=False,
        description=_l("5 is best."),
    )

    @property
    def report(self) -> Report:
        """Return what was entered."""
        return Report(
            learned=self.learned.data or "",
            use_at_work=self.use_at_work.data or "",
            recommendation=self.recommendation.data or "",
            provider_rating=whole_number(self.provider_rating.data or ""),
            course_rating=whole_number(self.course_rating.data or ""),
        )


class SharingForm(VersionedForm):
    """When and where what was learned is passed on."""

    begins_at = DateTimeLocalField(_l("Begins"), validators=[InputRequired(_FILL_IN)])
    minutes = IntegerField(
        _l("Minutes"), validators=[InputRequired(_l("Enter a whole number."))], default=45
    )
    place = StringField(
        _l("Place"), validators=[InputRequired(_FILL_IN), Length(max=LONGEST_TITLE)]
    )

    @property
    def plan(self) -> Sharing:
        """Return what was entered; the time is the company's."""
        begins = cast("datetime", self.begins_at.data)
        return Sharing(
            begins.replace(tzinfo=clock.company_zone()),
            self.minutes.data or 0,
            self.place.data or "",
        )


class ListenersForm(VersionedForm):
    """Who was there."""

    listeners = SelectMultipleField(_l("Who was there"), validators=[Optional()])


class FollowUpForm(Form):
    """What became of it."""

    text = _needed(
        _l("What became of it?"), hint=_l("What you use today, what it brought, what hindered you.")
    )


class ProviderForm(VersionedForm):
    """What is known of a provider."""

    name = StringField(_l("Name"), validators=[InputRequired(_FILL_IN), Length(max=LONGEST_TITLE)])
    website = _line(_l("Website"))
    contact = _line(_l("Contact"))
    about = _text(_l("What it offers"))
    is_active = BooleanField(_l("Can be chosen in applications"), default=True)

    @property
    def provider(self) -> ProviderData:
        """Return what was entered."""
        return ProviderData(
            name=self.name.data or "",
            website=self.website.data or "",
            contact=self.contact.data or "",
            about=self.about.data or "",
            is_active=bool(self.is_active.data),
        )


class GrantForm(Form):
    """What a department may spend in a year."""

    department_id = SelectField(_l("Department"), validators=[InputRequired(_CHOOSE)])
    year = IntegerField(_l("Year"), validators=[InputRequired(_FILL_IN), NumberRange(2020, 2100)])
    amount = AmountField(_l("Budget of the year"), validators=[InputRequired(_AMOUNT)], places=2)
    reason = StringField(
        _l("Reason"), validators=[InputRequired(_FILL_IN), Length(max=LONGEST_LINE)]
    )


class TransferForm(OnceForm):
    """Money that moves from one budget to another."""

    target_id = SelectField(_l("To"), validators=[InputRequired(_CHOOSE)])
    amount = AmountField(_l("Amount"), validators=[InputRequired(_AMOUNT)], places=2)
    reason = StringField(
        _l("Reason"), validators=[InputRequired(_FILL_IN), Length(max=LONGEST_LINE)]
    )


class ExceptionForm(OnceForm):
    """Somebody who may apply although a report is overdue."""

    employee = StringField(
        _l("For whom"),
        validators=[InputRequired(_FILL_IN), Length(max=LONGEST_TITLE)],
        description=_l("Name or staff number"),
    )
    ends_on = DateField(_l("Until"), validators=[InputRequired(_FILL_IN)])
    reason = StringField(
        _l("Reason"), validators=[InputRequired(_FILL_IN), Length(max=LONGEST_LINE)]
    )


def _days(label: Any) -> Any:
    return IntegerField(label, validators=[InputRequired(_l("Enter a whole number."))])


class PolicyForm(VersionedForm):
    """The rules; policy_form() adds a row for each step."""

    report_days = _days(_l("Days until the report is due, from the last day on"))
    sharing_days = _days(_l("Days until the sharing session is held"))
    follow_up_days = _days(_l("Days until the follow-up"))
    remind_days = _days(_l("Days after which an approver is reminded"))
    escalate_days = _days(_l("Days after which HR is told that nobody decides"))
    blocks_overdue = BooleanField(_l("An overdue report blocks the next application"))

    def steps(self) -> list[tuple[Any, Any, Any]]:
        """Return the fields of each step: whose, from which amount on, which provider."""
        return [
            (
                self._fields[f"role_{n}"],
                self._fields[f"least_amount_{n}"],
                self._fields[f"provider_id_{n}"],
            )
            for n in range(1, MOST_STEPS + 1)
        ]

    @property
    def policy(self) -> Policy:
        """Return what was entered; rows without a role are left out."""
        chain = tuple(
            StepRule(
                StepRole(role.data),
                (amount.data or Decimal(0)).quantize(Decimal("0.01")),
                int(provider.data) if provider.data else None,
            )
            for role, amount, provider in self.steps()
            if role.data
        )
        days = {name: self._fields[name].data or 0 for name in DAYS}
        return Policy(chain=chain, blocks_overdue=bool(self.blocks_overdue.data), **days)


def policy_form(policy: Policy, version: int, providers: Any) -> PolicyForm:
    """Return the form of the policy with a row for each possible step."""
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {"version": version, "blocks_overdue": policy.blocks_overdue}
    values |= {name: getattr(policy, name) for name in DAYS}
    roles = [SelectChoice("", _l("No further step"))]
    roles += [SelectChoice(each.value, STEP_ROLES[each]) for each in StepRole]
    offered = [SelectChoice("", _l("All providers")), *(SelectChoice(*each) for each in providers)]
    for n in range(1, MOST_STEPS + 1):
        fields[f"role_{n}"] = SelectField(
            _l("Step %(number)s", number=n), choices=roles, validators=[Optional()]
        )
        fields[f"least_amount_{n}"] = AmountField(
            _l("From this total on"), validators=[Optional(), NumberRange(0, 100_000_000)], places=2
        )
        fields[f"provider_id_{n}"] = SelectField(
            _l("Only for"), choices=offered, validators=[Optional()]
        )
        if n <= len(policy.chain):
            rule = policy.chain[n - 1]
            values[f"role_{n}"] = rule.role.value
            values[f"least_amount_{n}"] = rule.least_amount
            values[f"provider_id_{n}"] = str(rule.provider_id or "")
    form: PolicyForm = type("PolicyFormWithSteps", (PolicyForm,), fields)(data=values)
    return form
