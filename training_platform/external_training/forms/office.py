"""Forms of providers, budgets, exceptions and the policy."""

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, NumberRange, Optional

from training_platform.core.form_fields import (
    CHOOSE,
    FILL_IN,
    line_field,
    needed_line_field,
    text_field,
)
from training_platform.core.forms import Form, OnceForm, VersionedForm
from training_platform.external_training.forms.parts import AMOUNT, AmountField
from training_platform.external_training.rules import (
    LONGEST_TITLE,
    MOST_STEPS,
    Policy,
    StepRole,
    StepRule,
)
from training_platform.external_training.services import ProviderData
from training_platform.external_training.services.budget import MOST_GRANT
from training_platform.external_training.services.policy import DAYS, MOST_DAYS
from training_platform.external_training.texts import STEP_ROLES


class ProviderForm(VersionedForm):
    """What is known of a provider."""

    name = needed_line_field(_l("Name of the provider"), most=LONGEST_TITLE)
    website = line_field(_l("Website"))
    contact = line_field(_l("Contact"))
    about = text_field(_l("What it offers"))
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

    department_id = SelectField(_l("Department"), validators=[InputRequired(CHOOSE)])
    year = IntegerField(_l("Year"), validators=[InputRequired(FILL_IN), NumberRange(2020, 2100)])
    amount = AmountField(
        _l("Budget of the year"),
        validators=[
            InputRequired(AMOUNT),
            NumberRange(0, MOST_GRANT, _l("Enter an amount between 0 and 100,000,000.")),
        ],
        places=2,
    )
    reason = needed_line_field(_l("Reason"))


class TransferForm(OnceForm):
    """Money that moves from one budget to another."""

    target_id = SelectField(_l("Transfer to"), validators=[InputRequired(CHOOSE)])
    amount = AmountField(_l("Amount"), validators=[InputRequired(AMOUNT)], places=2)
    reason = needed_line_field(_l("Reason"))


class ExceptionForm(OnceForm):
    """Somebody who may apply although a report is overdue."""

    employee = needed_line_field(
        _l("For whom"), most=LONGEST_TITLE, hint=_l("Name or staff number")
    )
    ends_on = DateField(_l("Valid until"), validators=[InputRequired(FILL_IN)])
    reason = needed_line_field(_l("Reason"))


def _days(label: Any) -> Any:
    between = NumberRange(1, MOST_DAYS, _l("Enter a number of days between 1 and 365."))
    return IntegerField(label, validators=[InputRequired(_l("Enter a whole number.")), between])


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
