"""Pages of home."""

from training_platform.home.views import search, site, team, today
from training_platform.home.views.base import PLACES, bp, init_app

__all__ = ["PLACES", "bp", "init_app", "search", "site", "team", "today"]
