"""The list of tasks, and a task before it begins."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.assessment.extra_time import extra_percent
from training_platform.assessment.texts import rung_text
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.i18n import translate
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import load, requires, see_other
from training_platform.crm.dataset import files
from training_platform.people.models import Employee
from training_platform.practicals import queries, services
from training_platform.practicals.models import Practical
from training_platform.practicals.rules import Mode, shows_solution
from training_platform.practicals.views.blueprint import bp
from training_platform.practicals.world import baseline


@bp.get("/")
@requires(Permission.PRACTICAL_READ)
def index() -> ResponseReturnValue:
    """List the tasks with what the person has reached, those of the own job role first."""
    text, course_id = request.args.get("q", ""), request.args.get("course", "")
    job_role = db.session.get_one(Employee, current_user.id).job_role_id
    page = paginate(db.session(), queries.practicals(text, job_role, course_id))
    return render_template(
        "practicals/index.html",
        page=page,
        own=[each for each in page.rows if job_role in each.job_roles],
        others=[each for each in page.rows if job_role not in each.job_roles],
        progress=queries.progress_of(db.session(), current_user.id, [e.id for e in page.rows]),
        courses=queries.courses_with_tasks(db.session()),
        course_id=course_id,
        text=text,
    )


@bp.get("/<practical_id>")
@requires(Permission.PRACTICAL_READ)
def task(practical_id: str) -> ResponseReturnValue:
    """Say what a task asks for, and offer to practise it or to take the exam."""
    return _show(load(Practical, practical_id))


@bp.post("/<practical_id>/start")
@requires(Permission.PRACTICAL_READ)
def start(practical_id: str) -> ResponseReturnValue:
    """Begin an attempt, or go on with the open one."""
    found = load(Practical, practical_id)
    mode = Mode.EXAM if request.form.get("mode") == "exam" else Mode.PRACTICE
    header = files.read_header()
    baseline(header.dataset, header.version)  # read before the lock is taken: it takes its time
    try:
        with transaction() as session:
            attempt = services.start_attempt(session, found, current_user, services.Sitting(mode))
            token = attempt.token
    except RuleError as error:
        refusal = translate(error.text, **error.values)
        return _show(load(Practical, practical_id), refusal), 422
    return see_other(".attempt", token=token)


def _show(found: Practical, refusal: str = "") -> str:
    session = db.session()
    tries, has_passed = queries.tries_of(session, current_user.id, found.id)
    standing = queries.standing_of(session, current_user.id, found)
    attempts = queries.own_attempts(session, current_user.id, found.id)
    return render_template(
        "practicals/task.html",
        practical=found,
        task=services.task_at(session, found.revision_id),
        extra_percent=extra_percent(session, current_user.id),
        standing=standing,
        step=standing.step,
        rungs=[rung_text(rung) for rung in standing.rungs],
        open_attempts={each.mode.value: each for each in attempts if each.submitted_at is None},
        attempts=[each for each in attempts if each.submitted_at is not None],
        shows_solution=shows_solution(Mode.PRACTICE, has_passed=has_passed, tries=tries),
        refusal=refusal,
    )
