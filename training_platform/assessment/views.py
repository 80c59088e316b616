"""Pages of assessment: which questions go wrong, and the fail ladders."""

from flask import Blueprint, Flask, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from training_platform.assessment import queries, services
from training_platform.assessment.extra_time import set_extra_time
from training_platform.assessment.forms import ExtraTimeForm, LadderForm
from training_platform.assessment.models import ExtraTime, Question
from training_platform.assessment.presentation import picture_of
from training_platform.assessment.rules import rungs_of
from training_platform.assessment.statistics import choice_lines
from training_platform.assessment.texts import difficulty_names, kind_names, rung_text
from training_platform.content.queries import revision_data
from training_platform.core import slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.i18n import language
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.people.models import Employee

bp = Blueprint("assessment", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        key="questions",
        text=lazy_gettext("Questions"),
        icon="help-circle",
        endpoint="assessment.questions",
        permission=Permission.QUESTION_STATISTICS,
        position=70,
        blueprints=("assessment",),
    ),
)


def init_app(app: Flask) -> None:
    """Let templates say what rungs, as a ladder keeps them, mean to people."""
    slots.fill(app, "people.employee", _extra_time_of)
    app.jinja_env.filters["rung_texts"] = lambda kept: [rung_text(each) for each in rungs_of(kept)]


@bp.get("/assessment/questions")
@requires(Permission.QUESTION_STATISTICS)
def questions() -> ResponseReturnValue:
    """List the questions, most often wrong first."""
    given = request.args
    chosen = queries.QuestionFilter(
        topic=given.get("topic", ""),
        kind=given.get("kind", ""),
        difficulty=given.get("difficulty", ""),
        text=given.get("q", ""),
    )
    return render_template(
        "assessment/questions.html",
        page=paginate(db.session(), queries.questions_by_wrong_rate(chosen)),
        chosen=chosen,
        topics=[(topic, topic) for topic in queries.topics(db.session())],
        kinds=kind_names(),
        difficulties=difficulty_names(),
    )


@bp.get("/assessment/questions/<path:question_id>")
@requires(Permission.QUESTION_STATISTICS)
def question(question_id: str) -> ResponseReturnValue:
    """Show one question with its key, its reasons, and how often each answer was given."""
    found = load(Question, question_id)
    session = db.session()
    counts = queries.counts_of(session, found)
    data = revision_data(session, found.revision_id)
    return render_template(
        "assessment/question.html",
        picture=picture_of(data, language()),
        question=found,
        data=data,
        lines=choice_lines(data, counts, language()),
        seen=counts.get("", (0, 0))[0],
        wrong=counts.get("", (0, 0))[1],
        earlier=queries.earlier_count(session, found),
    )


@bp.get("/admin/ladders")
@requires(Permission.LADDER_MANAGE)
def ladders() -> ResponseReturnValue:
    """List the fail ladders with what each of their rungs says."""
    shown = [
        (ladder, [rung_text(rung) for rung in rungs_of(ladder.rungs)])
        for ladder in queries.ladders(db.session())
    ]
    return render_template("assessment/ladders.html", ladders=shown)


@bp.route("/admin/ladders/<ladder_id>", methods=["GET", "POST"])
@requires(Permission.LADDER_MANAGE)
def ladder(ladder_id: str) -> ResponseReturnValue:
    """Edit a ladder; "preview" shows what people will read, without saving."""
    found = queries.ladder_to_show(db.session(), ladder_id)
    form = LadderForm() if request.method == "POST" else LadderForm.of(found)
    is_well = form.validate_on_submit()
    seen = form.version.data or 0
    if is_well and "preview" not in request.form:
        try:
            with transaction() as session:
                target = services.find_ladder(session, ladder_id)
                services.edit_ladder(
                    session,
                    target,
                    current_user,
                    form.rungs,
                    expected_version=seen,
                )
        except RuleError as error:
            form.refuse(error)
        else:
            flash(gettext("The rules are saved. They hold from now on."), "success")
            return see_other(".ladders")
    texts = [rung_text(rung) for rung in (form.rungs if not form.errors else [])]
    return render_form("assessment/ladder.html", form, ladder=found, texts=texts)


@bp.route("/admin/extra-time/<int:employee_id>", methods=["GET", "POST"])
@requires(Permission.EXTRA_TIME_MANAGE)
def extra_time(employee_id: int) -> ResponseReturnValue:
    """Set how much longer somebody has in exams."""
    employee = load(Employee, employee_id)
    found = db.session.get(ExtraTime, employee_id)
    form = ExtraTimeForm(
        version=found.version if found else 0,
        percent=found.percent if found else None,
        reason=found.reason if found else None,
    )
    if form.validate_on_submit():
        try:
            with transaction() as session:
                set_extra_time(
                    session,
                    employee,
                    current_user,
                    (form.percent.data or 0, form.reason.data or ""),
                    expected_version=form.version.data or 0,
                )
        except RuleError as error:
            form.refuse(error)
        else:
            flash(gettext("Saved. It holds from the next exam on."), "success")
            return see_other("people.employee", employee_id=employee_id)
    return render_form("assessment/extra_time.html", form, employee=employee)


def _extra_time_of(*, employee: Employee) -> str:
    """Say on a person's page how much longer she has; to those alone who may set it."""
    if not may(current_user, None, Permission.EXTRA_TIME_MANAGE):
        return ""
    found = db.session.get(ExtraTime, employee.id)
    return render_template("assessment/_extra_time.html", employee=employee, found=found)
