"""What the forms of external training share."""

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DecimalField
from wtforms.validators import Optional, ValidationError

from training_platform.core.forms import Form, VersionedForm
from training_platform.core.i18n import translate
from training_platform.external_training.rules import amount_fault

#: What is asked for where an amount is wrong.
AMOUNT = _l("Enter an amount, such as 3800 or 3800.50.")


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
            raise ValueError(str(AMOUNT)) from None
        if not self.data.is_finite():
            self.data = None
            raise ValueError(str(AMOUNT))


def amount_field(label: Any) -> Any:
    """Return a field for an amount that may be left empty; several wrong ones are told at once."""
    return AmountField(label, validators=[Optional(), _possible], places=2)


def _possible(_form: Form, field: AmountField) -> None:
    fault = amount_fault(field.data) if field.data is not None else None
    if fault:
        raise ValidationError(translate(fault))


class SubmitForm(VersionedForm):
    """Nothing but the version that was seen."""
