"""Which page edits a kind of content by form; everything can also be edited as its files' text."""

from typing import Any

from flask import url_for

from training_platform.studio.models import StudioDraft

#: Endpoints that take draft_id, by kind of content.
EDITORS: dict[str, str] = {
    "case": "studio_library.edit",
    "faq": "studio_library.edit",
    "course": "studio_outline.details",
    "paper": "studio_papers.edit",
    "practical": "studio_tasks.edit",
    "question": "studio_questions.edit",
    "rubric": "studio_rubrics.edit",
}
#: What they call the draft where they take drafts of their own kind only.
_ARGUMENTS: dict[str, str] = {
    "case": "library_draft_id",
    "faq": "library_draft_id",
    "paper": "paper_draft_id",
    "practical": "task_draft_id",
    "question": "question_draft_id",
    "rubric": "rubric_draft_id",
}


def editor_address(draft: StudioDraft) -> str | None:
    """Return the address of the form in which a draft is edited; None where it has none."""
    endpoint = EDITORS.get(draft.kind)
    values: dict[str, Any] = {_ARGUMENTS.get(draft.kind, "draft_id"): draft.id}
    return url_for(endpoint, **values) if endpoint else None
