"""What the sandbox knows of each field: its text, its kind, its rules. Written once, at the column.

Pages, forms, imports, exports, reports and `docs/crm-fields.md` all read it from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import MappedColumn, mapped_column

from training_platform.core.db import Money, UtcDateTime
from training_platform.crm.choices import Choices

KEY = "crm_field"
#: Own fields stand in filters, columns, forms and files under "custom.<key>".
CUSTOM_PREFIX = "custom."


class FieldKind(StrEnum):
    """How a value is entered, shown, compared and imported."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    MOBILE = "mobile"
    EMAIL = "email"
    CHOICE = "choice"
    MONEY = "money"
    INTEGER = "integer"
    PERCENT = "percent"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"
    TAGS = "tags"
    REFERENCE = "reference"
    CUSTOM = "custom"
    JSON = "json"


@dataclass(frozen=True)
class Field:
    """One field of an entity. label is a message id; name and entity are filled by the registry."""

    label: str
    kind: FieldKind
    choices: Choices | None = None
    refers_to: str | None = None
    rules: tuple[str, ...] = ()
    is_required: bool = False
    #: Whoever enters a new record by hand fills it in; it may be empty afterwards.
    is_required_when_new: bool = False
    is_read_only: bool = False
    is_masked: bool = False
    help: str = ""


class Tags(TypeDecorator[list[str]]):
    """A set of short texts, kept as |one|two|: LIKE finds one tag on every database."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Any) -> str | None:
        """Join the tags, sorted and once each; a bar inside a tag becomes a slash."""
        if value is None:
            return None
        tags = sorted({tag.replace("|", "/").strip() for tag in value} - {""})
        return f"|{'|'.join(tags)}|" if tags else ""

    def process_result_value(self, value: str | None, dialect: Any) -> list[str] | None:
        """Return the tags as a list."""
        return None if value is None else [tag for tag in value.split("|") if tag]

    class Comparator(String.Comparator[list[str]]):
        """Adds the one comparison that tags have."""

        def has(self, tag: str) -> Any:
            """Return the condition that a tag is among the tags."""
            from sqlalchemy import type_coerce  # noqa: PLC0415  # only here

            return type_coerce(self.expr, String).contains(f"|{tag}|", autoescape=True)

    comparator_factory = Comparator


_COLUMN_TYPES: Mapping[FieldKind, Any] = {
    FieldKind.TEXT: String,
    FieldKind.LONG_TEXT: String,
    FieldKind.MOBILE: String,
    FieldKind.EMAIL: String,
    FieldKind.CHOICE: String(40),
    FieldKind.MONEY: Money,
    FieldKind.TAGS: Tags,
    FieldKind.INSTANT: UtcDateTime,
    FieldKind.CUSTOM: JSON().with_variant(JSONB(), "postgresql"),
    FieldKind.JSON: JSON().with_variant(JSONB(), "postgresql"),
}
#: What a value of a kind is in Python.
PYTHON_TYPES: Mapping[FieldKind, type] = {
    FieldKind.MONEY: Decimal,
    FieldKind.INTEGER: int,
    FieldKind.PERCENT: int,
    FieldKind.BOOLEAN: bool,
    FieldKind.DATE: date,
    FieldKind.INSTANT: datetime,
    FieldKind.TAGS: list,
    FieldKind.REFERENCE: int,
    FieldKind.CUSTOM: dict,
    FieldKind.JSON: dict,
}


def column(label: str, kind: FieldKind = FieldKind.TEXT, **known: Any) -> MappedColumn[Any]:
    """Return a column that knows its field. Flags: required(_when_new), read_only, masked."""
    default = known.pop("default", None)
    index = known.pop("index", False)
    field = Field(
        label,
        kind,
        is_required=known.pop("required", False),
        is_required_when_new=known.pop("required_when_new", False),
        is_read_only=known.pop("read_only", False),
        is_masked=known.pop("masked", False),
        **known,
    )
    column_type = _COLUMN_TYPES.get(kind)
    arguments = (column_type,) if column_type is not None else ()
    return mapped_column(*arguments, default=default, info={KEY: field, "crm_index": index})


def choice(label: str, choices: Choices, **known: Any) -> MappedColumn[Any]:
    """Return a column that holds one code of a list."""
    return column(label, FieldKind.CHOICE, choices=choices, **known)


def reference(label: str, entity: str, **known: Any) -> MappedColumn[Any]:
    """Return a column that names a record of another entity, and is indexed."""
    return column(label, FieldKind.REFERENCE, refers_to=entity, index=True, **known)
