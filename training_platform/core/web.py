"""What views share: declared rights, loading, refusals, headers, addresses of static files."""

import hashlib
import logging
import secrets
import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import structlog
from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, current_user
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, ValidationError

from training_platform.core import audit, static_files, templating, typed, uploads
from training_platform.core.db import Base, db, intend_to_write, is_out_of_space, writing
from training_platform.core.errors import (
    ConflictError,
    DomainError,
    NoSpaceError,
    NotFoundError,
    NotPermittedError,
    NotSignedInError,
    SessionOverError,
    TooManyTriesError,
    UnavailableError,
)
from training_platform.core.forms import already_led_to
from training_platform.core.i18n import remember_language, translate
from training_platform.core.navigation import navigation
from training_platform.core.permissions import Permission, authorize, may
from training_platform.core.tables import with_query


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


log = logging.getLogger(__name__)
csrf = CSRFProtect()
View = TypeVar("View", bound=Callable[..., Any])
Model = TypeVar("Model", bound=Base)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MOST_ID = 2**31 - 1

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; media-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
PAGE_HEADERS = {"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"}
STAY_WITH_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}


class Number(IntegerConverter):
    """A number in an address: what no id can be is an unknown address, not a fault."""

    def to_python(self, value: str) -> int:
        """Return the number; larger ones than an id match no rule."""
        if len(value) > 10 or int(value) > MOST_ID:
            raise ValidationError
        return int(value)


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Declare which permissions open a view; one of them is enough."""

    def mark(view: View) -> View:
        view.permissions = permissions  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Declare that a view is open to strangers."""
    view.permissions = ()  # type: ignore[attr-defined]
    view.is_public = True  # type: ignore[attr-defined]
    return view


def load(model: type[Model], ident: Any) -> Model:
    """Fetch the view's object.

    Raises NotFoundError where the person may not read it, exactly as for an unknown id, and
    NotPermittedError where she may read it but holds none of the view's permissions.
    """
    subject = db.session.get(model, ident)
    return check(subject, model.read_permission)


def check(subject: Model | None, read_permission: Permission) -> Model:
    """Do for an object that was found otherwise what load() does for one found by its key."""
    if subject is None or not may(current_user, subject, read_permission):
        raise NotFoundError
    authorize(current_user, subject, *_current_view().permissions)
    return subject


def guard_view() -> None:
    """Fail closed: a view that declares no permission is a programming error, not a public page."""
    if request.endpoint == "static" or request.routing_exception is not None:
        return
    view = _current_view()
    if view is None:
        return
    signed_in = current_user.is_authenticated  # loads the viewer, whose language the page speaks
    permissions = getattr(view, "permissions", None)
    if permissions is None:
        raise RuntimeError(f"{request.endpoint} declares no permission")
    if getattr(view, "is_public", False):
        return
    if not signed_in:
        raise NotSignedInError
    if not may(current_user, None, *permissions):
        raise NotPermittedError


def declare_intent() -> None:
    """Let unsafe methods take the write lock before anything is read, the person included."""
    g.request_id = secrets.token_hex(8)
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    if request.method not in SAFE_METHODS:
        intend_to_write()


def render_form(template: str, form: FlaskForm, **context: Any) -> ResponseReturnValue:
    """Render a form page: 200 at first, 422 when it comes back with errors."""
    return render_template(template, form=form, **context), 422 if form.errors else 200


def see_other(endpoint: str, **values: Any) -> ResponseReturnValue:
    """Redirect after a post, with 303."""
    return redirect(url_for(endpoint, **values), code=303)


def wants_json() -> bool:
    """Tell whether a program asks."""
    return request.accept_mimetypes.best == "application/json"


def is_htmx() -> bool:
    """Tell whether htmx asks for a part of a page."""
    return "HX-Request" in request.headers


def safe_next(address: str | None) -> str | None:
    """Return the address if it is a plain path of this site, else None: no open redirects."""
    if not address or not address.startswith("/") or len(address) > 2000:
        return None
    if address.startswith(("//", "/\\")) or any(ord(c) < 33 or c == "\\" for c in address):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address


def external_url(endpoint: str, **values: Any) -> str:
    """Return an address for mails and certificates: BASE_URL decides, never the Host header."""
    with current_app.test_request_context():
        path = url_for(endpoint, **values)
    return str(current_app.config["BASE_URL"]) + path


def init_app(app: Flask) -> None:
    """Wire guards, headers, error pages and template helpers."""
    if hops := app.config["PROXY_HOPS"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    static_files.init_app(app, _always(app))
    app.url_map.converters["int"] = Number
    app.before_request(declare_intent)
    csrf.init_app(app)
    app.before_request(remember_language)
    app.before_request(guard_view)
    app.after_request(_add_headers)
    app.teardown_request(_unbind)
    app.register_error_handler(DomainError, show_domain_error)
    app.register_error_handler(CSRFError, _show_csrf_error)
    app.register_error_handler(RequestEntityTooLarge, _show_too_large)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(DBAPIError, _show_database_error)
    app.register_error_handler(PoolTimeoutError, lambda _e: show_domain_error(UnavailableError()))
    app.register_error_handler(Exception, _show_fault)
    templating.init_app(app)
    app.jinja_env.globals.update(
        asset=asset,
        csrf_token=_csrf_token,
        is_htmx=is_htmx,
        may=may,
        navigation=navigation,
        url_with=with_query,
    )
    app.context_processor(_viewer_context)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def answer_errors(
    app: Flask, applies: Callable[[], bool], draw: Callable[[int, str, str], Response]
) -> None:
    """Let a feature answer refusals in its own form, from status, text and advice.

    applies looks at the request's address; the view may not have been found.
    """
    app.extensions.setdefault("answers_of_errors", []).append((applies, draw))


def show_domain_error(error: DomainError) -> ResponseReturnValue:
    """Draw a refusal: what is true now, and what the person had typed, so that nothing is lost."""
    if isinstance(error, NotSignedInError) and not (wants_json() or is_htmx()):
        address = request.full_path.rstrip("?")
        if request.method in SAFE_METHODS:
            return redirect(
                url_for("people.sign_in") + "?" + urlencode({"next": address}), code=303
            )
        error = SessionOverError()
    db.session.rollback()
    if isinstance(error, NotPermittedError):
        _audit_refusal()
    return _respond(
        error.http_status,
        translate(error.text, **error.values),
        translate(error.advice_on_sending_again if _again(error) else error.advice),
        error,
    )


def _csrf_token() -> str:
    """Return the token of forms, made once a request: each form of a page asks for it."""
    return str(g.get("csrf_token") or generate_csrf())


def asset(path: str) -> str:
    """Return the address of a static file with a hash of its content: cached for a year."""
    return f"/static/{path}?v={_digest(path)}"


@cache
def _digest(path: str) -> str:
    data = (Path(current_app.static_folder or "") / path).read_bytes()
    return hashlib.sha256(data).hexdigest()[:10]


def _viewer_context() -> dict[str, Any]:
    viewer = g.get("viewer")
    return {"viewer": viewer, "viewer_theme": viewer.theme if viewer else "system"}


def _respond(status: int, text: str, advice: str, error: Exception) -> ResponseReturnValue:
    headers = {}
    if isinstance(error, UnavailableError):
        headers["Retry-After"] = "10"
        # Drawing the page must not ask the database again: no person, no shell, no bell.
        g.viewer, g._login_user = None, AnonymousUserMixin()
    if isinstance(error, TooManyTriesError):
        headers["Retry-After"] = str(error.seconds)
    for applies, draw in current_app.extensions.get("answers_of_errors", ()):
        if applies():
            response: Response = draw(status, text, advice)
            response.headers.extend(headers)
            return response
    if wants_json():
        body = {"error": text, "advice": advice, "request_id": g.get("request_id")}
        return body, status, headers
    page = render_template(
        "error.html",
        status=status,
        title=text,
        text=text,
        advice=advice,
        request_id=g.get("request_id") if status >= 500 else None,
        typed=_typed(error) if status not in {403, 404} else {},
        again=_again(error),
        subject=getattr(error, "subject", None),
        current_template=f"{request.blueprint}/_current.html",
        seconds=getattr(error, "seconds", None),
    )
    return page, status, headers


def _typed(error: Exception) -> dict[str, str]:
    form = g.get("submitted_form")
    if isinstance(error, ConflictError) and form is not None:
        entered: dict[str, str] = form.typed()
        return entered
    return typed.read_back()


def _again(error: Exception) -> list[tuple[str, str]] | None:
    """Return what sends the form once more, where only the sign-in or the token was missing."""
    is_unread = isinstance(error, SessionOverError | CSRFError) and not is_htmx()
    return typed.send_again() if is_unread else None


def _show_csrf_error(_error: CSRFError) -> ResponseReturnValue:
    if not current_user.is_authenticated and request.endpoint not in {"people.sign_in"}:
        return show_domain_error(NotSignedInError())
    text = _("This page was open too long, or in another session. Nothing was saved.")
    advice = _("Copy what you typed from below, go back, reload the page and send it again.")
    if typed.send_again() is not None:
        advice = _("Look at what you had entered, then send it.")
    return _respond(400, translate(text), translate(advice), _error)


def _show_too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Draw the form again, with the limit beside its file; a view without one gets a page."""
    view = _current_view()
    refused = uploads.too_large()
    if uploads.is_refused() or not getattr(view, "takes_file", False):
        return show_domain_error(refused)
    db.session.rollback()
    uploads.refuse_file()
    try:
        guard_view()
        response = current_app.make_response(view(**request.view_args or {}))
    except DomainError as error:
        return show_domain_error(error)
    response.status_code = refused.http_status
    return response


def _show_http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status == 404:
        return show_domain_error(NotFoundError())
    if status in {301, 302, 303, 307, 308}:
        return error.get_response()
    text, advice = {
        405: (_("This address does not take that."), _("Use the links and buttons of the page.")),
        429: (TooManyTriesError.text, TooManyTriesError.advice),
    }.get(status, (DomainError.text, DomainError.advice))
    response = current_app.make_response(
        _respond(status, translate(text), translate(advice), error)
    )
    if status == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return response


def _show_database_error(error: DBAPIError) -> ResponseReturnValue:
    """Tell a full disk, a lost or locked database and a double click from a bug."""
    db.session.rollback()
    cause = str(error.orig)
    if isinstance(error, IntegrityError) and "form_token" in cause:  # an equal post was faster
        led = already_led_to(db.session(), current_user.id, request.form.get("once"))
        return redirect(led or "/", 303)
    if is_out_of_space(error):
        log.error("the disk is full: %s", cause)
        return show_domain_error(NoSpaceError())
    if isinstance(error, DataError):
        log.warning("a value that no column takes: %s", cause)
        return show_domain_error(DomainError())
    lost = isinstance(error, OperationalError) or error.connection_invalidated
    if lost and ("no such" not in cause and "syntax" not in cause):
        log.warning("the database does not answer: %s", cause)
        return show_domain_error(UnavailableError())
    return _show_fault(error)


def _show_fault(error: Exception) -> ResponseReturnValue:
    if isinstance(error, OSError) and error.errno == 28:
        return show_domain_error(NoSpaceError())
    if isinstance(error, sqlite3.OperationalError):
        return show_domain_error(UnavailableError())
    db.session.rollback()
    if isinstance(error, OverflowError) and "SQLite INTEGER" in str(error):
        return show_domain_error(DomainError())
    if current_app.config.get("PROPAGATE_FAULTS"):
        raise error
    log.exception("fault in %s", request.endpoint)
    text = _("Something went wrong on our side.")
    advice = _("Try again in a moment. If it happens again, give the administrator this number.")
    return _respond(500, translate(text), translate(advice), error)


def _audit_refusal() -> None:
    """Log that a person tried what she may not do; a failure to log must not hide the refusal."""
    try:
        with writing() as session:
            actor = current_user if current_user.is_authenticated else None
            audit.record(session, actor, "access.refused", endpoint=request.endpoint)
    except DBAPIError:
        log.warning("a refusal could not be logged", exc_info=True)


def _always(app: Flask) -> dict[str, str]:
    """Return the headers of every answer, static files and errors included."""
    return HEADERS | STAY_WITH_HTTPS if app.config["SESSION_COOKIE_SECURE"] else HEADERS


def _add_headers(response: Response) -> Response:
    given = {name.lower() for name, _value in response.headers}
    ours = {**_always(current_app), **PAGE_HEADERS}
    response.headers.extend(
        {name: value for name, value in ours.items() if name.lower() not in given}
    )
    if request_id := g.get("request_id"):
        response.headers["X-Request-Id"] = request_id
    return response


def _unbind(_fault: BaseException | None) -> None:
    structlog.contextvars.unbind_contextvars("request_id")


def _current_view() -> Any:
    return current_app.view_functions.get(request.endpoint or "")
