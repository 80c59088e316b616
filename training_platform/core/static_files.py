"""Static files: compressed once per process, cached for a year where the address has a hash."""

import gzip
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Flask, Response, current_app, request, send_from_directory
from werkzeug.security import safe_join

COMPRESSED = frozenset({".css", ".js", ".svg", ".txt", ".json"})
NOT_WORTH_IT = 200
MAX_FILES = 256


@dataclass(frozen=True)
class _Copy:
    """The bytes of one file in one encoding."""

    data: bytes
    media_type: str
    etag: str


def init_app(app: Flask) -> None:
    """Answer for static files in place of Flask's own view."""
    app.view_functions["static"] = serve_static


def serve_static(filename: str) -> Response:
    """Serve a text file in the smallest encoding that the browser takes, others as they are."""
    root = current_app.static_folder or ""
    path = safe_join(root, filename)
    if path is None or Path(path).suffix not in COMPRESSED or not Path(path).is_file():
        return send_from_directory(root, filename)
    copy = _copy(path, Path(path).stat().st_mtime_ns, _encoding())
    response = Response(copy.data, mimetype=copy.media_type)
    response.set_etag(copy.etag)
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "no-cache"  # asked again, unless the address has a hash
    if copy.etag.endswith(("-br", "-gzip")):
        response.headers["Content-Encoding"] = copy.etag.rsplit("-", 1)[1]
    response.make_conditional(request)
    return response


def _encoding() -> str:
    accepted = request.accept_encodings
    return next((name for name in ("br", "gzip") if accepted.quality(name) > 0), "")


@lru_cache(maxsize=MAX_FILES)
def _copy(path: str, changed_at: int, encoding: str) -> _Copy:
    data = Path(path).read_bytes()
    media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    etag = f"{changed_at:x}-{len(data):x}"
    if not encoding or len(data) < NOT_WORTH_IT:
        return _Copy(data, media_type, etag)
    packed = (
        brotli.compress(data, quality=9)
        if encoding == "br"
        else gzip.compress(data, compresslevel=9, mtime=0)
    )
    return _Copy(packed, media_type, f"{etag}-{encoding}")
