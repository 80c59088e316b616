"""Pages of assessment."""

from flask import Blueprint

from training_platform.core.navigation import Place

bp = Blueprint("assessment", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = ()
