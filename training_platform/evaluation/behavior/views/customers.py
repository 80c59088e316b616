"""Pages of customers: a key instead of an account, four questions, thanks."""

from flask import render_template, request, session
from flask.typing import ResponseReturnValue

from training_platform.core.db import reading, transaction
from training_platform.core.errors import RuleError
from training_platform.core.text import network_of
from training_platform.core.web import public, render_form, see_other
from training_platform.evaluation.behavior import queries
from training_platform.evaluation.behavior.forms import KeyForm, customer_form
from training_platform.evaluation.behavior.rules import Group
from training_platform.evaluation.behavior.services import rating
from training_platform.evaluation.behavior.texts import name_for_strangers
from training_platform.evaluation.behavior.views.base import bp

#: Where the cookie keeps the digest of a key that works.
KEPT = "behavior_key"


@bp.route("/evaluation/customer", methods=["GET", "POST"])
@public
def customer() -> ResponseReturnValue:
    """Take a key; a script fills it in from behind the # of the address."""
    form = KeyForm()
    if not form.validate_on_submit():
        return render_form("evaluation/behavior/customer_key.html", form)
    with transaction() as write:
        found = rating.find_by_key(write, form.key.data or "", network_of(request.remote_addr))
        key_digest = found.key_digest if found else None
    if key_digest is None:
        return _dead()
    session[KEPT] = key_digest
    return see_other(".questions")


@bp.route("/evaluation/customer/questions", methods=["GET", "POST"])
@public
def questions() -> ResponseReturnValue:
    """Ask the four questions; what is handed in uses the key up."""
    key_digest = str(session.get(KEPT, ""))
    with reading() as read:
        rater = rating.find_by_digest(read, key_digest)
        if rater is None:
            return _dead()
        name = name_for_strangers(rater.assessment.employee)
        definition = queries.form_of(read, rater.assessment.round, Group.CUSTOMER)
    form = customer_form(definition)
    if form.validate_on_submit():
        try:
            with transaction() as write:
                is_taken = rating.submit_by_key(write, key_digest, form.sheet)
        except RuleError as error:
            form.refuse(error)
        else:
            session.pop(KEPT, None)
            return see_other(".thanks") if is_taken else _dead()
    return render_form("evaluation/behavior/customer.html", form, name=name)


@bp.get("/evaluation/customer/thanks")
@public
def thanks() -> ResponseReturnValue:
    """Thank; the page is the same for everybody."""
    return render_template("evaluation/behavior/thanks.html")


def _dead() -> ResponseReturnValue:
    session.pop(KEPT, None)
    return render_template("evaluation/behavior/customer_dead.html"), 410
