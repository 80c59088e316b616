"""Words of compliance that more than one page says."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from training_platform.archives.compliance.rules import ItemKind, State, Worth

STATES: dict[State, Any] = {
    State.OVERDUE: _l("Overdue"),
    State.EXPIRING: _l("Expiring soon"),
    State.DUE: _l("Due soon"),
    State.NOT_YET: _l("Not due yet"),
    State.DONE: _l("Fulfilled"),
}
TONES = {
    State.OVERDUE: "bad",
    State.EXPIRING: "warn",
    State.DUE: "info",
    State.NOT_YET: "accent",
    State.DONE: "ok",
}
KINDS: dict[ItemKind, Any] = {
    ItemKind.COURSE: _l("Course"),
    ItemKind.CERTIFICATE: _l("Certificate"),
    ItemKind.EXAM: _l("Exam"),
    ItemKind.PRACTICAL: _l("Practical task"),
}
WORTHS: dict[Worth, Any] = {
    Worth.VALID: _l("Valid"),
    Worth.EXPIRED: _l("Expired"),
    Worth.SUPERSEDED: _l("Superseded"),
    Worth.REVOKED: _l("Revoked"),
    Worth.NOT_YET: _l("Never issued by then"),
}
WORTH_TONES = {
    Worth.VALID: "ok",
    Worth.EXPIRED: "bad",
    Worth.SUPERSEDED: "warn",
    Worth.REVOKED: "bad",
    Worth.NOT_YET: "bad",
}


def item_name(kind: ItemKind, title: str) -> str:
    """Return an item's name with its kind: a course and its certificate have one title."""
    return str(gettext("%(kind)s: %(title)s", kind=KINDS[kind], title=title))


def shared_words() -> Mapping[str, Any]:
    """Return what the templates say with: states, tones, kinds."""
    return {
        "states": STATES,
        "tones": TONES,
        "kinds": KINDS,
        "worths": {key.value: text for key, text in WORTHS.items()},
        "worth_tones": {key.value: tone for key, tone in WORTH_TONES.items()},
        "item_name": item_name,
    }
