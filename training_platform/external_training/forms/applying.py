"""Forms of an application: its beginning, its three groups, its files."""

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from training_platform.core.attachments import AttachmentField
from training_platform.core.form_fields import (
    CHOOSE,
    FIRST,
    line_field,
    needed_line_field,
    text_field,
)
from training_platform.core.forms import Form, OnceForm, VersionedForm
from training_platform.core.i18n import pick, translate
from training_platform.external_training.forms.parts import amount_field
from training_platform.external_training.rules import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    FilePurpose,
    Kind,
    days_fault,
)
from training_platform.external_training.texts import KINDS, PURPOSES


class NewForm(OnceForm):
    """What an application begins with; a head may name somebody else."""

    employee = line_field(
        _l("For whom"),
        most=LONGEST_TITLE,
        hint=_l("Name or staff number of somebody of your department; empty for yourself."),
    )
    title = needed_line_field(_l("Title of the training"), most=LONGEST_TITLE)
    kind = RadioField(
        _l("Kind of training"),
        choices=[SelectChoice(each.value, KINDS[each]) for each in Kind],
        validators=[InputRequired(CHOOSE)],
    )


class WhatForm(VersionedForm):
    """What is attended, when and where."""

    title = needed_line_field(_l("Title of the training"), most=LONGEST_TITLE)
    kind = RadioField(
        _l("Kind of training"),
        choices=[SelectChoice(each.value, KINDS[each]) for each in Kind],
        validators=[InputRequired(CHOOSE)],
    )
    content = text_field(
        _l("What is taught"), hint=_l("The main topics, as the provider names them.")
    )
    provider_id = SelectField(
        _l("Training provider"),
        validators=[Optional()],
        description=_l("Not in the list? Ask HR to add it."),
    )
    starts_on = DateField(_l("First day"), validators=[Optional()])
    ends_on = DateField(_l("Last day"), validators=[Optional()])
    hours = DecimalField(_l("Hours of training"), validators=[Optional(), NumberRange(0, 744)])
    place = line_field(_l("Place"), most=LONGEST_TITLE)
    is_online = BooleanField(_l("It is held online"))

    def validate_ends_on(self, field: DateField) -> None:
        """Refuse days that cannot be, together with all else."""
        if fault := days_fault(self.starts_on.data, field.data):
            raise ValidationError(translate(fault))

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

    fee_amount = amount_field(_l("Course fee"))
    travel_amount = amount_field(_l("Travel"))
    lodging_amount = amount_field(_l("Lodging"))

    @property
    def values(self) -> dict[str, Any]:
        """Return what is kept of it."""
        return {
            name: self._fields[name].data
            for name in ("fee_amount", "travel_amount", "lodging_amount")
        }


class WhyForm(VersionedForm):
    """Why, and what follows from it at work."""

    reason = text_field(_l("Why you would like to go"))
    competency_id = SelectField(
        _l("Competency that it strengthens"),
        validators=[Optional()],
        description=_l("The level you have shown, and the one your job role asks for."),
    )
    use_plan = text_field(
        _l("How you will use it"), hint=_l("What you do differently, and with whom you share it.")
    )
    cover = line_field(_l("Who covers for you"), hint=_l("Names, and what must not wait."))

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
        form.provider_id.choices = [FIRST, *(SelectChoice(*each) for each in options.items())]
    if isinstance(form, WhyForm):
        form.competency_id.choices = [FIRST, *(SelectChoice(*each) for each in _named(gaps))]
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


class ReasonForm(VersionedForm):
    """Why something is done; the service says whether it is needed."""

    reason = TextAreaField(_l("Reason"), validators=[Optional(), Length(max=LONGEST_TEXT)])
