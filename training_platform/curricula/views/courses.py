"""My curriculum, the catalogue, a course."""

from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError
from training_platform.core.i18n import language, pick
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import requires, see_other
from training_platform.curricula import queries, rules, services
from training_platform.curricula.models import Course, Curriculum
from training_platform.curricula.texts import AREAS, LEVELS, PHASES, STATES
from training_platform.curricula.views.base import bp, find_course
from training_platform.people.models import Competency, JobRole
from training_platform.records.queries import standings, subjects_with


@bp.get("/curriculum")
@requires(Permission.COURSE_READ)
def curriculum() -> ResponseReturnValue:
    """Show the viewer's curriculum: phases with courses, progress, due days, competencies."""
    session = db.session()
    courses = queries.learning(session, current_user.id)
    own = session.get(Curriculum, current_user.job_role_id) if current_user.job_role_id else None
    return render_template(
        "curricula/curriculum.html",
        curriculum=own,
        groups=_groups(own, courses),
        titles={each.course_id: each.title for each in courses},
        completed=rules.completed_ids(courses),
        courses=courses,
        next=rules.choose_next(courses, clock.today()),
        standings=standings(session, current_user),
        waits_for=rules.waits_for,
    )


@bp.get("/courses/")
@requires(Permission.COURSE_READ)
def catalogue() -> ResponseReturnValue:
    """Show all courses, searched and filtered, with where the viewer stands."""
    session = db.session()
    names = ("area", "level", "job_role", "state")
    wanted = {name: request.args.get(name, "") for name in names}
    query = request.args.get("q", "")
    page = paginate(session, queries.catalogue(current_user.id, query=query, **wanted))
    return render_template(
        "curricula/catalogue.html",
        page=page,
        query=query,
        wanted=wanted,
        areas=AREAS,
        levels=LEVELS,
        states=STATES,
        job_roles=_job_roles(),
    )


@bp.get("/courses/<course_id>")
@requires(Permission.COURSE_READ)
def course(course_id: str) -> ResponseReturnValue:
    """Show a course: what it is about, its lessons, its quiz, what it shows."""
    session = db.session()
    page = find_course(course_id)
    outline = queries.outline(session, course_id, current_user.id, language())
    competencies = session.execute(
        select(Competency.id, Competency.name, Competency.levels)
        .where(Competency.id.in_(list(page.course.competencies)))
        .order_by(Competency.position)
    ).all()
    paper_id = page.course.paper_id
    passed = subjects_with(session, current_user.id, "quiz_passed") if paper_id else set()
    return render_template(
        "curricula/course.html",
        page=page,
        course=page.course,
        outline=outline,
        open_lesson=_where_to_go_on(page.last_lesson_id, outline),
        competencies=competencies,
        has_passed=paper_id in passed,
        job_roles=[each for each in _job_roles() if each[0] in page.course.job_roles],
        areas=AREAS,
        levels=LEVELS,
    )


@bp.post("/courses/<course_id>/enrol")
@requires(Permission.COURSE_READ)
def enrol(course_id: str) -> ResponseReturnValue:
    """Add a course to one's own."""
    page = find_course(course_id)
    with transaction() as session:
        services.enrol(session, page.course, current_user)
    flash(_("The course is on your list now."), "success")
    return see_other(".course", course_id=course_id)


@bp.post("/courses/<course_id>/leave")
@requires(Permission.COURSE_READ)
def leave(course_id: str) -> ResponseReturnValue:
    """Take a course off one's own list."""
    page = find_course(course_id)
    with transaction() as session:
        services.leave_course(session, page.course, current_user)
    flash(_("The course is off your list. What you have done in it is kept."), "success")
    return see_other(".course", course_id=course_id)


def _where_to_go_on(last_lesson_id: str | None, outline: Any) -> Any:
    """Return the lesson where the course goes on: the last one if unfinished, else the next."""
    open_ones = [each for each in outline if each.finished_at is None]
    for each in open_ones:
        if each.id == last_lesson_id:
            return each
    return open_ones[0] if open_ones else None


def _groups(own: Curriculum | None, courses: list[rules.CourseState]) -> list[dict[str, Any]]:
    """Return the courses by phase of the curriculum; then what others asked for, then the rest."""
    groups = []
    placed: set[str] = set()
    for phase in own.phases if own else ():
        members = [each for each in courses if each.phase == phase["id"]]
        placed |= {each.course_id for each in members}
        title = pick(phase["title"]) or str(PHASES.get(phase["id"], phase["id"]))
        groups.append({"id": phase["id"], "title": title, "courses": members})
    others = [each for each in courses if each.course_id not in placed]
    asked = [each for each in others if not each.is_completed]
    done = [each for each in others if each.is_completed]
    groups.append({"id": "more", "title": _("Besides your curriculum"), "courses": asked})
    groups.append({"id": "earlier", "title": _("Completed earlier"), "courses": done})
    return [group for group in groups if group["courses"]]


def _job_roles() -> list[tuple[str, str]]:
    found = db.session.execute(select(JobRole.id, JobRole.name).order_by(JobRole.position))
    return [(row[0], pick(row[1])) for row in found]


def course_choices() -> list[tuple[str, str]]:
    """Return the courses that may be assigned, as a select shows them."""
    found = db.session.execute(
        select(Course.id, Course.title).where(Course.is_withdrawn.is_(False)).order_by(Course.id)
    )
    return [(row[0], pick(row[1])) for row in found]


def load_course(course_id: str) -> Course:
    """Return a course that may be assigned; raise NotFoundError for an unknown one."""
    found = queries.find_course(db.session(), course_id)
    if found is None:
        raise NotFoundError
    return found
