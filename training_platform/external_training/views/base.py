"""What all views share: the blueprint, its place in the shell, acting once, what a page shows."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.external_training import queries, services, texts
from training_platform.external_training.models import (
    ExternalTrainingApplication,
    TrainingBudget,
)
from training_platform.external_training.permissions import roles_of
from training_platform.external_training.rules import Act, acts_of, is_overdue

bp = Blueprint("external_training", __name__, url_prefix="/external-training")

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        key="external_training",
        text=_l("External training"),
        icon="world",
        endpoint="external_training.mine",
        permission=Permission.EXTERNAL_TRAINING_USE,
        position=58,
        blueprints=("external_training",),
    ),
)


def labels() -> dict[str, Any]:
    """Return what every page needs to say kinds, states and steps."""
    return {
        "kinds": texts.KINDS,
        "states": texts.STATES,
        "state_tones": texts.STATE_TONES,
        "step_roles": texts.STEP_ROLES,
        "decided": texts.DECIDED,
        "taken": texts.TAKEN,
        "purposes": texts.PURPOSES,
        "is_overdue": lambda state, due: is_overdue(state, due, clock.today()),
        "may_oversee": may(current_user, None, Permission.EXTERNAL_TRAINING_OVERSEE),
        "may_manage": may(current_user, None, Permission.EXTERNAL_TRAINING_MANAGE),
        "may_nominate": may_nominate(),
    }


def may_nominate() -> bool:
    """Tell whether the viewer may nominate others: heads their people, HR everybody."""
    managing = may(current_user, None, Permission.EXTERNAL_TRAINING_MANAGE)
    return bool(current_user.headed_paths) or managing


def acts_on(application: ExternalTrainingApplication) -> frozenset[Act]:
    """Return what the viewer may do to an application now."""
    return acts_of(application.state, roles_of(current_user, application))


def shown(application: ExternalTrainingApplication) -> dict[str, Any]:
    """Return what the page of an application shows."""
    session = db.session()
    budget = application.budget_id and session.get_one(TrainingBudget, application.budget_id)
    if not budget and application.starts_on:
        year = application.starts_on.year
        budget = services.budget_for(session, application.department, year)
    return {
        **labels(),
        "application": application,
        "acts": acts_on(application),
        "is_owner": application.applicant_id == current_user.id,
        "files": queries.files_of(session, application.id),
        "conflicts": queries.conflicts(session, application),
        "budget": queries.budget_view(session, application, budget or None),
        "sharing": services.sharing_of(session, application),
        "report": services.report_of(session, application),
        "happened": texts.HAPPENED,
        "events": paginate(session, queries.timeline(application.id)),
    }


def done(
    form: Any,
    act: Callable[[Session], dict[str, Any] | None],
    text: Any,
    endpoint: str,
    **values: Any,
) -> ResponseReturnValue | None:
    """Act in one transaction, say so and lead on; None where a rule refused, shown in the form.

    What the act returns is added to the values of the address. A form with a token acts once.
    """
    token = form.once.data if "once" in form else None
    if earlier := already_led_to(db.session(), current_user.id, token):
        return redirect(earlier, 303)
    try:
        with transaction() as session:
            address = url_for(endpoint, **values, **(act(session) or {}))
            remember(session, current_user.id, token, address)
    except RuleError as error:
        form.refuse(error)
        return None
    flash(str(text), "success")
    return redirect(address, 303)
