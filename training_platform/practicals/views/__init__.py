"""Pages of practical tasks."""

from flask import Flask

from training_platform.practicals import (  # noqa: F401  # registers its jobs
    jobs,
    proof_jobs,
    regrade_jobs,
)
from training_platform.practicals.contests import views as contests
from training_platform.practicals.views import (  # noqa: F401
    cards,
    disputing,
    listing,
    panel,
    regrading,
    results,
    taking,
)
from training_platform.practicals.views.blueprint import PLACES, bp

__all__ = ["PLACES", "bp", "init_app"]


def init_app(app: Flask) -> None:
    """Wire the pages of tasks into the application."""
    panel.init_app(app)
    cards.init_app(app)
    contests.init_app(app)
    disputing.init_app(app)
