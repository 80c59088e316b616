"""Forms of what follows: attendance, report, sharing session, follow-up."""

from datetime import datetime
from decimal import Decimal
from typing import cast

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateTimeLocalField,
    DecimalField,
    IntegerField,
    RadioField,
    SelectMultipleField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, NumberRange, Optional

from training_platform.core import clock
from training_platform.core.attachments import AttachmentField
from training_platform.core.form_fields import (
    FILL_IN,
    needed_line_field,
    needed_text_field,
    text_field,
)
from training_platform.core.forms import Form, VersionedForm
from training_platform.core.text import whole_number
from training_platform.external_training.forms.parts import amount_field
from training_platform.external_training.rules import LONGEST_TITLE, MOST_RATING, FilePurpose
from training_platform.external_training.services import Attendance, Report, Sharing
from training_platform.external_training.texts import PURPOSES, REPORT_PARTS


class AttendForm(VersionedForm):
    """What really was."""

    hours = DecimalField(
        _l("Hours of training"), validators=[InputRequired(FILL_IN), NumberRange(0, 744)]
    )
    fee_amount = amount_field(_l("Course fee"))
    travel_amount = amount_field(_l("Travel"))
    lodging_amount = amount_field(_l("Lodging"))
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

    learned = text_field(REPORT_PARTS[0][1], hint=REPORT_PARTS[0][2])
    use_at_work = text_field(REPORT_PARTS[1][1], hint=REPORT_PARTS[1][2])
    recommendation = text_field(REPORT_PARTS[2][1], hint=REPORT_PARTS[2][2])
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

    begins_at = DateTimeLocalField(_l("Begins"), validators=[InputRequired(FILL_IN)])
    minutes = IntegerField(
        _l("Minutes"), validators=[InputRequired(_l("Enter a whole number."))], default=45
    )
    place = needed_line_field(_l("Place"), most=LONGEST_TITLE)

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

    text = needed_text_field(
        _l("What became of it?"), hint=_l("What you use today, what it brought, what hindered you.")
    )
