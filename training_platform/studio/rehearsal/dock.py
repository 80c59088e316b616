"""The panel beside the pages of a scratch workspace: whose it is, the brief, the ways back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, render_template, request
from flask_login import current_user
from sqlalchemy import select

from training_platform.core import slots
from training_platform.core.db import db
from training_platform.core.i18n import language
from training_platform.crm.desk import Desk
from training_platform.crm.models import WorkspaceKind
from training_platform.practicals.briefing import Block, blocks_of
from training_platform.practicals.drawing import Drawn, Handout
from training_platform.practicals.views.access import Field, shown_fields
from training_platform.studio.rehearsal import services
from training_platform.studio.rehearsal.models import StudioRehearsal
from training_platform.studio.rehearsal.reading import Task, read_task


@dataclass(frozen=True)
class Sheet:
    """A draft as its scratch workspace shows it: the same shape as the sheet of an attempt."""

    title: Mapping[str, Any]
    drawn: Drawn
    blocks: Sequence[Block]
    fields: Sequence[Field]
    handouts: Sequence[Handout]
    has_task: bool


def init_app(app: Flask) -> None:
    """Stand beside every page of a scratch workspace."""
    slots.fill(app, "crm.dock", _dock)


def sheet_of(rehearsal: StudioRehearsal) -> Sheet:
    """Return the draft as it stands now, with what was drawn put in."""
    draft, (drawn, _start) = rehearsal.draft, services.start_of(rehearsal)
    read: Task = read_task(draft.slug, draft.read_files())
    brief = read.brief.get(language()) or next(iter(read.brief.values()), "")
    return Sheet(
        title=draft.title or {language(): draft.slug},
        drawn=replace(drawn, handouts=()),  # the links of an attempt lead elsewhere
        blocks=blocks_of(brief, drawn.params),
        fields=shown_fields(read.task, drawn, rehearsal.answers) if read.task else (),
        handouts=drawn.handouts,
        has_task=read.task is not None,
    )


def _dock(*, desk: Desk) -> str:
    if desk.workspace.kind is not WorkspaceKind.REHEARSAL:
        return ""
    rehearsal = (
        db.session()
        .scalars(
            select(StudioRehearsal).where(
                StudioRehearsal.workspace_id == desk.workspace.id,
                StudioRehearsal.author_id == current_user.id,
                StudioRehearsal.ended_at.is_(None),
            )
        )
        .one_or_none()
    )
    if rehearsal is None:
        return ""
    return render_template(
        "studio/rehearsal/_dock.html",
        rehearsal=rehearsal,
        draft=rehearsal.draft,
        sheet=sheet_of(rehearsal),
        here=request.full_path.rstrip("?"),
    )
