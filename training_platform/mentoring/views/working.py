"""While a practice runs: its log, its questions, its goals."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from training_platform.core import clock, files
from training_platform.core.db import db
from training_platform.core.errors import InvalidTransitionError, NotFoundError, NotPermittedError
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.uploads import takes_file
from training_platform.core.web import load, render_form, requires
from training_platform.mentoring import queries, services
from training_platform.mentoring.forms.working import (
    AnswerForm,
    CommentForm,
    EntryForm,
    QuestionForm,
    correction_form,
    status_form,
    statuses,
)
from training_platform.mentoring.models import Practice, PracticeQuestion
from training_platform.mentoring.rules import Act
from training_platform.mentoring.views.base import acts_on, bp, done, shown


@bp.get("/<int:practice_id>/log")
@requires(Permission.MENTORING_READ)
def log(practice_id: int) -> ResponseReturnValue:
    """Show the log."""
    practice = load(Practice, practice_id)
    page = paginate(db.session(), queries.entries(practice_id))
    return render_template("mentoring/log.html", page=page, **shown(practice))


@bp.route("/<int:practice_id>/log/new", methods=["GET", "POST"])
@requires(Permission.MENTORING_TRAIN)
@takes_file
def write(practice_id: int) -> ResponseReturnValue:
    """Write an entry of the log."""
    practice = load(Practice, practice_id)
    form = EntryForm(day=clock.today())
    if form.validate_on_submit():
        entry = form.entry

        def act(session: Session) -> dict[str, Any]:
            made = services.write_entry(session, practice, current_user, entry)
            return {"_anchor": f"e{made.number}"}

        text = gettext("The entry stands in the log.")
        if page := done(form, act, text, ".log", practice_id=practice_id):
            return page
    elif Act.LOG not in acts_on(practice):
        raise InvalidTransitionError
    return render_form("mentoring/write.html", form, practice=practice)


@bp.route("/<int:practice_id>/log/<int:number>", methods=["GET", "POST"])
@requires(Permission.MENTORING_READ)
def entry(practice_id: int, number: int) -> ResponseReturnValue:
    """Show an entry with its corrections and comments, and let the mentor comment."""
    practice = load(Practice, practice_id)
    found = queries.revisions(db.session(), practice_id, number)
    if not found:
        raise NotFoundError
    form = CommentForm()
    if form.validate_on_submit():
        text = form.text.data or ""

        def act(session: Session) -> None:
            services.comment_entry(session, practice, current_user, number, text)

        said = gettext("Your comment is there. The trainee is told.")
        if page := done(form, act, said, ".entry", practice_id=practice_id, number=number):
            return page
    comments = paginate(db.session(), queries.comments_on(practice_id, number))
    return render_form(
        "mentoring/entry.html", form, revisions=found, comments=comments, **shown(practice)
    )


@bp.route("/<int:practice_id>/log/<int:number>/correct", methods=["GET", "POST"])
@requires(Permission.MENTORING_TRAIN)
@takes_file
def correct(practice_id: int, number: int) -> ResponseReturnValue:
    """Write an entry of the log again; what stood there stays readable."""
    practice = load(Practice, practice_id)
    form = correction_form(services.current_entry(db.session(), practice_id, number))
    if form.validate_on_submit():
        new, reason, seen = form.entry, form.reason.data or "", form.version.data or 0

        def act(session: Session) -> None:
            services.correct_entry(
                session, practice, current_user, number, new, reason=reason, expected_revision=seen
            )

        text = gettext("The correction stands in the log.")
        if page := done(form, act, text, ".entry", practice_id=practice_id, number=number):
            return page
    elif Act.LOG not in acts_on(practice):
        raise InvalidTransitionError
    return render_form("mentoring/correct.html", form, practice=practice, number=number)


@bp.get("/<int:practice_id>/log/<int:number>/<int:revision>/file")
@requires(Permission.MENTORING_READ)
def entry_file(practice_id: int, number: int, revision: int) -> ResponseReturnValue:
    """Hand out the file of an entry, as a download."""
    load(Practice, practice_id)
    stored = queries.file_of(db.session(), practice_id, number, revision)
    if stored is None:
        raise NotFoundError
    return files.respond(stored)


@bp.route("/<int:practice_id>/questions", methods=["GET", "POST"])
@requires(Permission.MENTORING_READ)
def questions(practice_id: int) -> ResponseReturnValue:
    """Show questions and answers, unanswered ones first, and take a new question."""
    practice = load(Practice, practice_id)
    form = QuestionForm()
    if form.validate_on_submit():
        text = form.text.data or ""

        def act(session: Session) -> None:
            services.ask(session, practice, current_user, text)

        said = gettext("Your question is asked. You are told when it is answered.")
        if led := done(form, act, said, ".questions", practice_id=practice_id):
            return led
    page = paginate(db.session(), queries.questions(practice_id))
    return render_form(
        "mentoring/questions.html", form, page=page, now=clock.now(), **shown(practice)
    )


@bp.route("/<int:practice_id>/questions/<int:asked_id>", methods=["GET", "POST"])
@requires(Permission.MENTORING_READ)
def question(practice_id: int, asked_id: int) -> ResponseReturnValue:
    """Show a question, and let the other answer it."""
    practice = load(Practice, practice_id)
    found = db.session.get(PracticeQuestion, asked_id)
    if found is None or found.practice_id != practice_id:
        raise NotFoundError
    form = AnswerForm(version=found.version)
    if form.validate_on_submit():
        text, seen = form.text.data or "", form.version.data or 0

        def act(session: Session) -> None:
            services.answer(session, found, current_user, text, expected_version=seen)

        said = gettext("Your answer is there. The other is told.")
        if page := done(form, act, said, ".questions", practice_id=practice_id):
            return page
    return render_form("mentoring/question.html", form, question=found, **shown(practice))


@bp.route("/<int:practice_id>/goals", methods=["GET", "POST"])
@requires(Permission.MENTORING_READ)
def goals(practice_id: int) -> ResponseReturnValue:
    """Show the goals, and let the trainee say how far they are."""
    practice = load(Practice, practice_id)
    form = status_form(practice)
    if form.validate_on_submit():
        if practice.trainee_id != current_user.id:
            raise NotPermittedError
        wanted, seen = statuses(form), form.version.data or 0

        def act(session: Session) -> None:
            services.mark_goals(session, practice, current_user, wanted, expected_version=seen)

        text = gettext("Your goals are up to date.")
        if page := done(form, act, text, ".goals", practice_id=practice_id):
            return page
    return render_form("mentoring/goals.html", form, **shown(practice))
