"""Pages of records."""

from flask import Blueprint

from training_platform.core.navigation import Place

bp = Blueprint("records", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = ()
