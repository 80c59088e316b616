"""The least that Flask can do: the yardstick of the same run."""

from pathlib import Path

from flask import Flask, Response, current_app

from training_platform.core.db import db

app = Flask(__name__, instance_path=str(Path("/nonexistent")))
app.config.update(JOBS_EMBEDDED=False, DEMO=False, SQLALCHEMY_DATABASE_URI="sqlite://")
app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
db.init_app(app)


@app.get("/")
def hello() -> str:
    """Greet."""
    return "Hello, world"


@app.get("/static/img/mark.svg")
def ready() -> Response:
    """Answer those who wait for the server."""
    return current_app.response_class("ready")
