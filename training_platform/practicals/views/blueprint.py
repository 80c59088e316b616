"""The blueprint of practical tasks and its place in the shell."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission

bp = Blueprint("practicals", __name__, url_prefix="/practicals")

PLACES: tuple[Place, ...] = (
    Place(
        key="practicals",
        text=_l("Practical tasks"),
        icon="clipboard-check",
        endpoint="practicals.index",
        permission=Permission.PRACTICAL_READ,
        position=55,
        blueprints=("practicals",),
    ),
)
