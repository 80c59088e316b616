"""Pages of behavior assessment."""

from training_platform.evaluation.behavior.views import (  # noqa: F401  # their routes
    customers,
    mine,
    raters,
    rating,
    rounds,
)
from training_platform.evaluation.behavior.views.base import PLACES, bp, init_app

__all__ = ["PLACES", "bp", "init_app"]
