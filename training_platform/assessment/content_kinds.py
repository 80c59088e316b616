"""Kinds of content files that assessment owns."""

from flask import Flask


def register(app: Flask) -> None:
    """Tell content which files belong here."""
