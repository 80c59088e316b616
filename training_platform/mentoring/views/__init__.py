"""Pages of mentored practice."""

from flask import Flask

from training_platform.mentoring import due, jobs  # noqa: F401  # registers its job
from training_platform.mentoring.views import cards, closing, lists, planning, working  # noqa: F401
from training_platform.mentoring.views.base import PLACES, bp

__all__ = ["PLACES", "bp", "init_app"]


def init_app(app: Flask) -> None:
    """Wire the pages of mentored practice into the application."""
    cards.init_app(app)
    due.register(app)
