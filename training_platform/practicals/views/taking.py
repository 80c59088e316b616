"""Taking a task: its brief, what is typed beside the records, checking, handing in."""

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError, TooLargeError
from training_platform.core.i18n import format_time, translate
from training_platform.core.permissions import Permission
from training_platform.core.web import requires, safe_next, see_other, wants_json
from training_platform.crm.errors import ClosedError
from training_platform.practicals import queries, services, work
from training_platform.practicals.handouts import content_of
from training_platform.practicals.models import Practical, PracticalAttempt
from training_platform.practicals.rules import TIMED, AttemptState
from training_platform.practicals.views.access import own_attempt, sheet_of
from training_platform.practicals.views.blueprint import bp

LONGEST_BODY = 100_000


@bp.get("/attempts/<token>")
@requires(Permission.PRACTICAL_ATTEMPT_TAKE)
def attempt(token: str) -> ResponseReturnValue:
    """Show the task by itself: the brief, its files, its fields, and the way into the CRM."""
    found = own_attempt(token)
    if found.state is not AttemptState.IN_PROGRESS:
        return see_other(".result", token=token)
    return _page(found)


@bp.post("/attempts/<token>/answers")
@requires(Permission.PRACTICAL_ATTEMPT_TAKE)
def save(token: str) -> ResponseReturnValue:
    """Save what stands in the task's fields; a script is told truthfully what became of it."""
    if (request.content_length or 0) > LONGEST_BODY:
        raise TooLargeError
    found = own_attempt(token)
    given = _given()
    known = services.fields_of(services.task_of(db.session(), found))
    try:
        with transaction() as session:
            saved_at = clock.now()
            for check_id in [each for each in known if each in given]:
                saved_at = services.save_answer(
                    session, found, current_user, check_id, given[check_id]
                )
    except ClosedError:
        if wants_json():
            return jsonify({"outcome": "closed"}), 410
        raise
    except RuleError as error:
        if wants_json():
            return jsonify(
                {"outcome": "refused", "text": translate(error.text, **error.values)}
            ), 422
        return _page(own_attempt(token), error, given), 422
    if wants_json():
        return jsonify({"outcome": "saved", "saved_at": format_time(saved_at)})
    flash(_("Saved."))
    return _back(token)


@bp.post("/attempts/<token>/looks")
@requires(Permission.PRACTICAL_ATTEMPT_TAKE)
def look(token: str) -> ResponseReturnValue:
    """Check the work of a practice attempt as it stands now."""
    found = own_attempt(token)
    if found.mode in TIMED or found.state is not AttemptState.IN_PROGRESS:
        raise NotFoundError
    _save_sent(found)
    work.look_at(found.id)
    return _back(token)


@bp.get("/attempts/<token>/submit")
@requires(Permission.PRACTICAL_ATTEMPT_TAKE)
def check(token: str) -> ResponseReturnValue:
    """Say what handing in means, and what is still empty."""
    found = own_attempt(token)
    if found.state is not AttemptState.IN_PROGRESS:
        return see_other(".result", token=token)
    return render_template("practicals/submit.html", sheet=sheet_of(found), attempt=found)


@bp.post("/attempts/<token>/submit")
@requires(Permission.PRACTICAL_ATTEMPT_TAKE)
def submit(token: str) -> ResponseReturnValue:
    """Hand in; whoever comes second sees the same result."""
    found = own_attempt(token)
    attempt_id, whole = found.id, found.part_of
    with transaction() as session:
        services.submit_attempt(session, found, current_user)
    work.grade_handed_in(attempt_id)
    return redirect(whole, 303) if whole else see_other(".result", token=token)


@bp.get("/attempts/<token>/files/<int:number>")
@requires(Permission.PRACTICAL_ATTEMPT_TAKE)
def handout(token: str, number: int) -> ResponseReturnValue:
    """Give a file of the task."""
    drawn, _start = services.start_of(db.session(), own_attempt(token).id)
    if number >= len(drawn.handouts):
        raise NotFoundError
    found = drawn.handouts[number]
    response = Response(content_of(found), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    return response


def _page(
    found: PracticalAttempt, refusal: RuleError | None = None, typed: dict[str, str] | None = None
) -> str:
    error = translate(refusal.text, **refusal.values) if refusal is not None else ""
    grading = queries.latest_grading(db.session(), found.id)
    return render_template(
        "practicals/attempt.html",
        sheet=sheet_of(found),
        attempt=found,
        practical=db.session.get_one(Practical, found.practical_id),
        grading=grading,
        now=clock.now(),
        errors={refusal.field: error} if refusal is not None else {},
        typed=typed or {},
    )


def _given() -> dict[str, str]:
    """Return what was sent for the fields: of a form answer-<check>, of a script one mapping."""
    if wants_json() or request.is_json:
        body = request.get_json(silent=True)
        answers = body.get("answers") if isinstance(body, dict) else None
        if not isinstance(answers, dict):
            raise RuleError
        return {name: text for name, text in answers.items() if isinstance(text, str)}
    head = "answer-"
    return {
        name.removeprefix(head): text.replace("\r\n", "\n")
        for name, text in request.form.items()
        if name.startswith(head)
    }


def _save_sent(found: PracticalAttempt) -> None:
    """Save the fields that stand in the same form as the button, so that nothing typed is lost."""
    given, attempt_id = _given(), found.id
    known = services.fields_of(services.task_of(db.session(), found))
    with transaction() as session:
        again = session.get_one(PracticalAttempt, attempt_id)
        for check_id in [each for each in known if each in given]:
            services.save_answer(session, again, current_user, check_id, given[check_id])


def _back(token: str) -> ResponseReturnValue:
    """Go back to where the person works: the page of the CRM, or the task's own."""
    address = safe_next(request.form.get("next"))
    if address is None or not address.startswith("/crm/"):
        address = url_for(".attempt", token=token)
    g.pop("desk", None)
    return redirect(f"{address}#task", 303)
