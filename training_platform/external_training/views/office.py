"""What HR keeps: providers, budgets, the policy, exceptions; budgets also for heads and leaders."""

from decimal import Decimal
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import db
from training_platform.core.i18n import pick
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.text import whole_number
from training_platform.core.web import load, render_form, requires
from training_platform.external_training import queries, services, texts
from training_platform.external_training.forms.office import (
    ExceptionForm,
    GrantForm,
    ProviderForm,
    TransferForm,
    policy_form,
)
from training_platform.external_training.models import TrainingBudget, TrainingProvider
from training_platform.external_training.views.applying import one_called
from training_platform.external_training.views.base import bp, done, labels


@bp.get("/budgets")
@requires(Permission.EXTERNAL_TRAINING_BUDGET)
def budgets() -> ResponseReturnValue:
    """Show the budgets of a year, as far as the viewer may see them."""
    asked = whole_number(request.args.get("year", "")) or 0
    year = asked if 2000 <= asked <= 2100 else clock.today().year
    page = paginate(db.session(), queries.budgets(current_user, year))
    return render_template("external_training/budgets.html", page=page, year=year, **labels())


@bp.route("/budgets/grant", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_MANAGE)
def grant() -> ResponseReturnValue:
    """Set what a department may spend in a year."""
    form = GrantForm(year=clock.today().year)
    found = queries.departments_of(db.session(), current_user)
    form.department_id.choices = [(str(row.id), pick(row.name)) for row in found]
    if form.validate_on_submit():
        department_id, year = int(form.department_id.data), form.year.data or 0

        def act(session: Session) -> dict[str, Any]:
            services.grant(
                session,
                current_user,
                department_id,
                year,
                amount=form.amount.data or Decimal(0),
                reason=form.reason.data or "",
            )
            return {"year": year}

        if page := done(form, act, gettext("The budget is set."), ".budgets"):
            return page
    return render_form("external_training/grant.html", form, **labels())


@bp.get("/budgets/<int:budget_id>")
@requires(Permission.EXTERNAL_TRAINING_BUDGET)
def budget(budget_id: int) -> ResponseReturnValue:
    """Show a budget with every move."""
    found = load(TrainingBudget, budget_id)
    return render_template(
        "external_training/budget.html",
        budget=found,
        page=paginate(db.session(), queries.budget_moves(budget_id)),
        moves=texts.MOVES,
        **labels(),
    )


@bp.route("/budgets/<int:budget_id>/transfer", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_MANAGE)
def transfer(budget_id: int) -> ResponseReturnValue:
    """Move money to another budget of the year."""
    found = load(TrainingBudget, budget_id)
    form = TransferForm()
    others = db.session().execute(queries.budgets(current_user, found.year)).all()
    form.target_id.choices = [
        (str(each.id), pick(name)) for each, name in others if each.id != budget_id
    ]
    if form.validate_on_submit():

        def act(session: Session) -> None:
            services.transfer(
                session,
                current_user,
                budget_id,
                int(form.target_id.data),
                amount=form.amount.data or Decimal(0),
                reason=form.reason.data or "",
            )

        text = gettext("The money is moved. It stands in both budgets.")
        if page := done(form, act, text, ".budget", budget_id=budget_id):
            return page
    return render_form("external_training/transfer.html", form, budget=found, **labels())


@bp.route("/providers/new", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_MANAGE)
def new_provider() -> ResponseReturnValue:
    """Add a provider to the directory."""
    form = ProviderForm(version=0)
    if form.validate_on_submit():
        data = form.provider

        def act(session: Session) -> dict[str, int]:
            return {"provider_id": services.save_provider(session, current_user, data).id}

        if page := done(form, act, gettext("The provider is saved."), ".provider"):
            return page
    return render_form("external_training/edit_provider.html", form, provider=None, **labels())


@bp.route("/providers/<int:provider_id>/edit", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_MANAGE)
def edit_provider(provider_id: int) -> ResponseReturnValue:
    """Change what is known of a provider."""
    found = load(TrainingProvider, provider_id)
    form = ProviderForm(obj=found)
    if form.validate_on_submit():
        data, seen = form.provider, form.version.data or 0

        def act(session: Session) -> None:
            services.save_provider(session, current_user, data, found, expected_version=seen)

        text = gettext("The provider is saved.")
        if page := done(form, act, text, ".provider", provider_id=provider_id):
            return page
    return render_form("external_training/edit_provider.html", form, provider=found, **labels())


@bp.route("/policy", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_MANAGE)
def policy() -> ResponseReturnValue:
    """Edit the steps of the approval, the days, and what blocks."""
    session = db.session()
    version = services.policy_version(session)
    providers = queries.provider_options(session)
    form = policy_form(services.current_policy(session), version, providers)
    if form.validate_on_submit():
        wanted, seen = form.policy, form.version.data or 0

        def act(session: Session) -> None:
            services.edit_policy(session, current_user, wanted, expected_version=seen)

        text = gettext("The rules are saved. They hold for what is sent from now on.")
        if page := done(form, act, text, ".policy"):
            return page
    return render_form("external_training/policy.html", form, **labels())


@bp.route("/exceptions", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_MANAGE)
def exceptions() -> ResponseReturnValue:
    """Let somebody apply although a report is overdue, with a reason."""
    form = ExceptionForm()
    if form.validate_on_submit():

        def act(session: Session) -> None:
            employee_id = one_called(session, form.employee.data or "", "employee")
            last, reason = form.ends_on.data or clock.today(), form.reason.data or ""
            services.make_exception(session, current_user, employee_id, last, reason)

        if ended := done(form, act, gettext("The exception is made."), ".exceptions"):
            return ended
    page = paginate(db.session(), queries.exceptions())
    return render_form("external_training/exceptions.html", form, page=page, **labels())
