"""Pages of consequences: cases and recommendations for HR, and the reward policy."""

from typing import Any

from flask import Blueprint, Flask, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from training_platform.consequences import queries, services, texts
from training_platform.consequences.forms import CaseForm, PolicyForm, RewardForm
from training_platform.consequences.models import HrCase, RewardRecommendation
from training_platform.consequences.rules import CaseState, Decision, RewardState
from training_platform.core import slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.web import load, render_form, requires, see_other

bp = Blueprint("consequences", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        key="consequences",
        text=lazy_gettext("Cases and rewards"),
        icon="flag",
        endpoint="consequences.cases",
        permission=Permission.CONSEQUENCE_READ,
        position=72,
        blueprints=("consequences",),
    ),
)


def init_app(app: Flask) -> None:
    """Say rules in templates, and stand beside the fail ladders."""
    app.jinja_env.filters["case_rule"] = texts.case_rule
    app.jinja_env.filters["reward_rule"] = lambda found: texts.reward_rule(found.kind, found.rule)
    slots.fill(app, "assessment.ladders", _policy_beside_the_ladders)


@bp.get("/consequences/")
@requires(Permission.CONSEQUENCE_READ)
def cases() -> ResponseReturnValue:
    """List the cases for HR."""
    state, text = request.args.get("state", ""), request.args.get("q", "")
    page = paginate(db.session(), queries.cases(state, text, current_user.id))
    return render_template(
        "consequences/cases.html", page=page, state=state, text=text, **_case_words()
    )


@bp.route("/consequences/cases/<int:case_id>", methods=["GET", "POST"])
@requires(Permission.CONSEQUENCE_DECIDE)
def case(case_id: int) -> ResponseReturnValue:
    """Show a case with the rule that opened it, and let HR decide."""
    found = load(HrCase, case_id)
    form = CaseForm(version=found.version)
    if form.validate_on_submit():
        seen = form.version.data or 0
        decision, reason = Decision(form.decision.data), form.reason.data or ""
        try:
            with transaction() as session:
                services.decide_case(
                    session, found, current_user, decision, reason, expected_version=seen
                )
        except RuleError as error:
            form.refuse(error)
        else:
            flash(gettext("The decision is recorded, and the employee is told."), "success")
            return see_other(".case", case_id=case_id)
    return render_form("consequences/case.html", form, case=found, **_case_words())


@bp.get("/consequences/rewards")
@requires(Permission.CONSEQUENCE_READ)
def rewards() -> ResponseReturnValue:
    """List the recommendations of performance points."""
    state, text = request.args.get("state", ""), request.args.get("q", "")
    page = paginate(db.session(), queries.recommendations(state, text, current_user.id))
    return render_template(
        "consequences/rewards.html", page=page, state=state, text=text, **_reward_words()
    )


@bp.route("/consequences/rewards/<int:reward_id>", methods=["GET", "POST"])
@requires(Permission.CONSEQUENCE_DECIDE)
def reward(reward_id: int) -> ResponseReturnValue:
    """Show a recommendation with its reasons, and let HR give the points or not."""
    found = load(RewardRecommendation, reward_id)
    form = RewardForm(version=found.version)
    if form.validate_on_submit():
        seen = form.version.data or 0
        verdict, reason = RewardState(form.verdict.data), form.reason.data or ""
        try:
            with transaction() as session:
                services.decide_recommendation(
                    session, found, current_user, verdict, reason, expected_version=seen
                )
        except RuleError as error:
            form.refuse(error)
        else:
            flash(gettext("The decision is recorded."), "success")
            return see_other(".reward", reward_id=reward_id)
    return render_form("consequences/reward.html", form, reward=found, **_reward_words())


@bp.route("/consequences/policy", methods=["GET", "POST"])
@requires(Permission.REWARD_POLICY_MANAGE)
def policy() -> ResponseReturnValue:
    """Edit what earns performance points."""
    found = services.current_policy(db.session())
    form = PolicyForm(data={**found.values.as_data(), "version": found.version})
    if form.validate_on_submit():
        seen = form.version.data or 0
        try:
            with transaction() as session:
                services.edit_policy(session, current_user, form.policy, expected_version=seen)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(gettext("The rules are saved. They hold from now on."), "success")
            return see_other(".policy")
    return render_form("consequences/policy.html", form)


def _case_words() -> dict[str, Any]:
    return {
        "states": texts.CASE_STATES,
        "tones": texts.CASE_TONES,
        "decisions": texts.DECISIONS,
        "first": CaseState.OPEN.value,
    }


def _reward_words() -> dict[str, Any]:
    return {
        "states": texts.REWARD_STATES,
        "tones": texts.REWARD_TONES,
        "first": RewardState.PROPOSED.value,
    }


def _policy_beside_the_ladders() -> str:
    if not may(current_user, None, Permission.REWARD_POLICY_MANAGE):
        return ""
    found = services.current_policy(db.session()).values.as_data()
    lines = [
        texts.reward_rule(kind, found)
        for kind in ("quiz_passed", "practical_passed", "exam_passed")
    ]
    return render_template("consequences/_policy.html", lines=lines)
