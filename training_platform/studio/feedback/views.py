"""Rating a lesson; what authors read of it."""

from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.core import slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.i18n import language
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.web import is_htmx, render_form, requires
from training_platform.curricula.models import Course, Lesson
from training_platform.curricula.queries import lesson_page
from training_platform.records.my_data import SLOT as MY_DATA
from training_platform.studio.feedback import services
from training_platform.studio.feedback.forms import RatingForm
from training_platform.studio.feedback.queries import courses, lessons, own, stuck
from training_platform.studio.feedback.rules import (
    IDLE_DAYS,
    LEAST_RATERS,
    LONGEST_SENTENCE,
    RatingLevel,
    Voices,
    idle_days,
)
from training_platform.studio.feedback.texts import words

bp = Blueprint("studio_feedback", __name__)
#: None of its own: the studio's place leads here.
PLACES: tuple[Place, ...] = ()
SHOWN_SENTENCES = 5


def init_app(app: Flask) -> None:
    """Stand at the end of every lesson, on the course's page and the desk; tell what is kept."""
    slots.fill(app, "curricula.lesson", _ask)
    slots.fill(app, "curricula.course", _offer)
    slots.fill(app, "studio.desk", _on_desk)
    slots.fill(app, MY_DATA, own.my_data)


@bp.post("/lesson-ratings/<course_id>/<slug>")
@requires(Permission.LESSON_RATE)
def rate(course_id: str, slug: str) -> ResponseReturnValue:
    """Keep a tap, or the sentence after it."""
    lesson, form = _find_lesson(course_id, slug), RatingForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                if form.level.data:
                    level = RatingLevel(form.level.data)
                    services.rate_lesson(session, lesson, current_user, level)
                if form.sentence.data is not None:
                    services.write_sentence(session, lesson, current_user, form.sentence.data)
        except RuleError as error:
            form.refuse(error)
    if form.errors or is_htmx():
        template = "studio/feedback/_rating.html" if is_htmx() else "studio/feedback/rating.html"
        return render_form(template, form, **_rating(f"{course_id}/{slug}"))
    return redirect(f"/courses/{course_id}/{slug}#rating", 303)


@bp.get("/studio/feedback/")
@requires(Permission.LESSON_FEEDBACK_READ)
def index() -> ResponseReturnValue:
    """List the courses: what is said of them, who sees them through, where they are weakest."""
    session, text = db.session(), request.args.get("q", "")
    order = request.args.get("order", "")
    page = paginate(session, courses.courses(text, order))
    return render_template(
        "studio/feedback/courses.html",
        page=page,
        voices_of=courses.voices_of,
        weakest=courses.weakest_lessons(session, [row.id for row in page.rows], language()),
        text=text,
        order=order,
        least=LEAST_RATERS,
    )


@bp.get("/studio/feedback/<course_id>")
@requires(Permission.LESSON_FEEDBACK_READ)
def course(course_id: str) -> ResponseReturnValue:
    """Show a course lesson by lesson: ratings, time, checks, where people stop."""
    session, found = db.session(), _find_course(course_id)
    figures = lessons.lessons_of(session, found, language())
    began, completed = lessons.people_of(session, course_id)
    said = session.execute(lessons.sentences(course_id).limit(SHOWN_SENTENCES)).all()
    return render_template(
        "studio/feedback/course.html",
        course=found,
        lessons=figures,
        voices=sum((each.voices for each in figures), Voices()),
        titles=lessons.titles_of(figures),
        began=began,
        completed=completed,
        sentences=said,
        stuck=stuck.stuck_counts(session, found, IDLE_DAYS[1]),
        days=IDLE_DAYS[1],
        least=LEAST_RATERS,
        **words(),
    )


@bp.get("/studio/feedback/<course_id>/sentences")
@requires(Permission.LESSON_FEEDBACK_READ)
def sentences(course_id: str) -> ResponseReturnValue:
    """List what people wrote of a course, without their names."""
    session, found = db.session(), _find_course(course_id)
    lesson_id, level = request.args.get("lesson", ""), request.args.get("level", "")
    figures = lessons.lessons_of(session, found, language())
    return render_template(
        "studio/feedback/sentences.html",
        course=found,
        titles=lessons.titles_of(figures),
        page=paginate(session, lessons.sentences(course_id, lesson_id, level)),
        lesson_id=lesson_id,
        level=level,
        least=LEAST_RATERS,
        **words(),
    )


@bp.get("/studio/feedback/<course_id>/stuck")
@requires(Permission.LESSON_FEEDBACK_READ)
def stuck_in(course_id: str) -> ResponseReturnValue:
    """Show who does not get on: counts for every author, names within the viewer's reach."""
    session, found = db.session(), _find_course(course_id)
    days = idle_days(request.args.get("days"))
    knows = stuck.may_know_names(current_user)
    figures = lessons.lessons_of(session, found, language())
    return render_template(
        "studio/feedback/stuck.html",
        course=found,
        titles=lessons.titles_of(figures),
        counts=stuck.stuck_counts(session, found, days),
        page=paginate(session, stuck.stuck_people(found, days, current_user)) if knows else None,
        days=days,
        choices=IDLE_DAYS,
        **words(),
    )


def _find_lesson(course_id: str, slug: str) -> Lesson:
    session, lesson_id = db.session(), f"{course_id}/{slug}"
    page = lesson_page(session, lesson_id, current_user.id, language())
    if page is None or not may(current_user, page, Permission.LESSON_RATE):
        raise NotFoundError
    return session.get_one(Lesson, lesson_id)


def _find_course(course_id: str) -> Course:
    found = db.session.get(Course, course_id)
    if found is None:
        raise NotFoundError
    return found


def _rating(lesson_id: str) -> dict[str, Any]:
    return {
        "address": f"/lesson-ratings/{lesson_id}",
        "lesson_address": f"/courses/{lesson_id}",
        "rating": own.own_rating(db.session(), lesson_id, current_user.id),
        "longest": LONGEST_SENTENCE,
        **words(),
    }


def _ask(*, lesson_id: str) -> str:
    """Ask at the end of a lesson how it was."""
    return render_template("studio/feedback/_rating.html", form=None, **_rating(lesson_id))


def _offer(*, course_id: str) -> str:
    """Lead an author from the course's page to what is said of it."""
    if not may(current_user, None, Permission.LESSON_FEEDBACK_READ):
        return ""
    return render_template("studio/feedback/_offer.html", course_id=course_id)


def _on_desk() -> str:
    """Show on the desk which courses help least, and in which lessons people stop."""
    session = db.session()
    rows = session.execute(courses.courses(order="rating").limit(SHOWN_SENTENCES)).all()
    shown = [row for row in rows if courses.voices_of(row).may_show]
    return render_template(
        "studio/feedback/_desk.html",
        courses_shown=shown,
        voices_of=courses.voices_of,
        left=lessons.most_left(session, language(), SHOWN_SENTENCES),
    )
