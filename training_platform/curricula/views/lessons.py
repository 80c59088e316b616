"""The lesson: reading, answering its check question, finishing, keeping the place."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from training_platform.assessment import presentation
from training_platform.assessment.review import review_of
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.i18n import language
from training_platform.core.permissions import Permission
from training_platform.core.web import is_htmx, render_form, requires, see_other
from training_platform.curricula import queries, services
from training_platform.curricula.forms import LessonForm
from training_platform.curricula.models import Lesson
from training_platform.curricula.queries.lessons import LessonPage
from training_platform.curricula.views.base import bp, find_lesson

ADDRESS = "/courses/<course_id>/<slug>"


@bp.get(ADDRESS)
@requires(Permission.COURSE_READ)
def lesson(course_id: str, slug: str) -> ResponseReturnValue:
    """Show a lesson. Opening it is noted by the script, or when the reader answers or finishes."""
    page = find_lesson(course_id, slug)
    return _show(page, LessonForm(), again="again" in request.args)


@bp.post(ADDRESS + "/answer")
@requires(Permission.COURSE_READ)
def answer(course_id: str, slug: str) -> ResponseReturnValue:
    """Mark an answer to the check question, and say at once why."""
    page = find_lesson(course_id, slug)
    form = LessonForm()
    question = page.question or {}
    shown = presentation.parse_answer(question.get("kind", ""), request.form)
    try:
        with transaction() as session:
            given = presentation.as_defined(question, order_of(page), shown) if question else None
            services.answer_check(session, _row(page), current_user, given)
    except RuleError as error:
        form.refuse(error)
        return _show(page, form, again=True, shown=shown)
    if is_htmx():
        return _show(find_lesson(course_id, slug), form)
    return redirect(url_for(".lesson", course_id=course_id, slug=slug, _anchor="check"), 303)


@bp.post(ADDRESS + "/finish")
@requires(Permission.COURSE_READ)
def finish(course_id: str, slug: str) -> ResponseReturnValue:
    """Finish the lesson, and go on to the next one or back to the course."""
    page = find_lesson(course_id, slug)
    form = LessonForm()
    try:
        with transaction() as session:
            services.finish_lesson(session, _row(page), current_user)
    except RuleError as error:
        form.refuse(error)
        return _show(page, form)
    following = _neighbors(page, _outline(page))[1]
    if following is not None:
        return redirect(f"/courses/{following.id}", 303)
    return see_other(".course", course_id=course_id)


@bp.post(ADDRESS + "/place")
@requires(Permission.COURSE_READ)
def place(course_id: str, slug: str) -> ResponseReturnValue:
    """Keep where the reader is; without a percentage only that the lesson was opened."""
    page = find_lesson(course_id, slug)
    percent = request.form.get("percent", type=int)
    with transaction() as session:
        if percent is None:
            services.open_lesson(session, _row(page), current_user)
        else:
            services.keep_place(session, _row(page), current_user, percent)
    return "", 204


def order_of(page: LessonPage) -> list[int]:
    """Return the order of the check question's options: the same for one person each time."""
    if not page.question:
        return []
    seed = f"{page.id}:{page.question_revision_id}:{current_user.id}"
    return presentation.make_order(page.question, Random(seed))  # noqa: S311  # not a secret


def as_shown(
    question: Mapping[str, Any], order: Sequence[int], given: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Turn an answer in the definition's numbers into those of the page."""
    return presentation.as_defined(question, _inverse(question, order), given)


def _inverse(question: Mapping[str, Any], order: Sequence[int]) -> list[int]:
    if question["kind"] == "gap_text":
        parts = presentation.orders_of_gaps(question, order)
        return [list(part).index(number) for part in parts for number in range(len(part))]
    return [list(order).index(number) for number in range(len(order))]


def _row(page: LessonPage) -> Lesson:
    return db.session.get_one(Lesson, page.id)


def _outline(page: LessonPage) -> Sequence[Any]:
    return queries.outline(db.session(), page.course_id, current_user.id, language())


def _neighbors(page: LessonPage, outline: Sequence[Any]) -> tuple[Any, Any]:
    before = [each for each in outline if each.position < page.position]
    after = [each for each in outline if each.position > page.position]
    return (before[-1] if before else None), (after[0] if after else None)


def _show(
    page: LessonPage,
    form: LessonForm,
    *,
    again: bool = False,
    shown: Mapping[str, Any] | None = None,
) -> ResponseReturnValue:
    """Draw the lesson, or for htmx only its check question."""
    context: dict[str, Any] = {"page": page, "address": f"/courses/{page.id}"}
    if page.question:
        order, given = order_of(page), page.answer
        context["view"] = presentation.public_view(page.question, order, language())
        context["shown"] = shown
        if given is not None and not again:
            kept = as_shown(page.question, order, given)
            context["review"] = review_of(page.question, order, language(), kept)
    if is_htmx() and page.question:
        return render_template("curricula/_check.html", form=form, **context), _status(form)
    outline = _outline(page)
    before, after = _neighbors(page, outline)
    return render_form(
        "curricula/lesson.html",
        form,
        html_before=Markup(page.html_before_check),  # noqa: S704  # made safe when published
        html_after=Markup(page.html_after_check),  # noqa: S704
        outline=outline,
        before=before,
        after=after,
        number=sum(each.position <= page.position for each in outline),
        done=sum(each.finished_at is not None for each in outline),
        error=_("Look at the check question below.") if form.errors else None,
        **context,
    )


def _status(form: LessonForm) -> int:
    return 422 if form.errors else 200
