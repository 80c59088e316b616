"""Pages of content."""

from flask import Blueprint

from training_platform.core.navigation import Place

bp = Blueprint("content", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = ()
