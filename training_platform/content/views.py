"""Pages of content: media of lessons that cannot stand in the page itself."""

import io

from flask import Blueprint, Response, send_file

from training_platform.content import queries
from training_platform.content.media import served_type
from training_platform.core.db import db
from training_platform.core.errors import NotFoundError
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission
from training_platform.core.web import requires

bp = Blueprint("content", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = ()


@bp.get("/courses/media/<course>/<name>")
@requires(Permission.SIGNED_IN)
def media(course: str, name: str) -> Response:
    """Send a picture of a course, or a video in the parts that the browser asks for."""
    if (kind := served_type(name)) is None:
        raise NotFoundError
    path = f"courses/{course}/media/{name}"
    content = queries.media_file(db.session(), "course", course, path)
    response = send_file(io.BytesIO(content), mimetype=kind, conditional=True)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
