"""After the hand-in: the result, the worked solution, the replay, a drill for one check."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.assessment.disputes import texts as dispute_texts
from training_platform.assessment.disputes.queries import disputes_of
from training_platform.assessment.rubrics.presentation import scored_views
from training_platform.content.queries import revision_data
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError
from training_platform.core.i18n import pick
from training_platform.core.permissions import Permission, Right
from training_platform.core.tables import paginate
from training_platform.core.web import requires, see_other
from training_platform.crm.dataset import files
from training_platform.crm.models import CrmWorkspace
from training_platform.crm.texts import act_icon, act_line
from training_platform.people.models import Employee
from training_platform.practicals import (
    disputing,
    feedback,
    queries,
    regrade_queries,
    services,
    work,
    worked,
)
from training_platform.practicals.models import Practical, PracticalAttempt, PracticalGrading
from training_platform.practicals.rules import AttemptState, Mode, shows_solution
from training_platform.practicals.schemas import SolutionFile
from training_platform.practicals.views.access import (
    Field,
    names_in,
    own_attempt,
    readable_attempt,
    sheet_of,
    titles_of,
)
from training_platform.practicals.views.blueprint import bp
from training_platform.practicals.world import baseline

#: So many acts of a replay are drawn.
MOST_ACTS = 300


@bp.get("/attempts/<token>/result")
@requires(Permission.PRACTICAL_ATTEMPT_READ)
def result(token: str) -> ResponseReturnValue:
    """Show what an attempt is worth: to its owner, and to trainers."""
    attempt = readable_attempt(token)
    is_own = attempt.employee_id == current_user.id
    if attempt.state is AttemptState.IN_PROGRESS and is_own:
        return see_other(".attempt", token=token)
    if attempt.is_sealed:  # her own: nobody else may read it yet
        return redirect(attempt.part_of, 303)
    session = db.session()
    practical = session.get_one(Practical, attempt.practical_id)
    grading = queries.holding_grading(session, attempt)
    lines = lines_of(attempt, grading)
    return render_template(
        "practicals/result.html",
        attempt=attempt,
        practical=practical,
        grading=grading,
        lines=lines,
        titles=titles_of([each.lesson for each in lines if each.lesson]),
        is_own=is_own,
        erased_at=session.get_one(CrmWorkspace, attempt.workspace_id).erased_at,
        name=None if is_own else session.get_one(Employee, attempt.employee_id).name,
        standing=standing_of(attempt, practical) if is_own else None,
        shows_solution=_shows_solution(attempt),
        scored=list(scored_views(session, services.SUBJECT, attempt.id).values()),
        sees_raters=current_user.has(Right.TRAINER),
        **_disputes(attempt, grading, is_own=is_own),
    )


@bp.get("/attempts/<token>/solution")
@requires(Permission.PRACTICAL_ATTEMPT_READ)
def solution(token: str) -> ResponseReturnValue:
    """Show the worked solution with what this attempt drew, once it may be seen."""
    attempt = readable_attempt(token)
    if not _shows_solution(attempt):
        raise NotFoundError
    steps, answers = _worked(attempt)
    sheet = sheet_of(attempt)
    return render_template(
        "practicals/solution.html",
        attempt=attempt,
        sheet=sheet,
        steps=steps,
        answers=[filled_in(sheet.fields, check, text) for check, text in answers],
    )


@bp.get("/attempts/<token>/replay")
@requires(Permission.PRACTICAL_ATTEMPT_READ)
def replay(token: str) -> ResponseReturnValue:
    """Show what was done, act by act, beside the reference path."""
    attempt = readable_attempt(token)
    if attempt.is_sealed or queries.evidence_of(db.session(), attempt.id) is None:
        raise NotFoundError
    evidence = services.stored_evidence(db.session(), attempt)
    acts = list(evidence.events)
    return render_template(
        "practicals/replay.html",
        attempt=attempt,
        sheet=sheet_of(attempt),
        acts=[_act(each) for each in acts[:MOST_ACTS]],
        left_out=max(0, len(acts) - MOST_ACTS),
        steps=_worked(attempt)[0],
    )


@bp.post("/attempts/<token>/drills/<check_id>")
@requires(Permission.PRACTICAL_ATTEMPT_TAKE)
def drill(token: str, check_id: str) -> ResponseReturnValue:
    """Begin a drill for one check that was not passed, with fresh parameters."""
    attempt = own_attempt(token)
    if attempt.state is AttemptState.IN_PROGRESS or attempt.is_sealed:
        raise NotFoundError
    if check_id not in {each.id for each in services.task_of(db.session(), attempt).checks}:
        raise NotFoundError
    practical = db.session.get_one(Practical, attempt.practical_id)
    header = files.read_header()
    baseline(header.dataset, header.version)
    with transaction() as session:
        sitting = services.Sitting(Mode.DRILL, check_id)
        begun = services.start_attempt(session, practical, current_user, sitting)
        address = begun.token
    return see_other(".attempt", token=address)


@bp.get("/figures")
@requires(Permission.PRACTICAL_OVERSEE)
def figures() -> ResponseReturnValue:
    """Say of each task how often it is taken and passed, and which check goes wrong most often."""
    session = db.session()
    page = paginate(session, queries.practicals(request.args.get("q", "")))
    tasks = {each.id: services.task_at(session, each.revision_id) for each in page.rows}
    return render_template(
        "practicals/figures.html",
        page=page,
        text=request.args.get("q", ""),
        figures=queries.figures_of(session, list(tasks)),
        titles={
            (task.id, check.id): check.title.model_dump()
            for task in tasks.values()
            for check in task.checks
        },
    )


@bp.get("/<practical_id>/attempts")
@requires(Permission.PRACTICAL_OVERSEE)
def attempts(practical_id: str) -> ResponseReturnValue:
    """List the attempts at a task, so that a trainer can look into each."""
    practical = db.session.get(Practical, practical_id)
    if practical is None:
        raise NotFoundError
    mode, text = request.args.get("mode", ""), request.args.get("q", "")
    return render_template(
        "practicals/attempts.html",
        practical=practical,
        page=paginate(db.session(), queries.attempts_at(practical_id, mode, text)),
        mode=mode,
        text=text,
    )


@bp.get("/held")
@requires(Permission.PRACTICAL_OVERSEE)
def held() -> ResponseReturnValue:
    """List the attempts that a fault of the grader holds."""
    page = paginate(db.session(), queries.held_attempts())
    return render_template("practicals/held.html", page=page)


@bp.post("/attempts/<token>/grade")
@requires(Permission.PRACTICAL_OVERSEE)
def grade_again(token: str) -> ResponseReturnValue:
    """Grade an attempt that was held, after the fault was mended."""
    attempt = readable_attempt(token)
    attempt_id = attempt.id
    work.grade_handed_in(attempt_id)
    state = db.session.get_one(PracticalAttempt, attempt_id).state
    if state is AttemptState.HELD:
        flash(_("The grader failed again. The attempt stays held."), "warn")
    else:
        flash(_("The attempt is graded."), "success")
    return see_other(".held")


def standing_of(attempt: PracticalAttempt, practical: Practical) -> queries.Standing | None:
    """Return where somebody stands with the exam of a task; of a larger exam's part, nothing."""
    if attempt.part_of:
        return None
    return queries.standing_of(db.session(), attempt.employee_id, practical)


def lines_of(attempt: PracticalAttempt, grading: PracticalGrading | None) -> list[Any]:
    """Return what a grading says of each check, with the titles of the records that it names."""
    return [] if grading is None else lines_by(attempt, grading.revision_id, grading.outcomes)


def lines_by(attempt: PracticalAttempt, revision_id: int, outcomes: Sequence[Any]) -> list[Any]:
    """Return what outcomes by a revision of the task say of each check."""
    task = services.task_at(db.session(), revision_id)
    names = names_in(attempt, feedback.records_named(outcomes))
    return feedback.lines_of(task, outcomes, names)


def _disputes(
    attempt: PracticalAttempt, grading: PracticalGrading | None, *, is_own: bool
) -> dict[str, Any]:
    """Return what is disputed about a result, and how the result changed."""
    found = disputes_of(db.session(), services.SUBJECT, attempt.id)
    changes = regrade_queries.changes_of(db.session(), attempt.id)
    return {
        "disputes": {check: of_check[0] for check, of_check in found.items()},
        "can_dispute": is_own and disputing.can_dispute(attempt, grading),
        "last_day": disputing.last_day(grading),
        "changes": changes,
        "revision_numbers": regrade_queries.revision_numbers(db.session(), changes),
        "dispute_states": dispute_texts.STATES,
        "dispute_tones": dispute_texts.TONES,
    }


def _shows_solution(attempt: PracticalAttempt) -> bool:
    """Tell whether the worked solution may be seen: after an exam, and as practice has it."""
    if attempt.mode is Mode.EXAM:
        return attempt.state is AttemptState.FINAL and not attempt.is_sealed
    if attempt.employee_id != current_user.id:
        return True
    tries, has_passed = queries.tries_of(db.session(), attempt.employee_id, attempt.practical_id)
    return shows_solution(attempt.mode, has_passed=has_passed, tries=tries)


def _worked(attempt: PracticalAttempt) -> tuple[list[Any], list[tuple[str, str]]]:
    """Return the steps of the worked solution, and what is typed into the task's own fields."""
    if not _shows_solution(attempt):
        return [], []
    data = revision_data(db.session(), attempt.revision_id)
    found = SolutionFile.model_validate(data["solution"])
    drawn, _start = services.start_of(db.session(), attempt.id)
    names = names_in(attempt, worked.records_named(found, drawn))
    return worked.steps_of(found, drawn, names), worked.answers_of(found, drawn)


def filled_in(fields: Sequence[Field], check: str, text: str) -> tuple[str, str]:
    """Return what the page calls a field of the task, and its right answer in the same language."""
    field = next((each for each in fields if each.check == check), None)
    if field is None:
        return check, text
    return pick(field.label), pick(dict(field.choices).get(text, text))


def _act(event: Any) -> dict[str, Any]:
    """Return an act of the evidence as the timeline draws it."""
    told: Any = SimpleNamespace(**{**event, "context": event.get("context") or {}})
    changed = list(event.get("changes") or {})
    return {
        "text": act_line(told),
        "icon": act_icon(told),
        "at": feedback.say(event["virtual_at"]),
        "entity": event.get("entity"),
        "fields": feedback.labels_of(event.get("entity"), changed),
    }
