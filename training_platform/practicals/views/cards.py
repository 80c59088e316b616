"""Where tasks show on pages of others: Today, a course."""

from flask import Flask, render_template
from flask_login import current_user

from training_platform.core import slots
from training_platform.core.db import db
from training_platform.people.models import Employee
from training_platform.practicals import queries, retention  # noqa: F401  # registers its job
from training_platform.practicals.models import Practical

SHOWN_ON_COURSE = 6


def init_app(app: Flask) -> None:
    """Fill the slots."""
    slots.fill(app, "home.today", _on_today)
    slots.fill(app, "curricula.course", _on_course)


def _on_today() -> str:
    """Offer the attempt that is open, and the next task of the own job role."""
    session = db.session()
    running = queries.open_attempts(session, current_user.id)
    chosen = [] if running else queries.next_tasks(session, current_user.id)
    if not running and not chosen:
        return ""
    return render_template("practicals/_today.html", running=running, tasks=chosen)


def _on_course(*, course_id: str) -> str:
    """List some tasks of a course: begun ones, those of the own job role, what is left to do."""
    session = db.session()
    tasks = queries.tasks_of_course(session, course_id)
    if not tasks:
        return ""
    progress = queries.progress_of(session, current_user.id, [each.id for each in tasks])
    job_role = session.get_one(Employee, current_user.id).job_role_id

    def rank(task: Practical) -> tuple[bool, bool, bool]:
        done = progress[task.id]
        is_over = done.has_passed_exam or done.has_practised
        return done.open_attempt is None, job_role not in task.job_roles, is_over

    return render_template(
        "practicals/_course.html",
        course_id=course_id,
        tasks=sorted(tasks, key=rank)[:SHOWN_ON_COURSE],
        count=len(tasks),
        progress=progress,
    )
