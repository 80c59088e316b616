"""What tests of workspaces do: sit down again, read the log."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.crm.desk import Desk, open_desk
from training_platform.crm.models import CrmEvent

FIRM = {"name": "测试甲机械有限公司", "mobile": "16412345678"}


def sit(session: Session, desk: Desk) -> Desk:
    """Sit down again at a desk, as the next request would."""
    session.flush()
    session.expire_all()
    return open_desk(session, desk.workspace, desk.actor, is_writing=True)


def events(desk: Desk) -> list[CrmEvent]:
    """Return the log of the workspace, in order."""
    desk.session.flush()
    statement = select(CrmEvent).where(CrmEvent.layer_id == desk.layer.id).order_by(CrmEvent.seq)
    return list(desk.session.scalars(statement))
