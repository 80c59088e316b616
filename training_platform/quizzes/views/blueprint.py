"""The blueprint of quizzes and its places in the shell."""

from flask import Blueprint
from flask_babel import lazy_gettext

from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission

bp = Blueprint("quizzes", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        key="quizzes",
        text=lazy_gettext("Quizzes"),
        icon="list-check",
        endpoint="quizzes.index",
        permission=Permission.PAPER_READ,
        position=60,
        blueprints=("quizzes",),
    ),
)
