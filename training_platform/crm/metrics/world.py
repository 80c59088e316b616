"""The plain rows of a workspace, for the twin."""

from typing import Any

from sqlalchemy import select

from training_platform.crm.desk import Desk
from training_platform.crm.metrics.twin import Row
from training_platform.crm.models import CrmEvent
from training_platform.crm.registry import ENTITIES

#: What the metrics look at.
NEEDED = (
    "seller",
    "opportunity",
    "stage_change",
    "contract",
    "order",
    "activity",
    "survey",
    "target",
    "campaign",
    "campaign_member",
    "ticket",
)


def read_world(desk: Desk) -> dict[str, list[Row]]:
    """Return every row that the metrics look at as the workspace sees it, and its events."""
    world: dict[str, list[Row]] = {name: _rows(desk, name) for name in NEEDED}
    events = desk.session.execute(
        select(CrmEvent.act, CrmEvent.happened_at).where(CrmEvent.layer_id == desk.layer.id)
    )
    world["event"] = [{"act": act, "happened_at": happened_at} for act, happened_at in events]
    return world


def _rows(desk: Desk, entity: str) -> list[Row]:
    model: Any = ENTITIES[entity].model
    names = ["id", *ENTITIES[entity].fields]
    if entity == "opportunity":
        names.append("cohort")
    found = desk.session.execute(select(*(getattr(model, name) for name in names)))
    return [dict(zip(names, row, strict=True)) for row in found]
