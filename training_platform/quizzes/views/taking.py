"""Taking a quiz: one question a screen, saved steps, submitting. Works without a script."""

from typing import Any

from flask import g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Row

from training_platform.assessment.presentation import public_view
from training_platform.content.queries import revision_data, revisions_data
from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError, TooLargeError
from training_platform.core.i18n import format_time, language
from training_platform.core.permissions import Permission
from training_platform.core.web import requires, see_other
from training_platform.quizzes import queries, services
from training_platform.quizzes.rules import StepKind, clamp_position, is_late
from training_platform.quizzes.services import Outcome, Saved, Step
from training_platform.quizzes.views.access import (
    is_running,
    is_too_large,
    own_attempt,
    palette,
    paper_of,
)
from training_platform.quizzes.views.blueprint import bp

#: What a program is told: 200 saved, 409 another tab writes, 410 the time is over or it is closed.
_STATUS = {Outcome.SAVED: 200, Outcome.OTHER_TAB: 409, Outcome.LATE: 410, Outcome.CLOSED: 410}


@bp.get("/quizzes/attempts/<token>")
@requires(Permission.ATTEMPT_TAKE)
def attempt(token: str) -> ResponseReturnValue:
    """Show one question of a running attempt."""
    found = own_attempt(token)
    if not is_running(found):
        return redirect(url_for(".result", token=token), 303)
    now = clock.now()
    if is_late(now, found.deadline_at):
        return render_template("quizzes/time_over.html", attempt=found, paper=paper_of(found))
    position = clamp_position(request.args.get("q"), len(found.layout))
    place = found.layout[position]
    progress = queries.progress_of(db.session(), found.id)
    question = revision_data(db.session(), place["revision"])
    return render_template(
        "quizzes/attempt.html",
        attempt=found,
        paper=paper_of(found),
        position=position,
        count=len(found.layout),
        points=place["points"],
        view=public_view(question, place["order"], language()),
        answer=progress.answers.get(position),
        progress=progress,
        palette=palette(found, progress, position),
        now=now,
    )


@bp.post("/quizzes/attempts/<token>")
@requires(Permission.ATTEMPT_TAKE)
def answer(token: str) -> ResponseReturnValue:
    """Save what the form of a question holds, then go where its button leads."""
    found = own_attempt(token, lock=True)
    goes, position = request.form.get("go", "next"), _position(found)
    client = request.form.get("client") or f"session-{g.viewer.session_id}"
    number = request.form.get("sequence", type=int)
    steps = [Step(StepKind.ANSWER, client, number, position, request.form)]
    if goes in {"flag", "unflag"}:
        steps.append(Step(StepKind.FLAG, client, None, position, is_on=goes == "flag"))
    if "take_over" in request.form:
        steps.insert(0, Step(StepKind.TAKE_OVER, client))
    with transaction() as session:
        for step in steps:
            saved = services.save_step(session, found, current_user, step)
            if saved.outcome is not Outcome.SAVED:
                break
            found = own_attempt(token)
    if saved.outcome is Outcome.OTHER_TAB:
        return render_template("quizzes/other_tab.html", attempt=found, paper=paper_of(found)), 409
    if saved.outcome is not Outcome.SAVED:
        return see_other(".attempt", token=token)
    return redirect(_target(found, goes, position), 303)


@bp.post("/quizzes/attempts/<token>/steps")
@requires(Permission.ATTEMPT_TAKE)
def save(token: str) -> ResponseReturnValue:
    """Save one step for the script, and say truthfully what became of it."""
    if is_too_large():
        raise TooLargeError
    found = own_attempt(token, lock=True)
    step = _step_of(request.get_json(silent=True))
    with transaction() as session:
        saved = services.save_step(session, found, current_user, step)
    return jsonify(_report(found, saved)), _STATUS[saved.outcome]


@bp.get("/quizzes/attempts/<token>/check")
@requires(Permission.ATTEMPT_TAKE)
def check(token: str) -> ResponseReturnValue:
    """List what is unanswered or flagged, and offer to submit."""
    found = own_attempt(token)
    if not is_running(found) or is_late(clock.now(), found.deadline_at):
        return see_other(".attempt", token=token)
    progress = queries.progress_of(db.session(), found.id)
    return render_template(
        "quizzes/check.html",
        attempt=found,
        paper=paper_of(found),
        progress=progress,
        palette=palette(found, progress),
        now=clock.now(),
    )


@bp.post("/quizzes/attempts/<token>/submit")
@requires(Permission.ATTEMPT_TAKE)
def submit(token: str) -> ResponseReturnValue:
    """Submit an attempt; whoever comes second sees the same result."""
    found = own_attempt(token)
    with transaction() as session:
        services.submit_attempt(session, found.id, current_user)
    return redirect(found.part_of, 303) if found.part_of else see_other(".result", token=token)


@bp.get("/quizzes/attempts/<token>/print")
@requires(Permission.ATTEMPT_TAKE)
def print_all(token: str) -> ResponseReturnValue:
    """Show all questions of a running attempt on one page, for printing."""
    found = own_attempt(token)
    if not is_running(found):
        return see_other(".result", token=token)
    known = revisions_data(db.session(), {place["revision"] for place in found.layout})
    views = [
        public_view(known[place["revision"]], place["order"], language()) for place in found.layout
    ]
    progress = queries.progress_of(db.session(), found.id)
    return render_template(
        "quizzes/print.html", attempt=found, paper=paper_of(found), views=views, progress=progress
    )


def _position(found: Row[Any]) -> int:
    number = request.form.get("position", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1


def _target(found: Row[Any], goes: str, position: int) -> str:
    """Return where a button leads; after the last question comes the check."""
    count = len(found.layout)
    number = {"prev": position, "next": position + 2}.get(goes, position + 1)
    if goes.isascii() and goes.isdigit() and len(goes) < 5:
        number = min(int(goes), count)
    if goes == "check" or number > count:
        return url_for(".check", token=found.token)
    return url_for(".attempt", token=found.token, q=max(number, 1))


def _step_of(body: Any) -> Step:
    """Read a step that a script sent; only what a step has is looked at."""
    if not isinstance(body, dict) or body.get("kind") not in {"answer", "flag", "take_over"}:
        raise RuleError
    numbers = {key: body.get(key) for key in ("sequence", "position")}
    for key, value in numbers.items():
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if not is_number and (value is not None or key == "sequence"):
            raise RuleError
    fields, client = body.get("fields"), body.get("client")
    return Step(
        StepKind(body["kind"]),
        client if isinstance(client, str) else "",
        numbers["sequence"],
        numbers["position"],
        fields if isinstance(fields, dict) else {},
        body.get("on") is True,
    )


def _report(found: Row[Any], saved: Saved) -> dict[str, Any]:
    left = found.deadline_at - clock.now()
    return {
        "outcome": saved.outcome.value,
        "saved_at": format_time(saved.at),
        "answered": sorted(position + 1 for position in saved.progress.answered),
        "flagged": sorted(position + 1 for position in saved.progress.flags),
        "seconds_left": max(0, int(left.total_seconds())),
    }
