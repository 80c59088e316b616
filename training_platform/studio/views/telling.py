"""What the forms of all kinds of files say alike: what a save did, and that only text is left."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_platform.core import clock
from training_platform.core.i18n import format_time
from training_platform.studio.models import StudioDraft, StudioFile
from training_platform.studio.services.drafts import Saved


def text_instead(draft: StudioDraft, file: StudioFile) -> ResponseReturnValue:
    """Lead to the text of a file that its form cannot show without losing something of it."""
    flash(_("This can only be edited as text at the moment."), "warn")
    return redirect(url_for("studio.edit", draft_id=draft.id, path=file.path))


def save_report(saved: Saved, **more: Any) -> dict[str, Any]:
    """Return what a save did, for the script that saves; more is the form's own."""
    return {
        "number": saved.number,
        "saved_at": format_time(clock.now()),
        "was_merged": saved.was_merged,
        "is_aside": saved.is_aside,
        **more,
    }


def tell_saved(saved: Saved, act: str = "") -> None:
    """Say on the next page what a save did; a button that did something shows it by itself."""
    if saved.is_aside:
        flash(_("Somebody else changed the same lines. Yours are kept among the saves."), "warn")
    elif not act:
        flash(_("Saved."))
