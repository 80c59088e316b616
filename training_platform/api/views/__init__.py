"""Pages and answers of the interface for programs."""

from flask import Flask

from training_platform.api.views import lists, tokens  # noqa: F401
from training_platform.api.views.base import PLACES, bp
from training_platform.api.views.problems import answer_problems

__all__ = ["PLACES", "bp", "init_app"]


def init_app(app: Flask) -> None:
    """Let refusals below /api/v1/ be problem documents."""
    answer_problems(app)
