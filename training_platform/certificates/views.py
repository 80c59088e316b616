"""Pages of certificates."""

from flask import Blueprint

from training_platform.core.navigation import Place

bp = Blueprint("certificates", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = ()
