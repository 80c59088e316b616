"""Pages of the archive."""

from training_platform.archives import jobs  # noqa: F401  # registers its handlers
from training_platform.archives.views import person, pulls, searching  # noqa: F401
from training_platform.archives.views.base import PLACES, bp
from training_platform.archives.views.links import init_app

__all__ = ["PLACES", "bp", "init_app"]
