"""What the views of selling share: loading in reach, pressing a button once, going back."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core import forms, slots
from training_platform.core.errors import RuleError
from training_platform.core.i18n import translate
from training_platform.core.text import whole_number
from training_platform.core.web import safe_next
from training_platform.crm.choices import INDUSTRIES, REGIONS, SOURCES, TIERS, Choices
from training_platform.crm.desk import Desk
from training_platform.crm.models import Layered
from training_platform.crm.registry import ENTITIES
from training_platform.crm.services import entry
from training_platform.crm.services.access import find_to_change, find_within_reach
from training_platform.crm.views.blueprint import writing_desk

Record = TypeVar("Record", bound=Layered)


def record_url(workspace_id: int, entity: str, item_id: int) -> str:
    """Return the address of a record's page."""
    return url_for("crm.record", workspace_id=workspace_id, entity=entity, item_id=item_id)


def back_url(fallback: str) -> str:
    """Return where the form came from (next), if it is an address of ours."""
    return safe_next(request.values.get("next")) or fallback


def find_on_page(desk: Desk, model: type[Record], item_id: int) -> Record:
    """Return the record of a form's page.

    Where the form was sent, a record deleted meanwhile is a conflict that shows what was typed.
    """
    find = find_to_change if request.method == "POST" else find_within_reach
    return find(desk, model, item_id)


def seen_version() -> int:
    """Return the version that stood in the posted form; 0, which no record has, for nonsense."""
    return whole_number(request.form.get("version", "")) or 0


def press(
    workspace_id: int,
    entity: str,
    item_id: int,
    act: Callable[[Desk, Any, int], Any],
    *,
    done: str,
    fallback: str | None = None,
) -> ResponseReturnValue:
    """Do one act on a record and go back; a refusal is shown there in words.

    act takes the desk, the record and the version that was seen.
    """
    address = back_url(fallback or record_url(workspace_id, entity, item_id))
    try:
        with writing_desk(workspace_id) as desk:
            record: Layered = find_to_change(desk, ENTITIES[entity].model, item_id)
            act(desk, record, seen_version())
    except RuleError as error:
        flash(entry.said(error), "bad")
    else:
        flash(done)
    return redirect(address, 303)


def led_before(desk: Desk) -> ResponseReturnValue | None:
    """Return the way that an equal post led before, with a word on it; None for the first.

    After Back, something else may stand in the form: it is not saved, and must not seem to be.
    """
    led = forms.already_led_to(desk.session, current_user.id, request.form.get("once"))
    if led is None:
        return None
    flash(
        _(
            "This form was saved before, so nothing was added. "
            "To enter something else, open a new form."
        ),
        "info",
    )
    return redirect(led, 303)


def remember(desk: Desk, address: str) -> None:
    """Remember where this form's token led."""
    forms.remember(desk.session, current_user.id, request.form.get("once"), address)


def choice_text(name: str, code: str | None) -> str:
    """Return what a code of a list is called; name is one of the lists."""
    return translate(_LISTS[name].get(code, code)) if code else ""


_LISTS: Mapping[str, Choices] = {
    "region": REGIONS,
    "industry": INDUSTRIES,
    "source": SOURCES,
    "tier": TIERS,
}


def init_app(app: Flask) -> None:
    """Give templates the words of codes, and the sandbox's navigation the places of selling."""
    app.jinja_env.globals["choice_text"] = choice_text
    slots.fill(app, "crm.tools", lambda **context: render_template(_TOOLS, **context))


_TOOLS = "crm/_selling_tools.html"
