"""Who waits for retraining, and HR's way to open another attempt."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import select

from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import check, render_form, requires, see_other
from training_platform.people.models import Employee
from training_platform.quizzes import queries, services
from training_platform.quizzes.forms import ReopenForm
from training_platform.quizzes.models import Attempt, Paper
from training_platform.quizzes.views.blueprint import bp


@bp.get("/quizzes/retraining")
@requires(Permission.ATTEMPT_REOPEN)
def retraining() -> ResponseReturnValue:
    """List whoever has a case for HR after failed attempts."""
    text = request.args.get("q", "")
    page = paginate(db.session(), queries.waiting_for_retraining(text))
    return render_template("quizzes/retraining.html", page=page, text=text)


@bp.route("/quizzes/attempts/<token>/reopen", methods=["GET", "POST"])
@requires(Permission.ATTEMPT_REOPEN)
def reopen(token: str) -> ResponseReturnValue:
    """Open another attempt after a failed one."""
    found = db.session.scalars(select(Attempt).where(Attempt.token == token)).first()
    attempt = check(found, Attempt.read_permission)
    form = ReopenForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.reopen_attempt(session, attempt, current_user, form.reason.data or "")
        except RuleError as error:
            form.refuse(error)
        else:
            flash(gettext("Another attempt is open."), "success")
            return see_other(".retraining")
    paper = db.session.get_one(Paper, attempt.paper_id)
    employee = db.session.get_one(Employee, attempt.employee_id)
    return render_form("quizzes/reopen.html", form, attempt=attempt, paper=paper, employee=employee)
