"""The blueprint of the sandbox, its place in the shell, and how a view sits down at a desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Flask, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, NotPermittedError
from training_platform.core.i18n import translate
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission, may
from training_platform.core.web import load, show_domain_error
from training_platform.crm import activity_log, texts
from training_platform.crm.desk import Desk, open_desk
from training_platform.crm.models import CrmWorkspace
from training_platform.crm.queries import record_page, sellers
from training_platform.crm.registry import ENTITIES
from training_platform.crm.scope import enter
from training_platform.crm.views import lesson_link

bp = Blueprint("crm", __name__, url_prefix="/crm")

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        "practice",
        _l("Practice"),
        "target",
        "crm.start",
        Permission.WORKSPACE_USE,
        30,
        is_primary=True,
        blueprints=("crm",),
    ),
)


def reading_desk(workspace_id: int) -> Desk:
    """Sit down to look: the owner, or a trainer who looks into a free workspace.

    Raises NotFoundError for a workspace that is not the person's to see, as for an unknown id.
    """
    workspace = load(CrmWorkspace, workspace_id)
    if workspace.erased_at is not None:
        raise NotFoundError
    desk = open_desk(db.session(), workspace, current_user, is_writing=False)
    g.desk, g.workspace_kind = desk, workspace.kind
    return desk


@contextmanager
def writing_desk(workspace_id: int) -> Iterator[Desk]:
    """Sit down to work, in one transaction that holds the workspace's lock."""
    workspace = load(CrmWorkspace, workspace_id)
    with transaction() as session:
        desk = open_desk(session, workspace, current_user, is_writing=True)
        g.desk, g.workspace_kind = desk, workspace.kind
        yield desk


def can_write(desk: Desk) -> bool:
    """Tell whether the person may change the workspace, and what she changes still counts."""
    is_own = may(current_user, desk.workspace, Permission.WORKSPACE_WRITE)
    return is_own and desk.workspace.is_open(clock.now())


def render(template: str, desk: Desk, **context: Any) -> str:
    """Render a page of the workspace with what its frame shows."""
    return render_template(
        template,
        desk=desk,
        workspace=desk.workspace,
        entities=ENTITIES,
        can_write=can_write(desk),
        **context,
    )


def render_refused(template: str, desk: Desk, form: Any, **context: Any) -> ResponseReturnValue:
    """Render a form of the workspace: 200 at first, 422 when it comes back with errors."""
    return render(template, desk, form=form, **context), 422 if form.errors else 200


def crm_url(endpoint: str, **values: Any) -> str:
    """Return an address inside the present workspace."""
    values.setdefault("workspace_id", (request.view_args or {}).get("workspace_id"))
    return url_for(f"crm.{endpoint}", **values)


def log_later(
    act: str, entity: str | None = None, record_id: int | None = None, **context: Any
) -> None:
    """Log a look (view, search) after the response went out: reading must not wait for a lock."""
    g.setdefault("crm_looks", []).append((act, entity, record_id, context))


def init_app(app: Flask) -> None:
    """Leave the workspace at the end of each request, and write down what was looked at."""
    app.teardown_appcontext(lambda _fault: enter(None))
    app.jinja_env.globals.update(
        crm_url=crm_url, has_endpoint=lambda name: name in app.view_functions
    )
    lesson_link.init_app(app)
    app.jinja_env.filters.update(
        act_line=texts.act_line,
        act_icon=texts.act_icon,
        plural_of=lambda name: translate(ENTITIES[name].plural),
        current_values=lambda record: record_page.current_values(g.desk, record),
        seller_line=sellers.describe,
    )


@bp.after_request
def _write_looks(response: Response) -> Response:
    looks, desk = g.get("crm_looks"), g.get("desk")
    if desk is None or response.status_code >= 400:
        return response  # after a fault there may be neither person nor database
    if looks and desk.workspace.employee_id == desk.actor.id:
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy ends first
        where = (desk.workspace.id, desk.layer.id, desk.actor.id)
        response.call_on_close(lambda: activity_log.write(app, where, looks))
    return response


@bp.errorhandler(NotFoundError)
@bp.errorhandler(NotPermittedError)
def _log_denial(error: NotFoundError | NotPermittedError) -> ResponseReturnValue:
    """Log in the workspace that somebody tried what the seller may not see or do."""
    desk = g.get("desk")
    if desk is not None and desk.workspace.employee_id == desk.actor.id:
        where = (desk.workspace.id, desk.layer.id, desk.actor.id)
        db.session.rollback()
        context = {"endpoint": request.endpoint, "status": error.http_status}
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        activity_log.write(app, where, [("deny", None, None, context)])
    return show_domain_error(error)
