"""Which page edits a kind of content by form; everything can also be edited as its files' text."""

from flask import url_for

from training_platform.studio.models import StudioDraft

#: Endpoints that take draft_id, by kind of content.
EDITORS: dict[str, str] = {}


def editor_address(draft: StudioDraft) -> str | None:
    """Return the address of the form in which a draft is edited; None where it has none."""
    endpoint = EDITORS.get(draft.kind)
    return url_for(endpoint, draft_id=draft.id) if endpoint else None
