"""Choosing who rates one person: colleagues from a list, customers by mail."""

from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import check, load, render_form, requires, see_other
from training_platform.evaluation.behavior import anonymity, queries
from training_platform.evaluation.behavior.forms import CustomersForm
from training_platform.evaluation.behavior.models import BehaviorAssessment, BehaviorRater
from training_platform.evaluation.behavior.rules import NAMED, Group
from training_platform.evaluation.behavior.services import raters as services
from training_platform.evaluation.behavior.views.base import bp
from training_platform.evaluation.behavior.views.mine import chosen_ids
from training_platform.people.queries import names_of

#: Short enough that the field for customers below the list is found.
PER_PAGE = 10


@bp.get("/evaluation/assessments/<int:behavior_id>/raters")
@requires(Permission.BEHAVIOR_MANAGE)
def raters(behavior_id: int) -> ResponseReturnValue:
    """Show who was asked, and offer colleagues and a field for customers."""
    found = load(BehaviorAssessment, behavior_id)
    return render_form("evaluation/behavior/raters.html", CustomersForm(), **_shown(found))


@bp.post("/evaluation/assessments/<int:behavior_id>/raters/colleagues")
@requires(Permission.BEHAVIOR_MANAGE)
def choose_colleagues(behavior_id: int) -> ResponseReturnValue:
    """Ask the chosen colleagues."""
    found = load(BehaviorAssessment, behavior_id)
    try:
        with transaction() as session:
            count = services.choose_colleagues(session, found, current_user, chosen_ids("id"))
    except RuleError as error:
        flash(gettext(error.text) % error.values, "warning")
    else:
        _say(ngettext("%(num)s colleague is asked.", "%(num)s colleagues are asked.", count), count)
    return see_other(".raters", behavior_id=behavior_id)


@bp.post("/evaluation/assessments/<int:behavior_id>/raters/customers")
@requires(Permission.BEHAVIOR_MANAGE)
def invite_customers(behavior_id: int) -> ResponseReturnValue:
    """Mail the customers a link each."""
    found = load(BehaviorAssessment, behavior_id)
    form = CustomersForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                count = services.invite_customers(session, found, current_user, form.addresses)
        except RuleError as error:
            form.refuse(error)
        else:
            _say(ngettext("%(num)s mail is sent.", "%(num)s mails are sent.", count), count)
            return see_other(".raters", behavior_id=behavior_id)
    return render_form("evaluation/behavior/raters.html", form, **_shown(found))


@bp.post("/evaluation/raters/<int:behavior_rater_id>/withdraw")
@requires(Permission.BEHAVIOR_MANAGE)
def withdraw(behavior_rater_id: int) -> ResponseReturnValue:
    """Await no answer of somebody any more."""
    rater = db.session.get(BehaviorRater, behavior_rater_id)
    found = check(rater.assessment if rater else None, Permission.BEHAVIOR_MANAGE)
    assert rater is not None  # noqa: S101  # its assessment was found
    with transaction() as session:
        services.withdraw_rater(session, rater, current_user)
    flash(gettext("No answer is awaited any more. One that was given stays counted."), "success")
    return see_other(".raters", behavior_id=found.id)


def _say(text: str, count: int) -> None:
    if count:
        flash(text, "success")
    else:
        flash(gettext("Nobody new was chosen."), "warning")


def _shown(found: BehaviorAssessment) -> dict[str, Any]:
    session = db.session()
    text = request.args.get("q", "")
    proposed = queries.proposed_ids(session, found.id)
    asked = [each for each in found.raters if each.employee_id]
    standing = [each.employee_id or 0 for each in asked if each.withdrawn_on is None]
    statement = queries.candidates(found, text, first=proposed, without=standing)
    return {
        "assessment": found,
        "round": found.round,
        "named": [each for each in found.raters if each.group in NAMED],
        "by_group": [
            (group, [each for each in found.raters if each.group is group])
            for group in (Group.COLLEAGUE, Group.CUSTOMER)
        ],
        "names": names_of(session, [each.employee_id for each in asked]),
        "proposed": proposed,
        "page": paginate(session, statement, per_page=PER_PAGE),
        "text": text,
        "least": anonymity.LEAST,
    }
