"""Pages of practical tasks."""

from flask import Flask

from training_platform.practicals import jobs  # noqa: F401  # registers its jobs
from training_platform.practicals.views import cards, listing, panel, results, taking  # noqa: F401
from training_platform.practicals.views.blueprint import PLACES, bp

__all__ = ["PLACES", "bp", "init_app"]


def init_app(app: Flask) -> None:
    """Wire the pages of tasks into the application."""
    panel.init_app(app)
    cards.init_app(app)
