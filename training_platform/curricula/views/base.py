"""The blueprint of curricula, its places in the shell, and what it puts on others' pages."""

from datetime import date
from typing import Any

from flask import Blueprint, Flask, render_template
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from training_platform.core import clock, slots
from training_platform.core.db import db
from training_platform.core.errors import NotFoundError
from training_platform.core.i18n import language
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission, may
from training_platform.curricula import deadlines, queries, rules, services
from training_platform.curricula.models import Course
from training_platform.curricula.queries.lessons import CoursePage, LessonPage
from training_platform.people.models import Employee

bp = Blueprint("curricula", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        "learn",
        _l("Learn"),
        "book-2",
        "curricula.curriculum",
        Permission.COURSE_READ,
        20,
        is_primary=True,
        blueprints=("curricula",),
    ),
    Place(
        "catalogue",
        _l("Courses"),
        "school",
        "curricula.catalogue",
        Permission.COURSE_READ,
        55,
    ),
    Place(
        "assignments",
        _l("Assignments"),
        "clipboard-list",
        "curricula.assignments",
        Permission.ASSIGNMENT_MANAGE,
        56,
    ),
    Place(
        "curricula",
        _l("Curricula"),
        "list-check",
        "curricula.manage",
        Permission.CURRICULUM_MANAGE,
        57,
    ),
)


def init_app(app: Flask) -> None:
    """Fill the slots of others: the preview of a role change, the learning of a person."""
    slots.fill(app, "people.job_role_change", draw_sync_preview)
    slots.fill(app, "records.person", draw_progress)
    slots.fill(app, "people.employee", draw_progress)
    slots.fill(app, "quizzes.own_courses", own_courses)
    slots.fill(app, "history.courses", queries.course_titles)
    slots.fill(app, "library.entry", draw_lessons)
    app.jinja_env.globals["due_state"] = _due_state
    deadlines.register(app)


def draw_lessons(*, lessons: list[str]) -> str:
    """Lead from a case or a common question to the lessons that it belongs to."""
    found = queries.lesson_titles(db.session(), lessons)
    return render_template("curricula/_lessons.html", lessons=found) if found else ""


def find_course(course_id: str) -> CoursePage:
    """Return the view's course; raise NotFoundError where the viewer may not read it."""
    page = queries.course_page(db.session(), course_id, current_user.id)
    if page is None or not may(current_user, page, Permission.COURSE_READ):
        raise NotFoundError
    return page


def find_lesson(course_id: str, slug: str) -> LessonPage:
    """Return the view's lesson; raise NotFoundError where the viewer may not read it."""
    lesson_id = f"{course_id}/{slug}"
    page = queries.lesson_page(db.session(), lesson_id, current_user.id, language())
    if page is None or not may(current_user, page, Permission.COURSE_READ):
        raise NotFoundError
    return page


def draw_sync_preview(
    employee: Employee | None = None,
    job_role_id: str | None = None,
    on: date | None = None,
    **_context: Any,
) -> str:
    """Draw what a new job role would change in somebody's courses, before it is decided."""
    if employee is None:
        return ""
    session = db.session()
    plan = services.preview_sync(session, employee.id, job_role_id, on or clock.today())
    titles = {course.id: course.title for course in session.query(Course)}
    return render_template("curricula/_sync_preview.html", plan=plan, titles=titles)


def own_courses(employee_id: int) -> list[str]:
    """Return somebody's courses in their order: their quizzes come first among all quizzes."""
    return queries.own_courses(db.session(), employee_id)


def draw_progress(employee: Employee | None = None, **_context: Any) -> str:
    """Draw somebody's courses for those who may assign to her; nothing for others."""
    if employee is None or not may(current_user, employee, Permission.ASSIGNMENT_MANAGE):
        return ""
    courses = queries.progress_of(db.session(), employee.id)
    return render_template("curricula/_progress.html", courses=courses, employee=employee)


def _due_state(due_on: date | None) -> str:
    return rules.due_state(due_on, clock.today()).value
