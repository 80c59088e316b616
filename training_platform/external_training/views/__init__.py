"""Pages of external training."""

from training_platform.external_training import jobs  # noqa: F401  # its jobs
from training_platform.external_training.views import (  # noqa: F401  # their routes
    after,
    applying,
    deciding,
    lists,
    office,
    paper,
)
from training_platform.external_training.views.base import PLACES, bp
from training_platform.external_training.views.cards import init_app

__all__ = ["PLACES", "bp", "init_app"]
