"""Pages of home."""

from flask import Blueprint

from training_platform.core.navigation import Place

bp = Blueprint("home", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = ()
