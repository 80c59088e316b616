"""Where exams show on pages of others: Today, the curriculum, the quizzes, a course, a part."""

from collections.abc import Sequence
from typing import Any

from flask import Flask, render_template
from flask_login import current_user

from training_platform.assessment.regrading import RegradeState, is_applied
from training_platform.core import clock, slots
from training_platform.core.db import db
from training_platform.exams import changes, queries
from training_platform.exams.models import Exam
from training_platform.exams.rules import PartKind


def init_app(app: Flask) -> None:
    """Fill the slots."""
    slots.fill(app, "home.today", _on_today)
    slots.fill(app, "quizzes.index", _offered)
    slots.fill(app, "curricula.curriculum", _offered)
    slots.fill(app, "curricula.course", _on_course)
    slots.fill(app, "assessment.part", _on_part)
    slots.fill(app, "practicals.regrade", _on_regrade)
    slots.fill(app, "quizzes.regrade", _on_paper_regrade)


def _on_today() -> str:
    """Lead back to the sitting that runs; offer what was not passed yet."""
    exams = queries.offered(db.session(), current_user.id)
    running = [each for each in exams if each.open_token and each.deadline_at >= clock.now()]
    chosen = running or [each for each in exams if each.percent is None][:1]
    return _cards(chosen) if chosen else ""


def _offered() -> str:
    exams = queries.offered(db.session(), current_user.id)
    return _cards(exams) if exams else ""


def _cards(exams: Any) -> str:
    return render_template("exams/_offered.html", exams=exams, now=clock.now())


def _on_course(*, course_id: str) -> str:
    """Name the exam that a course prepares for, whoever may sit it."""
    exams = queries.offered(db.session(), current_user.id)
    chosen = [each for each in exams if each.course_id == course_id]
    return _cards(chosen) if chosen else ""


def _on_part(*, part_of: str) -> str:
    """Say which exam an attempt is a part of, and how long the whole still takes."""
    session = db.session()
    sitting = queries.sitting_by_token(session, part_of.rsplit("/", 1)[-1])
    if sitting is None:
        return ""
    exam = session.get_one(Exam, sitting.exam_id)
    opened = sum(each.attempt_id is not None for each in sitting.parts)
    return render_template("exams/_part.html", sitting=sitting, exam=exam, number=opened)


def _on_regrade(*, regrade: Any, rows: Sequence[Any]) -> str:
    """Say which exams change with these tasks' results; while the plan is up for decision."""
    return _foreseen(regrade, rows, PartKind.PRACTICAL)


def _on_paper_regrade(*, regrade: Any, rows: Sequence[Any]) -> str:
    """Say which exams change with these papers' results; while the plan is up for decision."""
    return _foreseen(regrade, rows, PartKind.PAPER)


def _foreseen(regrade: Any, rows: Sequence[Any], kind: PartKind) -> str:
    if regrade.state is not RegradeState.READY:
        return ""
    points = {
        item.attempt_id: item.points
        for item, attempt, *_rest in rows
        if attempt.part_of
        and item.points is not None
        and is_applied(item.change, takes_pass=item.taken_reason is not None)
    }
    lines = changes.foreseen(db.session(), points, kind)
    return render_template("exams/_regrade.html", lines=lines) if lines else ""
