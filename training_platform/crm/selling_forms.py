"""Forms of selling: stages, quotes, contracts, money, conversion, pool, assignment."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from training_platform.core.forms import Form, OnceForm, VersionedForm
from training_platform.core.i18n import translate
from training_platform.crm.choices import LOST_REASONS, PAYMENT_KINDS, STAGES
from training_platform.crm.rules.pool import RELEASE_REASONS
from training_platform.crm.rules.stages import Move
from training_platform.crm.rules.validation import MOST_CHARACTERS, RefusedError, check_text

MOST_LINES = 6
MOST_MONEY = Decimal("999999999.99")


class Text(Length):
    """At most so many characters, and none that nobody sees."""

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse the text with the rule's code and words."""
        try:
            check_text(str(field.label.text), field.data or "", self.max)
        except RefusedError as refused:
            raise ValidationError(str(refused.fault)) from None


_TEXT, _NAME = Text(max=400), Text(max=MOST_CHARACTERS)


def has_two_places(_form: Any, field: Any) -> None:
    """Refuse amounts that are no number or have a part of a fen."""
    amount = field.data
    if amount is not None and (not amount.is_finite() or amount.as_tuple().exponent < -2):
        raise ValidationError(str(_l("Enter an amount such as 12300.00.")))


def options(choices: Any, *, any_text: str | None = None) -> list[tuple[str, str]]:
    """Return codes with their texts in the page's language; any_text is the empty choice."""
    first = [("", any_text)] if any_text is not None else []
    return [*first, *((code, translate(text)) for code, text in choices.items())]


class MoveForm(VersionedForm):
    """To which stage, with what evidence, and why."""

    to = SelectField(_l("New stage"), validators=[InputRequired()])
    evidence = TextAreaField(_l("What shows that the exit criterion is met"), [_TEXT])
    reason = StringField(
        _l("Reason"),
        [_TEXT],
        description=_l("Needed when a stage is skipped or you go back."),
    )
    lost_reason = SelectField(_l("Why lost"), default="")
    lost_notes = TextAreaField(_l("Notes on the loss"), [_TEXT])
    competitor = StringField(_l("Competitor"), [_TEXT])

    def offer(self, targets: Sequence[str]) -> None:
        """Set the stages to choose from."""
        self.to.choices = [(code, translate(STAGES[code])) for code in targets]
        self.lost_reason.choices = options(LOST_REASONS, any_text="")

    @property
    def move(self) -> Move:
        """Return what was entered."""
        is_loss = self.to.data == "lost"
        return Move(
            self.to.data or "",
            self.evidence.data or "",
            self.reason.data or "",
            (self.lost_reason.data or "") if is_loss else "",
            (self.lost_notes.data or "") if is_loss else "",
            (self.competitor.data or "") if is_loss else "",
        )


class QuoteForm(OnceForm):
    """The terms of a quote; its lines are product_<n> and quantity_<n>."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    discount_percent = IntegerField(_l("Discount (%)"), [Optional()], default=0)
    discount_reason = StringField(_l("Why this discount"), [_TEXT])
    valid_until_on = DateField(_l("Valid until"), [InputRequired()])
    remarks = TextAreaField(_l("Remarks"), [_TEXT])


class SignForm(VersionedForm):
    """Until when a contract runs."""

    ends_on = DateField(_l("Ends on"), [InputRequired()])


class PaymentForm(OnceForm):
    """Money that came in or went back."""

    kind = RadioField(_l("Kind"), default="payment")
    amount = DecimalField(
        _l("Amount"), [InputRequired(), has_two_places, NumberRange(max=MOST_MONEY)], places=2
    )
    paid_at = DateTimeLocalField(
        _l("Paid at"), [Optional()], description=_l("Empty means just now.")
    )
    remarks = StringField(_l("Remarks"), [_TEXT])

    def offer(self) -> None:
        """Set the kinds in the page's language."""
        self.kind.choices = options(PAYMENT_KINDS)


class ConvertForm(OnceForm):
    """Into which customer and contact, and whether an opportunity begins."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    customer = RadioField(_l("Customer"), default="new")
    contact = SelectField(_l("Contact"), default="new")
    duplicate_reason = StringField(
        _l("Why this is another one"),
        [_TEXT],
        description=_l("Needed when a new customer looks like an existing one."),
    )
    has_deal = BooleanField(_l("Begin an opportunity"), default=True)
    name = StringField(_l("Opportunity"), [_NAME])
    amount = DecimalField(
        _l("Amount"), [Optional(), has_two_places, NumberRange(max=MOST_MONEY)], places=2
    )
    expected_close_on = DateField(_l("Expected close"), [Optional()])

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Ask for the opportunity's fields where one begins."""
        is_valid = super().validate(*args, **kwargs)
        if not self.has_deal.data:
            return is_valid
        for field in (self.name, self.amount, self.expected_close_on):
            if field.data in (None, "") and not field.errors:
                text = _l("Fill this in, or begin no opportunity.")
                field.errors = [*field.errors, str(text)]
                is_valid = False
        return is_valid


class ReleaseForm(VersionedForm):
    """Why a customer goes back to the pool."""

    reason = SelectField(_l("Reason"), validators=[InputRequired()])
    notes = StringField(_l("Notes"), [_TEXT])

    def offer(self) -> None:
        """Set the reasons in the page's language."""
        self.reason.choices = options(RELEASE_REASONS, any_text="")

    @property
    def words(self) -> str:
        """Return reason and notes as one text."""
        reason = translate(RELEASE_REASONS.get(self.reason.data or "", ""))
        return ": ".join(part for part in (reason, self.notes.data or "") if part)


class ProtectForm(VersionedForm):
    """For how many days a customer is kept from the pool."""

    days = IntegerField(_l("Days"), [InputRequired()], default=30)


class ReassignForm(VersionedForm):
    """Who gets a lead, and why."""

    seller_id = SelectField(_l("Seller"), coerce=int, validators=[InputRequired()])
    reason = StringField(_l("Reason"), [InputRequired(), _TEXT])


class ActForm(Form):
    """One press of a button: the version that was seen, and a token against the second press."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
