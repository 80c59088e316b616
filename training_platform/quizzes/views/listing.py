"""The list of quizzes, and a quiz before it begins."""

from collections.abc import Callable, Collection
from itertools import chain, groupby
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.assessment.extra_time import extra_percent
from training_platform.assessment.texts import rung_text
from training_platform.core import slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.i18n import translate
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import load, requires, see_other
from training_platform.quizzes import queries, services
from training_platform.quizzes.models import Paper
from training_platform.quizzes.views.blueprint import bp


@bp.get("/quizzes/")
@requires(Permission.PAPER_READ)
def index() -> ResponseReturnValue:
    """List the quizzes with where the person stands, those of the own courses first."""
    text = request.args.get("q", "")
    own = list(chain(*slots.ask("quizzes.own_courses", employee_id=current_user.id)))
    page = paginate(db.session(), queries.papers(text, first=own))
    return render_template(
        "quizzes/index.html",
        page=page,
        groups=[(mine, list(rows)) for mine, rows in groupby(page.rows, _is_among(own))],
        has_own=bool(own),
        standings=queries.standings(db.session(), current_user.id, page.rows),
        text=text,
    )


def _is_among(own: Collection[str]) -> Callable[[Any], bool]:
    return lambda paper: paper.course_id in own


@bp.get("/quizzes/<paper_id>")
@requires(Permission.PAPER_READ)
def paper(paper_id: str) -> ResponseReturnValue:
    """Say what a quiz asks, its rules, what follows a fail, and offer the next attempt."""
    return _show(load(Paper, paper_id))


@bp.post("/quizzes/<paper_id>/start")
@requires(Permission.PAPER_READ)
def start(paper_id: str) -> ResponseReturnValue:
    """Begin an attempt, or go on with the open one."""
    found = load(Paper, paper_id)
    try:
        with transaction() as session:
            token = services.start_attempt(session, found, current_user).token
    except RuleError as error:
        refusal = translate(error.text, **error.values)
        return _show(load(Paper, paper_id), refusal), 422
    return see_other(".attempt", token=token)


def _show(found: Paper, refusal: str = "") -> str:
    standing = queries.standing_of(db.session(), current_user.id, found)
    return render_template(
        "quizzes/paper.html",
        paper=found,
        standing=standing,
        step=standing.step,
        rungs=[rung_text(rung) for rung in standing.rungs],
        refusal=refusal,
        extra_percent=extra_percent(db.session(), current_user.id),
    )
