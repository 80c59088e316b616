"""Kinds of content files that quizzes owns."""

from flask import Flask


def register(app: Flask) -> None:
    """Tell content which files belong here."""
