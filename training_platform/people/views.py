"""Pages of people."""

from flask import Blueprint

from training_platform.core.navigation import Place

bp = Blueprint("people", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = ()
