"""Pages of quizzes."""

from training_platform.quizzes import jobs  # noqa: F401  # registers its jobs
from training_platform.quizzes.views import listing, results, retraining, taking  # noqa: F401
from training_platform.quizzes.views.blueprint import PLACES, bp
from training_platform.quizzes.views.disputing import init_app

__all__ = ["PLACES", "bp", "init_app"]
