"""Lists and pages of records."""

from flask.typing import ResponseReturnValue
from sqlalchemy import select

from training_platform.core.db import db
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import requires
from training_platform.crm.queries.sellers import within_reach
from training_platform.crm.registry import find_entity
from training_platform.crm.views.blueprint import bp, reading_desk, render


@bp.get("/<int:workspace_id>/<entity>/")
@requires(Permission.WORKSPACE_READ)
def records(workspace_id: int, entity: str) -> ResponseReturnValue:
    """Show one page of an entity's list."""
    desk = reading_desk(workspace_id)
    wanted = find_entity(entity)
    statement = select(wanted.model).where(within_reach(desk, wanted.model))
    page = paginate(db.session(), statement.order_by(wanted.model.id))
    return render("crm/records.html", desk, entity=wanted, page=page)
