"""The task beside the CRM: the brief, the time, the fields, "check my work" and what it found."""

from typing import Any

from flask import Flask, render_template, request

from training_platform.core import clock, slots
from training_platform.core.db import db
from training_platform.crm.desk import Desk
from training_platform.crm.models import WorkspaceKind
from training_platform.crm.queries.names import names_of
from training_platform.practicals import feedback, queries
from training_platform.practicals.models import PracticalGrading
from training_platform.practicals.rules import TIMED, AttemptState
from training_platform.practicals.views.access import sheet_of


def init_app(app: Flask) -> None:
    """Stand beside every page of a task's workspace."""
    slots.fill(app, "crm.dock", _dock)


def _dock(*, desk: Desk) -> str:
    if desk.workspace.kind is WorkspaceKind.FREE:
        return ""
    attempt = queries.attempt_in(db.session(), desk.workspace.id)
    if attempt is None:
        return ""
    is_own = attempt.employee_id == desk.actor.id
    grading = queries.holding_grading(db.session(), attempt)
    is_running_exam = attempt.mode in TIMED and attempt.state is AttemptState.IN_PROGRESS
    if is_running_exam or attempt.is_sealed:
        grading = None
    sheet = sheet_of(attempt)
    return render_template(
        "practicals/_panel.html",
        attempt=attempt,
        sheet=sheet,
        grading=grading,
        lines=_lines(desk, sheet, grading),
        is_own=is_own,
        is_running=is_own and attempt.state is AttemptState.IN_PROGRESS,
        here=request.full_path.rstrip("?"),
        now=clock.now(),
    )


def _lines(desk: Desk, sheet: Any, grading: PracticalGrading | None) -> list[Any]:
    if grading is None:
        return []
    names = names_of(desk, feedback.records_named(grading.outcomes))
    return feedback.lines_of(sheet.task, grading.outcomes, names)
