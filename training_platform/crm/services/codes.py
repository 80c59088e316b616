"""Numbers that people read: XS001, C-00601; counted per workspace."""

from sqlalchemy import func, select

from training_platform.crm.desk import Desk
from training_platform.crm.models import Layered


def next_code(desk: Desk, model: type[Layered]) -> str:
    """Return the next code of an entity in this workspace; the workspace's lock is held."""
    prefix = model.code_prefix or ""
    column = model.code  # type: ignore[attr-defined]
    width = desk.session.scalar(select(func.max(func.length(column)))) or 0
    last = desk.session.scalar(select(func.max(column)).where(func.length(column) == width))
    number = int(last[len(prefix) :]) + 1 if last else 1
    return f"{prefix}{number:03d}" if width == 0 else f"{prefix}{number:0{width - len(prefix)}d}"
