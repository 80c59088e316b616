"""What forms share: cleaned text, versions, and tokens that make a second post harmless."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from flask import g, request
from flask_wtf import FlaskForm
from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import BooleanField, FormField, HiddenField, IntegerField, StringField
from wtforms.fields.choices import SelectFieldBase
from wtforms.validators import InputRequired
from wtforms.widgets import FileInput, HiddenInput, PasswordInput, SubmitInput

from training_platform.core import clock, uploads
from training_platform.core.db import Base
from training_platform.core.errors import RuleError
from training_platform.core.i18n import translate
from training_platform.core.text import nfc


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


MOST_TOKEN = 100
#: What a person does not read back: versions and tokens, passwords, files.
_UNSEEN = (FileInput, HiddenInput, PasswordInput, SubmitInput)


class Form(FlaskForm):
    """Base of every form: text comes in NFC and without blanks around it."""

    #: How large a file of this form may be; None for what the platform takes.
    most_megabytes: int | None = None

    class Meta(FlaskForm.Meta):
        """Cleans every text field."""

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            """Add the cleaning filter to text fields, but not to passwords."""
            filters = list(unbound_field.kwargs.get("filters", ()))
            is_text = issubclass(unbound_field.field_class, StringField)
            if is_text and not unbound_field.field_class.__name__.startswith("Password"):
                filters.append(_clean)
            return unbound_field.bind(form=form, filters=filters, **options)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Read fields from forms only: a body of JSON holds none, whatever is in it."""
            if request and request.is_json:
                return ImmutableMultiDict()
            return super().wrap_formdata(form, formdata)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Validate; an error page after it shows what was entered, by this form's labels."""
        g.submitted_form = self
        if uploads.is_refused():
            self._refuse_files()
            return False
        return bool(super().validate(*args, **kwargs))

    def _refuse_files(self) -> None:
        limit = self.most_megabytes or uploads.most_megabytes()
        for field in self:
            is_file = isinstance(field.widget, FileInput)
            field.errors = [translate(uploads.TOO_LARGE, limit=limit)] if is_file else []

    def typed(self) -> dict[str, str]:
        """Return what was entered as a person reads it: labels, and the texts of choices."""
        return dict(_typed(self))

    def refuse(self, error: RuleError) -> None:
        """Show a refusal of a service beside its field, or above the form if it names none."""
        text = translate(error.text, **error.values)
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors.append(text)
        else:
            field.errors = [*field.errors, text]


def _typed(fields: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for field in fields:
        label = f"{prefix}{field.label.text}"
        if isinstance(field, FormField):
            yield from _typed(field.form, f"{label} · ")
        elif isinstance(field, SelectFieldBase):
            texts = [str(text) for _value, text, is_on, *_more in field.iter_choices() if is_on]
            if any(texts):
                yield label, ", ".join(texts)
        elif isinstance(field, BooleanField):
            yield label, translate(_("Yes") if field.data else _("No"))
        elif field.raw_data and field.raw_data[0] and not isinstance(field.widget, _UNSEEN):
            yield label, str(field.raw_data[0])


class VersionedForm(Form):
    """A form on something that two people may change: it carries the version that was seen."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class OnceForm(Form):
    """A form that creates something: a token makes the second of two equal posts harmless."""

    once = HiddenField(default=lambda: secrets.token_urlsafe(16))


class FormToken(Base):
    """A token that was used, and where its first use led."""

    __tablename__ = "form_token"
    __table_args__ = (UniqueConstraint("employee_id", "token"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int | None]
    token: Mapped[str]
    address: Mapped[str]
    used_at: Mapped[datetime] = mapped_column(index=True)


def already_led_to(session: Session, employee_id: int | None, token: str | None) -> str | None:
    """Return where an earlier post with this token led; None for the first, or without a token."""
    if not (plain := _plain(token)):
        return None
    return session.scalar(
        select(FormToken.address).where(
            FormToken.employee_id == employee_id, FormToken.token == plain
        )
    )


def remember(session: Session, employee_id: int | None, token: str | None, address: str) -> None:
    """Remember where this token led. Two at once: the unique constraint lets one win.

    A form without a token is nobody's second post: the next one like it must not be swallowed.
    """
    if plain := _plain(token):
        session.add(
            FormToken(employee_id=employee_id, token=plain, address=address, used_at=clock.now())
        )


def _plain(token: str | None) -> str:
    """Return a token as it is kept: what somebody put in its place must fit the index too."""
    return (token or "").replace("\0", "")[:MOST_TOKEN]


def _clean(value: Any) -> Any:
    return nfc(value).strip() if isinstance(value, str) else value
