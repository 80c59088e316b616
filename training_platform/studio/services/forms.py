"""What a form says of a file: merged part by part with what colleagues wrote meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core.db import lock
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.studio.merging import merge_values
from training_platform.studio.models import StudioDraft, StudioFile, StudioSave
from training_platform.studio.patching import patched, read
from training_platform.studio.services.drafts import Edit, Saved, save_file

Value = dict[str, Any]


@dataclass(frozen=True)
class FormEdit:
    """What somebody has changed in a form that was drawn after the save of this number.

    change turns the text that she began with into her value; order says where new keys belong.
    """

    number: int
    change: Callable[[str], Value]
    order: Sequence[str] = ()


def save_form(
    session: Session, draft: StudioDraft, actor: Person, file: StudioFile, edit: FormEdit
) -> Saved:
    """Take what somebody has changed in the form of a file.

    Other parts that colleagues changed meanwhile are kept; where both changed the same part, hers
    is kept aside. Raises as save_file().
    """
    authorize(actor, draft, Permission.STUDIO_USE)
    lock(session, StudioDraft, draft.id)
    session.refresh(file)
    base, now = _text_at(session, file, edit.number), read(file.text or "")
    mine = edit.change(base)
    merged = None
    if edit.number < file.number and now is not None:
        merged = merge_values(read(base) or {}, mine, now)
    if merged is None:
        text = patched(base, mine, edit.order)
        return save_file(session, draft, actor, Edit(file.path, text, edit.number))
    text = patched(file.text or "", merged, edit.order)
    saved = save_file(session, draft, actor, Edit(file.path, text, file.number))
    return Saved(saved.number, saved.text, was_merged=merged != mine)


def _text_at(session: Session, file: StudioFile, number: int) -> str:
    """Return a file's text after a save; the present one if that is not known any more."""
    found = session.scalars(
        select(StudioSave)
        .where(
            StudioSave.draft_id == file.draft_id,
            StudioSave.path == file.path,
            StudioSave.number == number,
            StudioSave.is_aside.is_(False),
        )
        .limit(1)
    ).one_or_none()
    return (found.text if found else None) or file.text or ""
