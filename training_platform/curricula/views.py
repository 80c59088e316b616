"""Pages of curricula."""

from flask import Blueprint

from training_platform.core.navigation import Place

bp = Blueprint("curricula", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = ()
