"""The rules V01 to V17 on what people enter: pure functions, one code and one text per rule.

The same code stands beside the field, in import errors, in the grader's reports and in lessons.
V00 is the form of a value: a number that is none, a required field that is empty.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from training_platform.core.i18n import translate

MOST_CHARACTERS = 200
MOST_LONG_CHARACTERS = 4000
LEAST_NAME = 4
MOST_AMOUNT = Decimal("999999999.99")
#: A month is closed on this day of the next one.
CLOSING_DAY = 10
_MOBILE = re.compile(r"1\d{10}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_PERIOD = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff]")


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: What each rule asks, in one sentence.
RULES: Mapping[str, str] = {
    "V01": _("A name has at least 4 characters after trimming, and no control characters."),
    "V02": _("A mobile number has 11 digits and begins with 1."),
    "V03": _("An e-mail address has the form name@host."),
    "V04": _("A value of a list is one of the list."),
    "V05": _("The tier follows from the paid orders of twelve months; nobody sets it by hand."),
    "V06": _("The next follow-up lies in the future, to the minute."),
    "V07": _("A stage moves one step forward unless a reason is given, and shows its evidence."),
    "V08": _("A won deal needs a signed contract and at least one payment."),
    "V09": _("A lost deal needs a reason."),
    "V10": _("An amount is above zero; a quote has not expired."),
    "V11": _("A possible duplicate is answered: use the existing record, or say why not."),
    "V12": _("A merge keeps every record that hangs on the merged ones."),
    "V13": _("One changes one's own records; the public pool is read-only until claimed."),
    "V14": _("An export states its purpose, keeps the limit and masks contact data."),
    "V15": _("A campaign leaves out who opted out or must not be contacted."),
    "V16": _("A ticket closes with a solution and a survey sent."),
    "V17": _("Closed periods are read-only."),
}

#: Texts of single refusals. %(field)s is a label and is translated too.
REQUIRED = _("%(field)s: fill this in.")
TOO_LONG = _("%(field)s: at most %(most)s characters.")
CONTROL = _("%(field)s: it contains characters that cannot be seen. Type it again.")
NO_NUMBER = _("%(field)s: enter a whole number.")
OUT_OF_RANGE = _("%(field)s: enter a number from %(least)s to %(most)s.")
NO_AMOUNT = _("%(field)s: enter an amount such as 12300.00, with at most two decimals.")
NO_DATE = _("%(field)s: enter a date as YYYY-MM-DD.")
NO_INSTANT = _("%(field)s: enter date and time as YYYY-MM-DD HH:MM.")
NO_SUCH_YEAR = _("%(field)s: the year lies between %(least)s and %(most)s.")
NO_YES_OR_NO = _("%(field)s: enter yes or no.")
NAME_TOO_SHORT = _("%(field)s: enter the full name as on the license, at least 4 characters.")
NO_MOBILE = _("%(field)s: enter 11 digits that begin with 1; “%(given)s” has %(count)s digits.")
MOBILE_LETTERS = _("%(field)s: “%(given)s” is no mobile number; enter 11 digits that begin with 1.")
NO_EMAIL = _("%(field)s: “%(given)s” is no e-mail address; it has the form name@host.")
NOT_IN_LIST = _("%(field)s: “%(given)s” is not in the list. Choose one of the list.")
TIER_IS_DERIVED = _(
    "%(field)s: the tier follows from the paid orders of twelve months and cannot be entered."
)
IS_KEPT = _("%(field)s: the system keeps this field; use the action that changes it.")
NOT_IN_FUTURE = _("%(field)s: choose a time in the future, to the minute (YYYY-MM-DD HH:MM).")
NOT_ABOVE_ZERO = _("%(field)s: enter an amount above zero.")
EXPIRED = _("%(field)s: this date has passed; a quote must still be valid today.")
UNKNOWN_RECORD = _("%(field)s: nothing found for “%(given)s”. Enter its number or full name.")
AMBIGUOUS_RECORD = _("%(field)s: “%(given)s” fits several records. Enter its number.")
MAY_BE_DUPLICATE = _("%(field)s: this may already exist. Use the existing record, or say why not.")
NOT_YOUR_CUSTOMER = _("%(field)s: this customer is not yours. Claim it first, or ask its owner.")
PERIOD_CLOSED = _("%(field)s: %(month)s is closed; what belongs to it can only be read.")
NO_PERIOD = _("%(field)s: enter a year or a month, such as 2025 or 2025-06.")
NO_PROBABILITY_REASON = _(
    "%(field)s: this is not the probability of the stage (%(percent)s). Say why."
)
TOO_MANY_TAGS = _("%(field)s: at most 20 tags of at most 30 characters each.")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one value: the rule's code, and a text with its values."""

    code: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return code and text in the page's language."""
        told = dict(self.values)
        if "field" in told:
            told["field"] = translate(str(told["field"]))
        return f"{self.code} {translate(self.text, **told)}"


class RefusedError(Exception):
    """A value that breaks a rule, on its way to whoever collects the faults of a record."""

    def __init__(self, code: str, text: str, **values: Any) -> None:
        self.fault = Fault(code, text, values)
        super().__init__(code)


def check_text(label: str, value: str, most: int = MOST_CHARACTERS, code: str = "V00") -> None:
    """Refuse texts that are too long or hold characters that nobody sees (V01 for names)."""
    if len(value) > most:
        raise RefusedError(code, TOO_LONG, field=label, most=most)
    check_visible(label, value, code)


def check_visible(label: str, value: str, code: str = "V00") -> None:
    """Refuse characters that nobody sees; line breaks and tabs are none of them."""
    if _CONTROL.search(value):
        raise RefusedError(code, CONTROL, field=label)


def check_name(label: str, value: str) -> None:
    """V01: at least four characters; see check_text for those that nobody sees."""
    if len(value) < LEAST_NAME:
        raise RefusedError("V01", NAME_TOO_SHORT, field=label)


def check_mobile(label: str, digits: str, given: str) -> None:
    """V02: digits is the number without separators and country code, as it would be stored."""
    if _MOBILE.fullmatch(digits):
        return
    if digits.isascii() and digits.isdigit():
        raise RefusedError("V02", NO_MOBILE, field=label, given=given[:40], count=len(digits))
    raise RefusedError("V02", MOBILE_LETTERS, field=label, given=given[:40])


def check_email(label: str, value: str) -> None:
    """V03: the form name@host."""
    if len(value) > MOST_CHARACTERS or not _EMAIL.fullmatch(value):
        raise RefusedError("V03", NO_EMAIL, field=label, given=value[:60])


def check_next_follow_up(label: str, value: datetime, now: datetime) -> None:
    """V06: in the future, to the minute."""
    if value <= now or value.second or value.microsecond:
        raise RefusedError("V06", NOT_IN_FUTURE, field=label)


def check_amount(label: str, value: Decimal) -> None:
    """V10: above zero."""
    if value <= 0:
        raise RefusedError("V10", NOT_ABOVE_ZERO, field=label)


def check_validity(label: str, value: date, today: date) -> None:
    """V10: a quote has not expired."""
    if value < today:
        raise RefusedError("V10", EXPIRED, field=label)


def is_closed(day: date, today: date) -> bool:
    """V17: tell whether the month of a day is closed; it closes on the 10th of the next."""
    months = (today.year - day.year) * 12 + today.month - day.month
    return months > 1 or (months == 1 and today.day >= CLOSING_DAY)


def check_period(label: str, day: date, today: date, period: str = "") -> None:
    """V17: nothing is entered or changed in a closed month; period names what is longer."""
    if is_closed(day, today):
        raise RefusedError("V17", PERIOD_CLOSED, field=label, month=period or f"{day:%Y-%m}")


def last_month(label: str, period: str) -> date:
    """Return the first day of the last month of a year (2025) or of a month (2025-06)."""
    found = _PERIOD.fullmatch(period)
    if found is None or found[1] == "0000":
        raise RefusedError("V00", NO_PERIOD, field=label)
    return date(int(found[1]), int(found[2] or 12), 1)
