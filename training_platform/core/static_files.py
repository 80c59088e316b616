"""Static files: compressed once per process, cached for a year where the address has a hash.

They are answered before Flask: no session is opened, no person is loaded, and no cookie decides.
"""

import gzip
import mimetypes
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import brotli
from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join
from werkzeug.utils import send_file
from werkzeug.wrappers import Request, Response

PREFIX = "/static/"
COMPRESSED = frozenset({".css", ".js", ".svg", ".txt", ".json"})
NOT_WORTH_IT = 200
MAX_FILES = 256
FOREVER = "public, max-age=31536000, immutable"
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True)
class _Copy:
    """The bytes of one file in one encoding."""

    data: bytes
    media_type: str
    etag: str
    encoding: str


def init_app(app: Flask, headers: Mapping[str, str]) -> None:
    """Answer for static files, with these headers on each; unknown ones get the platform's 404."""
    inner: Wsgi = app.wsgi_app
    root = app.static_folder or ""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX) or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return inner(environ, start_response)
        try:
            response = _respond(root, path[len(PREFIX) :], Request(environ))
        except (NotFound, OSError, ValueError):
            return inner(environ, start_response)
        response.headers.update(headers)
        return response(environ, start_response)

    app.wsgi_app = answer  # type: ignore[method-assign]


def _respond(root: str, name: str, request: Request) -> Response:
    path = safe_join(root, name.encode("latin-1").decode("utf-8", "replace"))
    if path is None or not Path(path).is_file():
        raise NotFound
    if Path(path).suffix in COMPRESSED:
        copy = _copy(path, Path(path).stat().st_mtime_ns, _encoding(request))
        response = Response(copy.data, mimetype=copy.media_type)
        response.set_etag(copy.etag)
        response.headers["Vary"] = "Accept-Encoding"
        if copy.encoding:
            response.headers["Content-Encoding"] = copy.encoding
        response.make_conditional(request)
    else:
        response = send_file(path, request.environ)
    response.headers["Cache-Control"] = FOREVER if request.args.get("v") else "no-cache"
    return response


def _encoding(request: Request) -> str:
    accepted = request.accept_encodings
    return next((name for name in ("br", "gzip") if accepted.quality(name) > 0), "")


@lru_cache(maxsize=MAX_FILES)
def _copy(path: str, changed_at: int, encoding: str) -> _Copy:
    data = Path(path).read_bytes()
    media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    etag = f"{changed_at:x}-{len(data):x}"
    if not encoding or len(data) < NOT_WORTH_IT:
        return _Copy(data, media_type, etag, "")
    packed = (
        brotli.compress(data, quality=9)
        if encoding == "br"
        else gzip.compress(data, compresslevel=9, mtime=0)
    )
    return _Copy(packed, media_type, f"{etag}-{encoding}", encoding)
