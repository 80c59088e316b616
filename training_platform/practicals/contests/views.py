"""Pages of contests: the list, planning, the lobby with its live board, the big screen."""

import secrets
from typing import Any

from flask import Flask, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from training_platform.core import clock, slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.i18n import pick, translate
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.text import whole_number
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.crm.dataset import files
from training_platform.people.queries import departments
from training_platform.people.viewer import leave_idle
from training_platform.practicals.contests import (
    due,
    jobs,  # noqa: F401  # registers its jobs
    planning,
    queries,
    services,
)
from training_platform.practicals.contests.forms import AddForm, CancelForm, PlanForm, StartForm
from training_platform.practicals.contests.models import Contest
from training_platform.practicals.contests.rules import LEAST_TEAMS, PODIUM, State, Teaming
from training_platform.practicals.models import Practical, PracticalAttempt
from training_platform.practicals.rules import AttemptState
from training_platform.practicals.views.blueprint import bp
from training_platform.practicals.world import baseline

STATES = {
    State.PLANNED: (_l("Planned"), "info"),
    State.RUNNING: (_l("In progress"), "accent"),
    State.COUNTING: (_l("Being counted"), "warn"),
    State.FINISHED: (_l("Over"), "ok"),
    State.CANCELED: (_l("Called off"), None),
}


def init_app(app: Flask) -> None:
    """Show the next contest on Today, and the way back on the pages of its attempts."""
    due.register(app)
    slots.fill(app, "home.today", _on_today)
    slots.fill(app, "assessment.part", _on_part)


@bp.get("/contests/")
@requires(Permission.PRACTICAL_READ)
def contests() -> ResponseReturnValue:
    """List the contests that one takes part in; for trainers, all."""
    sees_all = may(current_user, None, Permission.PRACTICAL_OVERSEE)
    page = paginate(db.session(), queries.contests(current_user.id, sees_all=sees_all))
    return render_template(
        "practicals/contests.html", page=page, now=clock.now(), states=STATES, sees_all=sees_all
    )


@bp.route("/contests/new", methods=["GET", "POST"])
@requires(Permission.PRACTICAL_OVERSEE)
def plan_contest() -> ResponseReturnValue:
    """Plan a contest and invite everybody."""
    form = PlanForm()
    form.offer(
        [(each.id, pick(each.title)) for each in queries.races(db.session())],
        [(each.id, pick(each.name)) for each in departments(db.session())],
    )
    if form.validate_on_submit():
        plan = _plan_of(form)
        try:
            with transaction() as session:
                contest_id = planning.plan_contest(session, current_user, plan).id
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The contest is planned, and everybody is invited."), "success")
            return see_other(".contest", contest_id=contest_id)
    return render_form("practicals/contest_plan.html", form)


@bp.get("/contests/<int:contest_id>")
@requires(Permission.CONTEST_READ)
def contest(contest_id: int) -> ResponseReturnValue:
    """Show the lobby before the start, the live board while it runs, the podium at the end."""
    _look_whether_anybody_asked()
    found = load(Contest, contest_id)
    return _page(found)


@bp.get("/contests/<int:contest_id>/board")
@requires(Permission.CONTEST_READ)
def contest_board(contest_id: int) -> ResponseReturnValue:
    """Give the board alone; where the page around it has become another, tell its script so."""
    leave_idle()
    found = load(Contest, contest_id)
    state = found.state(clock.now())
    shown = _board(found, is_large="large" in request.args)
    response = make_response(render_template("practicals/_contest_board.html", **shown))
    if request.args.get("state") != state.value:
        response.headers["HX-Trigger"] = "contest-turned"
    return response


@bp.get("/contests/<int:contest_id>/screen")
@requires(Permission.CONTEST_READ)
def contest_screen(contest_id: int) -> ResponseReturnValue:
    """Show the board alone in large type, for a projector: teams, and nobody's own place."""
    _look_whether_anybody_asked()
    found = load(Contest, contest_id)
    return render_template("practicals/contest_screen.html", **_board(found, is_large=True))


@bp.post("/contests/<int:contest_id>/enter")
@requires(Permission.CONTEST_ENTER)
def enter_contest(contest_id: int) -> ResponseReturnValue:
    """Begin, or go on; a second tab goes on where the first one is."""
    found = load(Contest, contest_id)
    header = files.read_header()
    baseline(header.dataset, header.version)  # read before the lock is taken: it takes its time
    try:
        with transaction() as session:
            attempt = services.enter_contest(session, found, current_user)
            token, is_open = attempt.token, attempt.state is AttemptState.IN_PROGRESS
    except RuleError as error:
        return _page(load(Contest, contest_id), translate(error.text, **error.values)), 422
    if not is_open:
        return see_other(".contest", contest_id=contest_id)
    return see_other(".attempt", token=token)


@bp.post("/contests/<int:contest_id>/start")
@requires(Permission.PRACTICAL_OVERSEE)
def start_contest(contest_id: int) -> ResponseReturnValue:
    """Start a contest by hand."""
    found = load(Contest, contest_id)
    form = StartForm()
    with transaction() as session:
        services.start_contest(session, found, current_user, form.version.data or 0)
    flash(_("The contest starts in a few seconds."), "success")
    return see_other(".contest", contest_id=contest_id)


@bp.route("/contests/<int:contest_id>/cancel", methods=["GET", "POST"])
@requires(Permission.PRACTICAL_OVERSEE)
def cancel_contest(contest_id: int) -> ResponseReturnValue:
    """Ask why, then call a contest off."""
    found = load(Contest, contest_id)
    form = CancelForm(version=found.version)
    if form.validate_on_submit():
        seen, reason = form.version.data or 0, form.reason.data or ""
        try:
            with transaction() as session:
                services.cancel_contest(session, found, current_user, reason, seen)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The contest is called off, and everybody is told."), "success")
            return see_other(".contest", contest_id=contest_id)
    return render_form("practicals/contest_cancel.html", form, contest=found)


@bp.route("/contests/<int:contest_id>/teams", methods=["GET", "POST"])
@requires(Permission.PRACTICAL_OVERSEE)
def contest_teams(contest_id: int) -> ResponseReturnValue:
    """Show who is in which team; until the start, people can be moved or taken out."""
    found = load(Contest, contest_id)
    refusal = ""
    if request.method == "POST":
        seen = whole_number(request.form.get("version", "")) or 0
        try:
            with transaction() as session:
                planning.arrange(session, found, current_user, _moved(found), seen)
        except RuleError as error:
            refusal = translate(error.text, **error.values)
        else:
            flash(_("The teams are saved."), "success")
            return see_other(".contest_teams", contest_id=contest_id)
    return _teams_page(contest_id, refusal=refusal)


@bp.post("/contests/<int:contest_id>/people")
@requires(Permission.PRACTICAL_OVERSEE)
def add_to_contest(contest_id: int) -> ResponseReturnValue:
    """Let somebody else take part."""
    found = load(Contest, contest_id)
    form = _add_form(found)
    if form.validate_on_submit():
        wanted = (form.staff_number.data or "", form.team.data or 0)
        try:
            with transaction() as session:
                planning.add_entrant(session, found, current_user, wanted, form.version.data or 0)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("One more takes part."), "success")
            return see_other(".contest_teams", contest_id=contest_id)
    return _teams_page(contest_id, form)


def _look_whether_anybody_asked() -> None:
    """Let a page that its own script loads anew be no sign of use (static/js/contest.js)."""
    if "turned" in request.args:
        leave_idle()


def _plan_of(form: PlanForm) -> planning.Plan:
    return planning.Plan(
        name=form.name.data or "",
        practical_id=form.practical_id.data or "",
        minutes=form.minutes.data or 0,
        department_ids=form.departments.data or [],
        teaming=Teaming(form.teaming.data),
        team_count=form.team_count.data or LEAST_TEAMS,
        starts_at=form.start,
        is_recorded=bool(form.is_recorded.data),
        seed=secrets.token_hex(8),
    )


def _moved(found: Contest) -> dict[int, int]:
    """Return the team that was chosen for each entrant: 0 takes somebody out."""
    chosen = {each.id: request.form.get(f"team-{each.id}", "") for each in found.entrants}
    return {
        entrant: number
        for entrant, text in chosen.items()
        if (number := whole_number(text)) is not None
    }


def _page(found: Contest, refusal: str = "") -> str:
    session = db.session()
    mine = next((each for each in found.entrants if each.employee_id == current_user.id), None)
    attempt = session.get(PracticalAttempt, mine.attempt_id) if mine and mine.attempt_id else None
    return render_template(
        "practicals/contest.html",
        practical=session.get_one(Practical, found.practical_id),
        states=STATES,
        mine=mine,
        attempt=attempt,
        is_open=attempt is not None and attempt.state is AttemptState.IN_PROGRESS,
        manages=may(current_user, found, Permission.PRACTICAL_OVERSEE),
        start_form=StartForm(formdata=None, version=found.version),
        refusal=refusal,
        **_board(found),
    )


def _board(found: Contest, *, is_large: bool = False) -> dict[str, Any]:
    """Return what the board shows: of other people, only who stands on the podium."""
    session, now = db.session(), clock.now()
    state, board = found.state(now), queries.board_of(session, found)
    standings = board.standings if board is not None else {"teams": [], "people": []}
    first = [row for row in standings["people"] if row["rank"] <= PODIUM and row["score"] > 0]
    best = first[:PODIUM] if state is State.FINISHED else []
    own = [row for row in standings["people"] if row["employee_id"] == current_user.id]
    return {
        "contest": found,
        "state": state,
        "now": now,
        "counted_at": board.counted_at if board is not None else None,
        "teams": {each.id: each.name for each in found.teams},
        "standings": standings["teams"],
        "own": own[0] if own and not is_large else None,
        "best": best,
        "names": queries.names_on(session, best),
        "taking_part": len(standings["people"]),
        "is_large": is_large,
    }


def _add_form(found: Contest) -> AddForm:
    form = AddForm(version=found.version)
    form.team.choices = [(each.id, pick(each.name)) for each in found.teams]
    return form


def _teams_page(
    contest_id: int, form: AddForm | None = None, *, refusal: str = ""
) -> ResponseReturnValue:
    found = load(Contest, contest_id)
    page = render_template(
        "practicals/contest_teams.html",
        contest=found,
        people=queries.people_of(db.session(), found),
        form=form or _add_form(found),
        is_planned=found.state(clock.now()) is State.PLANNED,
        refusal=refusal,
    )
    return page, 422 if refusal or (form is not None and form.errors) else 200


def _on_today() -> str:
    found = queries.next_contest(db.session(), current_user.id)
    if found is None:
        return ""
    return render_template(
        "practicals/_contest_today.html", contest=found, state=found.state(clock.now())
    )


def _on_part(*, part_of: str) -> str:
    head = "/practicals/contests/"
    number = whole_number(part_of.removeprefix(head)) if part_of.startswith(head) else None
    found = db.session.get(Contest, number) if number is not None else None
    return render_template("practicals/_contest_part.html", contest=found) if found else ""
