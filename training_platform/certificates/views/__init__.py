"""Pages of certificates."""

from flask import Flask

from training_platform.certificates import due, jobs  # noqa: F401  # registers its jobs
from training_platform.certificates.views import cards, issuing, public, wall  # noqa: F401
from training_platform.certificates.views.base import PLACES, bp

__all__ = ["PLACES", "bp", "init_app"]


def init_app(app: Flask) -> None:
    """Wire the pages of certificates into the application."""
    cards.init_app(app)
    due.register(app)
