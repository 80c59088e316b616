"""Search over everything: the full page, and the fragment of the palette."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.core.db import db
from training_platform.core.navigation import navigation
from training_platform.core.permissions import Permission
from training_platform.core.search import MAX_QUERY
from training_platform.core.web import is_htmx, requires
from training_platform.home.queries.search import search as find
from training_platform.home.views.base import bp


@bp.get("/search")
@requires(Permission.SIGNED_IN)
def search() -> ResponseReturnValue:
    """Show what the query finds, as a page or, for the palette, as its list."""
    query = request.args.get("q", "").strip()[:MAX_QUERY]
    places = navigation()
    groups = find(db.session(), current_user, query, [*places.primary, *places.more])
    is_palette = is_htmx() and request.headers.get("X-Fragment") == "palette"
    template = "home/_hits.html" if is_palette else "home/search.html"
    return render_template(template, query=query, groups=groups)
