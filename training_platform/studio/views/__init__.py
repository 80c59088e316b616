"""Pages of the studio."""

from training_platform.studio import jobs  # noqa: F401  # registers them
from training_platform.studio.views import (  # noqa: F401
    desk,
    policy,
    publishing,
    reviewing,
    writing,
)
from training_platform.studio.views.blueprint import PLACES, bp

__all__ = ["PLACES", "bp"]
