"""How the practice company's pages name what they send, for a form that could not be read."""

from collections.abc import Callable, Iterator, Mapping

from flask import Flask, request

from training_platform.core.typed import Named, add_reader
from training_platform.crm.entry_forms import CHOSEN, EntryForm
from training_platform.crm.fields import Field, FieldKind
from training_platform.crm.registry import ENTITIES
from training_platform.crm.views.record import follow_up_form
from training_platform.crm.views.tasks import task_form


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: Forms of a few fields that stand on a page of something else.
_SMALL: Mapping[str, Callable[[dict[str, str]], EntryForm]] = {
    "crm.add_task": task_form,
    "crm.log_follow_up": follow_up_form,
}
#: Fields that a page draws by itself.
_PLAIN: Mapping[str, str] = {
    "duplicate_reason": _("Why this is another one"),
    "purpose": _("What it is for"),
    "leads": _("Leads to try, one a line"),
    "tag": _("Tag"),
    "text": _("What you did or said"),
    "solution": _("Solution"),
    "reopen_reason": _("Reason"),
}


def init_app(app: Flask) -> None:
    """Name the fields of records on the page of a session that is over."""
    add_reader(app, "crm", _named)


def _named() -> dict[str, Named]:
    found = {name: Named(label) for name, label in _PLAIN.items()}
    if small := _SMALL.get(request.endpoint or ""):
        inputs = small({})
        return found | {each.name: Named(each.label, dict(each.options or ())) for each in inputs}
    entity = ENTITIES.get((request.view_args or {}).get("entity", ""))
    return found | dict(_of_fields(entity.fields)) if entity is not None else found


def _of_fields(fields: Mapping[str, Field]) -> Iterator[tuple[str, Named]]:
    for name, known in fields.items():
        texts = {"1": _("Yes")} if known.kind is FieldKind.BOOLEAN else known.choices
        # Chosen from a list, it is a number that says nothing to a reader.
        is_number = known.kind is FieldKind.REFERENCE and known.refers_to in CHOSEN
        yield name, Named(known.label, texts or {}, is_hidden=is_number)
