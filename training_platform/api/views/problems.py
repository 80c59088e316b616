"""Refusals as RFC 9457 draws them, for every address below /api/v1/, unknown ones too."""

from flask import Flask, Response, g, json, request

from training_platform.api.document import PROBLEM_TYPE, kind_of
from training_platform.core import web

PREFIX = "/api/v1/"


def answer_problems(app: Flask) -> None:
    """Register how refusals are answered below the prefix; the documentation stays a page."""
    web.answer_errors(app, lambda: request.path.startswith(PREFIX) and request.path != PREFIX, draw)


def draw(status: int, text: str, advice: str) -> Response:
    """Return a refusal as a problem document."""
    body = {
        "type": f"{PREFIX}#{kind_of(status)}",
        "title": text,
        "status": status,
        "detail": advice,
        "instance": g.get("request_id"),
    }
    response = Response(json.dumps(body, ensure_ascii=False), status, content_type=PROBLEM_TYPE)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="training platform"'
    return response
