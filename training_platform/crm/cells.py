"""How values of records look: one text for lists, record pages, history and exports alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from training_platform.core.i18n import format_date, format_datetime, format_money, translate
from training_platform.crm.choices import TIERS
from training_platform.crm.desk import Desk
from training_platform.crm.fields import CUSTOM_PREFIX, Field, FieldKind
from training_platform.crm.models import Layered
from training_platform.crm.queries.names import Names
from training_platform.crm.registry import Entity, entity_of
from training_platform.crm.rules.roles import mask_email, mask_mobile


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


YES, NO = _("Yes"), _("No")
#: Columns that are computed: name → (label, kind).
DERIVED: Mapping[str, Mapping[str, Field]] = {
    "customer": {
        "tier": Field(_("Tier"), FieldKind.CHOICE, choices=TIERS, is_read_only=True),
        "open_amount": Field(_("Open opportunities"), FieldKind.MONEY, is_read_only=True),
        "paid_amount": Field(_("Paid in 12 months"), FieldKind.MONEY, is_read_only=True),
    },
    "lead": {"score": Field(_("Lead score"), FieldKind.INTEGER, is_read_only=True)},
}
#: Codes that deserve a color: field → code → tone.
TONES: Mapping[str, Mapping[str, str]] = {
    "tier": {"vip": "accent", "key": "info"},
    "priority": {"urgent": "bad", "high": "warn"},
    "severity": {"high": "warn"},
    "status": {
        "unassigned": "warn",
        "assigned": "info",
        "following": "info",
        "converted": "ok",
        "new": "info",
        "in_progress": "info",
        "reopened": "bad",
        "resolved": "ok",
        "closed": "ok",
        "done": "ok",
        "paid": "ok",
        "signed": "ok",
        "accepted": "ok",
        "approved": "ok",
        "published": "ok",
        "outdated": "warn",
        "in_approval": "warn",
        "refused": "bad",
    },
    "stage": {"won": "ok", "lost": "bad"},
    "retention": {"archived": "warn", "anonymized": "warn"},
}
#: Instants that are late once they have passed, while nothing says that they were met.
_DUE = {
    "next_follow_up_at": (),
    "due_at": ("done_at",),
    "first_follow_up_due_at": ("first_followed_up_at",),
    "response_due_at": ("first_responded_at",),
    "resolve_due_at": ("resolved_at",),
}


@dataclass(frozen=True)
class Cell:
    """One value as a page shows it."""

    label: str
    text: str
    tone: str | None = None
    #: (entity, id) of the record that the value names.
    link: tuple[str, int] | None = None
    is_number: bool = False
    is_late: bool = False
    is_missing: bool = False
    is_masked: bool = False
    #: For tags: each by itself.
    parts: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Tell that the value is nothing but its text."""
        is_marked = self.tone or self.is_late or self.is_missing or self.is_masked
        return bool(self.text) and not (is_marked or self.link or self.parts)


def field_of(entity: Entity, name: str) -> Field | None:
    """Return a field of an entity, computed ones included."""
    return DERIVED.get(entity.name, {}).get(name) or entity.fields.get(name)


def plain(known: Field, value: Any, names: Names | None = None) -> str:
    """Return a value as text."""
    if value in (None, "", []):
        return ""
    if known.kind is FieldKind.CHOICE:
        return translate((known.choices or {}).get(value, str(value)))
    if known.kind is FieldKind.REFERENCE:
        return names.of(known.refers_to, value) if names else str(value)
    return _FORMATS.get(known.kind, str)(value)


def cell(desk: Desk, record: Layered, name: str, names: Names, value: Any = None) -> Cell:
    """Return a field of a record as the seller who is played may see it."""
    known = field_of(entity_of(type(record)), name)
    if known is None:  # a field that the company added, or none
        own = getattr(record, "custom", None) or {}
        is_own_field = name.startswith(CUSTOM_PREFIX)
        return Cell(
            name, str(own.get(name.removeprefix(CUSTOM_PREFIX), "")) if is_own_field else ""
        )
    given = value if value is not None else getattr(record, name, None)
    is_masked = known.is_masked and bool(given) and not is_own(desk, record, names)
    text = mask(known, str(given)) if is_masked else plain(known, given, names)
    is_reference = known.kind is FieldKind.REFERENCE and text and known.refers_to
    return Cell(
        known.label,
        text,
        tone=TONES.get(name, {}).get(given) if isinstance(given, str) else None,
        link=(str(known.refers_to), int(given)) if is_reference and given else None,
        is_number=known.kind in {FieldKind.MONEY, FieldKind.INTEGER, FieldKind.PERCENT},
        is_late=_is_late(desk, record, name, given),
        is_missing=name == "next_follow_up_at" and given is None and _is_followed(record),
        is_masked=is_masked,
        parts=tuple(given) if known.kind is FieldKind.TAGS and given else (),
    )


def mask(known: Field, text: str) -> str:
    """Return contact data as others see it."""
    if known.kind is FieldKind.MOBILE:
        return mask_mobile(text)
    if known.kind is FieldKind.EMAIL:
        return mask_email(text)
    return f"{text[:1]}***"


def is_own(desk: Desk, record: Layered, names: Names | None = None) -> bool:
    """Tell whether a record is the seller's own; a contact is its customer's owner's."""
    if hasattr(record, "owner_id"):
        return bool(record.owner_id == desk.seller.id)
    customer_id = getattr(record, "customer_id", None)
    if customer_id is None or names is None:
        return False
    return names.owners.get(customer_id) == desk.seller.id


def _is_followed(record: Layered) -> bool:
    """Tell whether somebody should plan the next follow-up: not for the pool or the archive."""
    is_open = getattr(record, "status", "") not in {"converted", "invalid"}
    is_active = getattr(record, "retention", "active") == "active"
    return is_open and is_active and getattr(record, "owner_id", None) is not None


def _is_late(desk: Desk, record: Layered, name: str, value: Any) -> bool:
    if name not in _DUE or not isinstance(value, datetime) or value >= desk.now:
        return False
    return not any(getattr(record, met, None) for met in _DUE[name])


_FORMATS: Mapping[FieldKind, Callable[[Any], str]] = {
    FieldKind.BOOLEAN: lambda value: translate(YES if value else NO),
    FieldKind.TAGS: " · ".join,
    FieldKind.PERCENT: lambda value: f"{value} %",
    FieldKind.MONEY: format_money,
    FieldKind.DATE: format_date,
    FieldKind.INSTANT: format_datetime,
}
