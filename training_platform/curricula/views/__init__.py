"""Pages of curricula: learning, the catalogue, assigning, managing."""

from training_platform.curricula import jobs  # its handlers register themselves
from training_platform.curricula.views import assigning, courses, lessons, managing, refreshers
from training_platform.curricula.views.base import PLACES, bp, init_app

__all__ = [
    "PLACES",
    "assigning",
    "bp",
    "courses",
    "init_app",
    "jobs",
    "lessons",
    "managing",
    "refreshers",
]
