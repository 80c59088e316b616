"""The blueprint of mentored practice, its place in the shell, and what its pages share."""

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
from training_platform.core.permissions import Permission, Right
from training_platform.mentoring import queries, texts
from training_platform.mentoring.models import Practice
from training_platform.mentoring.permissions import roles_of
from training_platform.mentoring.rules import Act, Due, State, acts_of, due_in

bp = Blueprint("mentoring", __name__, url_prefix="/practice-work")

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        key="mentoring",
        text=_l("Mentored practice"),
        icon="notebook",
        endpoint="mentoring.mine",
        permission=Permission.MENTORING_USE,
        position=57,
        blueprints=("mentoring",),
    ),
)


def labels() -> dict[str, Any]:
    """Return what every page needs to say states, kinds and goals."""
    return {
        "kinds": texts.KINDS,
        "states": texts.STATES,
        "state_tones": texts.STATE_TONES,
        "verdicts": texts.VERDICTS,
        "verdict_tones": texts.VERDICT_TONES,
        "goal_statuses": texts.GOAL_STATUSES,
        "goal_tones": texts.GOAL_TONES,
        "shares": texts.SHARES,
        "due_of": due_of,
    }


def due_of(state: State, due_on: Any) -> Due | None:
    """Return how far away the due day of a running practice is; None where it does not matter."""
    return due_in(due_on, clock.today()) if state is State.RUNNING else None


def acts_on(practice: Practice) -> frozenset[Act]:
    """Return what the viewer may do to a practice now."""
    return acts_of(practice.state, practice.share, roles_of(current_user, practice))


def may_assign() -> bool:
    """Tell whether the viewer plans practices for others, too."""
    return bool(current_user.headed_paths) or current_user.has(Right.HR, Right.MENTOR)


def shown(practice: Practice) -> dict[str, Any]:
    """Return what each tab of a practice shows above its own part."""
    session = db.session()
    return {
        **labels(),
        "practice": practice,
        "acts": acts_on(practice),
        "minutes": queries.minutes_of(session, practice.id),
        "waiting": queries.count_open_questions(session, practice.id),
        "due": due_of(practice.state, practice.due_on),
        "is_trainee": practice.trainee_id == current_user.id,
        "is_mentor": practice.mentor_id == current_user.id,
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
