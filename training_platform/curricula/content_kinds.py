"""Kinds of content files that curricula owns."""

from flask import Flask


def register(app: Flask) -> None:
    """Tell content which files belong here."""
