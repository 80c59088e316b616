"""What a lesson asks: its check question and its practice task, picked or begun in place."""

from collections.abc import Callable
from random import Random

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from training_platform.assessment import presentation
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.i18n import language, translate
from training_platform.core.kinds import LANGUAGES
from training_platform.core.permissions import Permission
from training_platform.core.web import is_htmx, requires
from training_platform.studio.models import StudioDraft
from training_platform.studio.outline import choices, offers, queries, services
from training_platform.studio.outline.offers import Offer
from training_platform.studio.outline.views.blueprint import bp, find_course
from training_platform.studio.services import drafts as drafting

#: Whoever came from the form of the course goes back there; others to the lesson.
DETAILS = "details"


@bp.get("/lessons/<lesson_slug>/check")
@requires(Permission.STUDIO_USE)
def check(draft_id: int, lesson_slug: str) -> ResponseReturnValue:
    """Offer questions of the bank as the lesson's check question."""
    return _offer_questions(find_course(draft_id), lesson_slug)


@bp.post("/lessons/<lesson_slug>/check")
@requires(Permission.STUDIO_USE)
def pick_check(draft_id: int, lesson_slug: str) -> ResponseReturnValue:
    """Let the lesson ask a question."""
    found, question = find_course(draft_id), request.form.get("question", "")
    address = choices.lesson_address(found, lesson_slug)
    if request.args.get("back") == DETAILS:
        address = url_for(".details", draft_id=draft_id, _anchor="lessons")
    try:
        with transaction() as session:
            offers.expect_question(session, question)
            services.set_check(session, found, current_user, lesson_slug, question)
    except RuleError as error:
        flash(translate(error.text, **error.values), "warn")
    else:
        flash(_("The lesson asks this question now."))
    return redirect(address, 303)


@bp.post("/lessons/<lesson_slug>/check/new")
@requires(Permission.STUDIO_USE)
def new_check(draft_id: int, lesson_slug: str) -> ResponseReturnValue:
    """Begin a question, let the lesson ask it, and go to its editor."""
    found = find_course(draft_id)
    choices.lesson_address(found, lesson_slug)
    slug = f"{found.slug}/{request.form.get('name', '').strip()}"

    def ask(session: Session) -> None:
        services.set_check(session, found, current_user, lesson_slug, slug)

    try:
        address = _begun("question", slug, ask)
    except RuleError as error:
        text = translate(error.text, **error.values)
        return _offer_questions(found, lesson_slug, problem=text)
    flash(_("The lesson asks this question. Write it, then come back to the lesson."))
    return redirect(address, 303)


@bp.get("/lessons/<lesson_slug>/practice")
@requires(Permission.STUDIO_USE)
def practice(draft_id: int, lesson_slug: str) -> ResponseReturnValue:
    """Offer practice tasks for the lesson."""
    return _offer_tasks(find_course(draft_id), lesson_slug)


@bp.post("/lessons/<lesson_slug>/practice/new")
@requires(Permission.STUDIO_USE)
def new_practice(draft_id: int, lesson_slug: str) -> ResponseReturnValue:
    """Begin a practice task, put its card at the end of the lesson, and go to its editor."""
    found, slug = find_course(draft_id), request.form.get("name", "").strip()
    choices.lesson_address(found, lesson_slug)

    def show(session: Session) -> None:
        blocks = dict.fromkeys(LANGUAGES, choices.practice_block(slug))
        services.insert_blocks(session, found, current_user, lesson_slug, blocks)

    try:
        address = _begun("practical", slug, show)
    except RuleError as error:
        text = translate(error.text, **error.values)
        return _offer_tasks(found, lesson_slug, problem=text)
    flash(_("The lesson shows the task's card once the task is published. Write the task now."))
    return redirect(address, 303)


@bp.post("/lessons/<lesson_slug>/practice")
@requires(Permission.STUDIO_USE)
def pick_practice(draft_id: int, lesson_slug: str) -> ResponseReturnValue:
    """Put the card of a practice task at the end of the lesson."""
    found, task = find_course(draft_id), request.form.get("task", "")
    address = choices.lesson_address(found, lesson_slug)
    blocks = dict.fromkeys(LANGUAGES, choices.practice_block(task))
    try:
        with transaction() as session:
            offers.expect_task(session, task)
            services.insert_blocks(session, found, current_user, lesson_slug, blocks)
    except RuleError as error:
        flash(translate(error.text, **error.values), "warn")
    else:
        flash(_("The task's card stands at the end of the lesson. Move its block."))
    return redirect(address, 303)


def _begun(kind: str, slug: str, place: Callable[[Session], None]) -> str:
    """Begin what a lesson lacks, put it there, and return where it is written."""
    with transaction() as session:
        made = drafting.create_draft(session, current_user, kind, slug)
        place(session)
        return url_for("studio.edit", draft_id=made.id)


def _offer_tasks(
    found: StudioDraft, lesson_slug: str, problem: str | None = None
) -> ResponseReturnValue:
    text = request.values.get("q", "")
    template = "_practice.html" if is_htmx() else "practice.html"
    page = render_template(
        f"studio/outline/{template}",
        draft=found,
        lesson_slug=lesson_slug,
        address=choices.lesson_address(found, lesson_slug),
        text=text,
        found=offers.offers(db.session(), "practical", text),
        block=choices.practice_block,
        problem=problem,
    )
    return page, 422 if problem else 200


def _offer_questions(
    found: StudioDraft, lesson_slug: str, problem: str | None = None
) -> ResponseReturnValue:
    session, text = db.session(), request.values.get("q", "")
    template = "_check.html" if is_htmx() else "check.html"
    page = render_template(
        f"studio/outline/{template}",
        draft=found,
        lesson_slug=lesson_slug,
        address=choices.lesson_address(found, lesson_slug),
        back=DETAILS if request.args.get("back") == DETAILS else None,
        text=text,
        found=offers.offers(session, "question", text, found.slug),
        new=offers.new_questions(session, text),
        current=queries.check_of(found, lesson_slug),
        view=_as_asked,
        problem=problem,
    )
    return page, 422 if problem else 200


def _as_asked(offer: Offer) -> presentation.QuestionView:
    """Return a question as a trainee sees it."""
    order = presentation.make_order(offer.data, Random(offer.slug))  # noqa: S311  # the same each time
    return presentation.public_view(offer.data, order, language())
