"""The pages of the library: lists with search, a case, a common question; the end of lessons."""

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from training_platform.core import slots
from training_platform.core.db import db
from training_platform.core.errors import NotFoundError
from training_platform.core.i18n import language
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import load, requires
from training_platform.library import queries
from training_platform.library.models import LibraryEntry
from training_platform.library.rules import Sort, id_of

bp = Blueprint("library", __name__)
PLACES: tuple[Place, ...] = (
    Place(
        key="library",
        text=_l("Cases and common questions"),
        icon="notebook",
        endpoint="library.cases",
        permission=Permission.LIBRARY_READ,
        position=52,
    ),
)


def init_app(app: Flask) -> None:
    """Stand at the end of the lessons that an entry belongs to."""
    slots.fill(app, "curricula.lesson", _at_lesson)


@bp.get("/cases/")
@requires(Permission.LIBRARY_READ)
def cases() -> ResponseReturnValue:
    """List the cases, found by their words or what they are about."""
    return _list(Sort.CASE)


@bp.get("/faq/")
@requires(Permission.LIBRARY_READ)
def faq() -> ResponseReturnValue:
    """List the common questions, found by their words or what they are about."""
    return _list(Sort.FAQ)


@bp.get("/cases/<case_slug>")
@requires(Permission.LIBRARY_READ)
def case(case_slug: str) -> ResponseReturnValue:
    """Show a case."""
    return _entry(Sort.CASE, case_slug)


@bp.get("/faq/<faq_slug>")
@requires(Permission.LIBRARY_READ)
def question(faq_slug: str) -> ResponseReturnValue:
    """Show a common question with its answer."""
    return _entry(Sort.FAQ, faq_slug)


def _list(sort: Sort) -> ResponseReturnValue:
    session = db.session()
    text, competency = request.args.get("q", ""), request.args.get("competency", "")
    return render_template(
        "library/index.html",
        sort=sort,
        page=paginate(session, queries.entries(sort, text, competency)),
        names=queries.competency_names(session),
        address_of=queries.address_of,
        text=text,
        competency=competency,
    )


def _entry(sort: Sort, slug: str) -> ResponseReturnValue:
    session, found = db.session(), load(LibraryEntry, id_of(sort, slug))
    if found.is_withdrawn:
        raise NotFoundError
    return render_template(
        "library/entry.html",
        entry=found,
        parts=found.parts[language()],
        names=queries.competency_names(session),
        lessons=queries.lessons_of(session, found),
    )


def _at_lesson(*, lesson_id: str) -> str:
    """Lead from a lesson to its cases and common questions."""
    found = queries.of_lesson(db.session(), lesson_id)
    if not found:
        return ""
    return render_template(
        "library/_of_lesson.html", entries=found, address_of=queries.address_of, icons=queries.ICONS
    )
