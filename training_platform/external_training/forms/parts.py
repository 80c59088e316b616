"""What the forms of external training share."""

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DecimalField
from wtforms.validators import Optional

from training_platform.core.forms import VersionedForm

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
    """Return a field for an amount that may be left empty."""
    return AmountField(label, validators=[Optional()], places=2)


class SubmitForm(VersionedForm):
    """Nothing but the version that was seen."""
