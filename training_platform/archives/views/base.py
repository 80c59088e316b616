"""The blueprint of the archive and its place in the shell."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission

bp = Blueprint("archives", __name__, url_prefix="/archives")

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        "archives",
        _l("Training archive"),
        "archive",
        "archives.search",
        Permission.ARCHIVE_SEARCH,
        75,
        blueprints=("archives", "api"),
    ),
)
