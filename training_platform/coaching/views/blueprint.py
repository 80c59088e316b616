"""The blueprint of coaching, its place in the shell, and what its views share."""

from typing import Any

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from training_platform.coaching import texts
from training_platform.coaching.models import CoachingSlot
from training_platform.coaching.reach import Reach, reach_of
from training_platform.coaching.services.seats import Seat, seat_of
from training_platform.core.db import db
from training_platform.core.errors import NotFoundError
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission, authorize, may

bp = Blueprint("coaching", __name__, url_prefix="/coaching")

PLACES: tuple[Place, ...] = (
    Place(
        key="coaching",
        text=_l("Coaching"),
        icon="message",
        endpoint="coaching.mine",
        permission=Permission.COACHING_USE,
        position=57,
        blueprints=("coaching",),
    ),
)


def reached(employee_id: int, permission: Permission = Permission.COACHING_READ) -> Reach:
    """Return a trainee whose page the person may read, and to whom she may do something.

    Raises NotFoundError where she may not read it, as for an unknown id; NotPermittedError where
    she may read but not do this.
    """
    found = reach_of(db.session(), employee_id)
    if found is None or not may(current_user, found, Permission.COACHING_READ, permission):
        raise NotFoundError
    authorize(current_user, found, permission)
    return found


def seated(
    slot_id: int, permission: Permission = Permission.COACHING_SLOT_READ
) -> tuple[CoachingSlot, Seat]:
    """Return a slot that the person may know of, and may do something with."""
    slot = db.session.get(CoachingSlot, slot_id)
    if slot is None:
        raise NotFoundError
    seat = seat_of(db.session(), slot)
    if not may(current_user, seat, Permission.COACHING_SLOT_READ):
        raise NotFoundError
    authorize(current_user, seat, permission)
    return slot, seat


def words() -> dict[str, Any]:
    """Return what templates of coaching call things."""
    return {
        "trends": texts.TRENDS,
        "trend_tones": texts.TREND_TONES,
        "slot_states": texts.SLOT_STATES,
        "slot_tones": texts.SLOT_TONES,
        "sources": texts.SOURCES,
        "spot_states": texts.SPOT_STATES,
        "spot_tones": texts.SPOT_TONES,
        "findings": texts.FINDINGS,
        "finding_tones": texts.FINDING_TONES,
        "place_of": texts.place_of,
        "by_itself": texts.BY_ITSELF,
    }
