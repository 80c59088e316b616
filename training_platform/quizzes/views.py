"""Pages of quizzes."""

from flask import Blueprint

from training_platform.core.navigation import Place

bp = Blueprint("quizzes", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = ()
