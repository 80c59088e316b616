"""Pages of the course editor: outline, pictures, what lessons ask."""

from training_platform.studio.outline.views import details, outline, picks, pictures  # noqa: F401
from training_platform.studio.outline.views.blueprint import PLACES, bp, init_app

__all__ = ["PLACES", "bp", "init_app"]
