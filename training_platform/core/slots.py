"""Places that a page offers and other packages fill, so that nothing imports upward or sideways."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup

Filler = Callable[..., Any]


def init_app(app: Flask) -> None:
    """Give the application its empty slots and templates the function slot()."""
    app.extensions["slots"] = {}
    app.jinja_env.globals["slot"] = slot


def fill(app: Flask, name: str, filler: Filler) -> None:
    """Add a filler to a slot; fillers show in the order in which they were added."""
    app.extensions["slots"].setdefault(name, []).append(filler)


def slot(name: str, **context: Any) -> Markup:
    """Return what the fillers of a slot draw, one after the other; nothing if there is none.

    A filler returns safe markup (rendered from a template) or an empty text.
    """
    return Markup("").join(Markup(drawn) for drawn in ask(name, **context))  # noqa: S704


def ask(name: str, **context: Any) -> list[Any]:
    """Return what the fillers of a slot answer, one after the other: values for a view."""
    fillers: list[Filler] = current_app.extensions["slots"].get(name, [])
    return [filler(**context) for filler in fillers]
