"""Pages of notices."""

from flask import Blueprint

from training_platform.core.navigation import Place

bp = Blueprint("notices", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = ()
