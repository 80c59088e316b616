"""Pages of quizzes."""

from flask import Flask

from training_platform.quizzes import jobs, regrade_jobs  # noqa: F401  # registers its jobs
from training_platform.quizzes.views import (
    disputing,
    listing,  # noqa: F401  # registers its pages
    regrading,
    results,  # noqa: F401  # registers its pages
    retraining,  # noqa: F401  # registers its pages
    taking,  # noqa: F401  # registers its pages
)
from training_platform.quizzes.views.blueprint import PLACES, bp

__all__ = ["PLACES", "bp", "init_app"]


def init_app(app: Flask) -> None:
    """Fill the places that other pages offer."""
    disputing.init_app(app)
    regrading.init_app(app)
