"""The blueprint of the interface; its pages belong to the archive's place in the shell."""

from flask import Blueprint

from training_platform.core.navigation import Place

bp = Blueprint("api", __name__, url_prefix="/api")
PLACES: tuple[Place, ...] = ()
