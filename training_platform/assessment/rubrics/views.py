"""Pages of scoring: the queue, the sheet, the comparison, the decision."""

from typing import Any

from flask import Blueprint, flash, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext, ngettext
from flask_login import current_user

from training_platform.assessment.rubrics import presentation, queries, services
from training_platform.assessment.rubrics.forms import resolve_form, sheet_form
from training_platform.assessment.rubrics.models import Scoring
from training_platform.assessment.rubrics.rules import ScoringState
from training_platform.content.queries import revision_data
from training_platform.core.db import db, transaction
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.i18n import format_time, pick
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.web import load, render_form, requires, see_other

bp = Blueprint("scoring", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        key="scoring",
        text=lazy_gettext("Scoring"),
        icon="checklist",
        endpoint="scoring.queue",
        permission=Permission.SCORING_RATE,
        position=68,
        blueprints=("scoring",),
    ),
)
STATES = {
    ScoringState.OPEN: lazy_gettext("Not taken yet"),
    ScoringState.IN_SCORING: lazy_gettext("In scoring"),
    ScoringState.DISAGREED: lazy_gettext("Raters disagree"),
    ScoringState.FINAL: lazy_gettext("Final"),
}
TONES = {
    ScoringState.OPEN: "accent",
    ScoringState.IN_SCORING: "info",
    ScoringState.DISAGREED: "warn",
    ScoringState.FINAL: "ok",
}
MOST_AT_ONCE = 100


@bp.get("/scoring/")
@requires(Permission.SCORING_RATE)
def queue() -> ResponseReturnValue:
    """List what waits to be scored, oldest first."""
    given = request.args
    chosen = queries.QueueFilter(
        state=given.get("state", ""),
        rubric=given.get("rubric", ""),
        only_mine=bool(given.get("mine")),
    )
    session = db.session()
    rubrics = [(each.id, pick(each.title)) for each in queries.published_rubrics(session)]
    page = paginate(session, queries.queue(chosen, current_user.id))
    return render_template(
        "scoring/queue.html",
        page=page,
        chosen=chosen,
        rubrics=rubrics,
        states=STATES,
        tones=TONES,
        has_free=any(_is_free(row) for row in page.rows),
    )


@bp.post("/scoring/claim")
@requires(Permission.SCORING_RATE)
def claim() -> ResponseReturnValue:
    """Take a seat at one scoring, or at many at once."""
    wanted = [int(text) for text in request.form.getlist("id") if text.isdecimal()][:MOST_AT_ONCE]
    with transaction() as session:
        count = services.claim_many(session, wanted, current_user)
    if not wanted:
        flash(gettext("Choose at least one row."), "warning")
    elif count:
        flash(ngettext("You took %(num)s piece.", "You took %(num)s pieces.", count), "success")
    if count < len(wanted):
        flash(gettext("Others were faster with the rest."), "warning")
    if len(wanted) == count == 1:
        return see_other(".rate", scoring_id=wanted[0])
    return see_other(".queue", mine="1" if count else None)


@bp.get("/scoring/<int:scoring_id>")
@requires(Permission.SCORING_READ)
def show(scoring_id: int) -> ResponseReturnValue:
    """Show the work, who scores it, and what came out as far as the viewer may see it."""
    scoring = load(Scoring, scoring_id)
    return render_template("scoring/show.html", **_shown(scoring))


@bp.route("/scoring/<int:scoring_id>/rate", methods=["GET", "POST"])
@requires(Permission.SCORING_RATE)
def rate(scoring_id: int) -> ResponseReturnValue:
    """Let a rater fill in the sheet; "draft" keeps it, "submit" hands it in."""
    scoring = load(Scoring, scoring_id)
    own = services.own_rating(scoring, current_user)
    if own is None or own.is_submitted:
        return see_other(".show", scoring_id=scoring_id)
    rubric = revision_data(db.session(), scoring.revision_id)
    form = sheet_form(rubric, own)
    if form.validate_on_submit():
        is_draft = request.form.get("act") == "draft"
        act = services.save_draft if is_draft else services.submit_rating
        seen = form.version.data or 0
        try:
            with transaction() as session:
                act(session, scoring_id, current_user, form.sheet, expected_version=seen)
        except RuleError as error:
            form.refuse(error)
        else:
            return _after(scoring_id, is_draft=is_draft)
    return render_form("scoring/rate.html", form, scoring=scoring, rubric=rubric, own=own)


def _after(scoring_id: int, *, is_draft: bool) -> ResponseReturnValue:
    if is_draft:
        flash(gettext("The draft is kept. Nobody else sees it."), "success")
        return see_other(".rate", scoring_id=scoring_id)
    flash(gettext("Your rating is handed in."), "success")
    return see_other(".show", scoring_id=scoring_id)


@bp.post("/scoring/<int:scoring_id>/draft")
@requires(Permission.SCORING_RATE)
def draft(scoring_id: int) -> ResponseReturnValue:
    """Keep the sheet while it is filled in; answer when, and with which version to go on."""
    scoring = load(Scoring, scoring_id)
    own = services.own_rating(scoring, current_user)
    if own is None:
        raise InvalidTransitionError
    form = sheet_form(revision_data(db.session(), scoring.revision_id), own)
    if not form.validate():
        return jsonify({"errors": form.errors}), 422
    seen = form.version.data or 0
    with transaction() as session:
        rating = services.save_draft(
            session, scoring_id, current_user, form.sheet, expected_version=seen
        )
        saved = {"version": rating.version, "saved_at": format_time(rating.saved_at)}
    return jsonify(saved)


@bp.post("/scoring/<int:scoring_id>/withdraw")
@requires(Permission.SCORING_RATE)
def withdraw(scoring_id: int) -> ResponseReturnValue:
    """Give the seat back."""
    load(Scoring, scoring_id)
    with transaction() as session:
        services.withdraw_claim(session, scoring_id, current_user)
    flash(gettext("You gave it back. Somebody else can take it now."), "success")
    return see_other(".queue")


@bp.route("/scoring/<int:scoring_id>/resolve", methods=["GET", "POST"])
@requires(Permission.SCORING_RESOLVE)
def resolve(scoring_id: int) -> ResponseReturnValue:
    """Let somebody who has not rated decide where raters disagree."""
    scoring = load(Scoring, scoring_id)
    form = resolve_form(revision_data(db.session(), scoring.revision_id), scoring)
    if form.validate_on_submit():
        seen = form.version.data or 0
        reason = form.reason.data or ""
        try:
            with transaction() as session:
                services.resolve(
                    session, scoring_id, current_user, form.levels, reason, expected_version=seen
                )
        except RuleError as error:
            form.refuse(error)
        else:
            flash(gettext("Your decision is recorded. The result is final."), "success")
            return see_other(".show", scoring_id=scoring_id)
    if scoring.state is not ScoringState.DISAGREED:
        return see_other(".show", scoring_id=scoring_id)
    return render_form("scoring/resolve.html", form, **_shown(scoring))


def _shown(scoring: Scoring) -> dict[str, object]:
    session = db.session()
    ratings = presentation.visible_ratings(scoring, current_user)
    own = services.own_rating(scoring, current_user)
    return {
        "scoring": scoring,
        "rubric": revision_data(session, scoring.revision_id),
        "own": own,
        "ratings": ratings,
        "lines": presentation.comparison(session, scoring, ratings) if ratings else [],
        "scored": presentation.scored_view(session, scoring),
        "state": STATES[scoring.state],
        "tone": TONES[scoring.state],
        "may_claim": own is None
        and len(scoring.ratings) < scoring.raters_wanted
        and may(current_user, scoring, Permission.SCORING_RATE),
        "may_resolve": scoring.state is ScoringState.DISAGREED
        and may(current_user, scoring, Permission.SCORING_RESOLVE),
    }


def _is_free(row: Any) -> bool:
    return row.taken < row.raters_wanted and not row.is_mine
