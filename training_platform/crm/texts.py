"""What acts of the event log are called, and what they look like."""

from collections.abc import Mapping

from training_platform.core.i18n import translate
from training_platform.crm.models import CrmEvent
from training_platform.crm.registry import ENTITIES


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: Act → (text with %(what)s for the entity, icon).
ACTS: Mapping[str, tuple[str, str]] = {
    "create": (_("Created: %(what)s"), "plus"),
    "update": (_("Changed: %(what)s"), "pencil"),
    "delete": (_("Deleted: %(what)s"), "trash"),
    "play_seller": (_("Took another desk"), "user"),
}
_OTHER = (_("%(act)s: %(what)s"), "circle")


def act_line(event: CrmEvent) -> str:
    """Return one act in words, in the page's language."""
    text, _icon = ACTS.get(event.act, _OTHER)
    entity = ENTITIES.get(event.entity or "")
    what = translate(entity.label) if entity else ""
    name = event.context.get("title") or ""
    return translate(text, act=event.act, what=f"{what} {name}".strip())


def act_icon(event: CrmEvent) -> str:
    """Return the icon of an act."""
    return ACTS.get(event.act, _OTHER)[1]
