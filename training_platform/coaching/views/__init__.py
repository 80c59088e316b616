"""Pages of coaching."""

from flask import Flask

from training_platform.coaching.calendar import slots_of
from training_platform.coaching.views import mine, people, slots, spots, usage  # noqa: F401
from training_platform.coaching.views.blueprint import PLACES, bp
from training_platform.notices import calendar

__all__ = ["PLACES", "bp", "init_app"]


def init_app(app: Flask) -> None:
    """Wire the pages of coaching into the application."""
    mine.init_app(app)
    usage.init_app(app)
    calendar.register(app, "coaching", slots_of)
