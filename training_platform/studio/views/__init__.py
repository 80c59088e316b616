"""Pages of the studio."""

from flask import Flask

from training_platform.core import slots
from training_platform.records.my_data import SLOT as MY_DATA
from training_platform.studio import (
    jobs,  # noqa: F401  # registers them
    key_words,
    mistake_words,
)
from training_platform.studio.own import my_data
from training_platform.studio.views import (  # noqa: F401
    desk,
    policy,
    publishing,
    reviewing,
    writing,
)
from training_platform.studio.views.blueprint import PLACES, bp

__all__ = ["PLACES", "bp", "init_app"]


def init_app(app: Flask) -> None:
    """Tell a person what is kept of her work in the studio, and templates what checks say."""
    slots.fill(app, MY_DATA, my_data)
    mistake_words.init_app(app)
    key_words.init_app(app)
