"""Keeping a state of the free workspace under a name, and going back to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, insert, literal, select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.permissions import Permission, authorize
from training_platform.crm.desk import Desk
from training_platform.crm.layering import ALL_LAYERS, layered_tables
from training_platform.crm.models import CrmEvent, CrmLayer, LayerKind, WorkspaceKind
from training_platform.crm.services.workspaces import put_away

MOST = 10
MOST_NAME = 80
ACT = "checkpoint"


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Checkpoint:
    """A kept state."""

    layer_id: int
    name: str
    kept_at: datetime
    virtual_at: datetime


def checkpoints(desk: Desk) -> Sequence[Checkpoint]:
    """Return the kept states of a workspace, the newest first."""
    rows = desk.session.execute(
        select(CrmLayer, CrmEvent.context)
        .join(
            CrmEvent,
            (CrmEvent.layer_id == CrmLayer.id) & (CrmEvent.seq == CrmLayer.next_seq - 1),
        )
        .where(_kept(desk), CrmEvent.act == ACT)
        .order_by(CrmLayer.id.desc())
    )
    return [
        Checkpoint(layer.id, str(context.get("name", "")), layer.created_at, layer.virtual_at)
        for layer, context in rows
    ]


def keep_state(desk: Desk, name: str) -> CrmLayer:
    """Keep the present state under a name. Raises RuleError without one, or beyond MOST states."""
    _expect_free(desk)
    name = name.strip()[:MOST_NAME]
    if not name:
        raise RuleError(_("Give the state a name."), field="name")
    count = select(func.count()).select_from(CrmLayer).where(_kept(desk))
    if (desk.session.scalar(count) or 0) >= MOST:
        raise RuleError(_("Ten states are kept already. Delete one first."), field="name")
    desk.log(ACT, name=name)
    desk.session.flush()
    return copy_layer(desk.session, desk.layer, LayerKind.CHECKPOINT)


def go_back(desk: Desk, layer_id: int, expected_resets: int) -> None:
    """Put a copy of a kept state in the place of the present one, which can be brought back.

    expected_resets is the number the person saw: a double click goes back once.
    """
    _expect_free(desk)
    kept = _find(desk, layer_id)
    if desk.workspace.resets_count != expected_resets:
        return
    put_away(desk.session, desk.workspace)
    desk.workspace.layer = copy_layer(desk.session, kept, LayerKind.WORKSPACE)
    desk.workspace.resets_count += 1
    audit.record(desk.session, desk.actor, "workspace.went_back", desk.workspace)


def forget_state(desk: Desk, layer_id: int) -> None:
    """Delete a kept state; the sweep takes its rows."""
    _expect_free(desk)
    kept = _find(desk, layer_id)
    kept.retired_at = datetime(1970, 1, 1, tzinfo=clock.now().tzinfo)


def _expect_free(desk: Desk) -> None:
    authorize(desk.actor, desk.workspace, Permission.WORKSPACE_WRITE)
    if desk.workspace.kind is not WorkspaceKind.FREE:
        raise RuleError(_("States can be kept in the free practice company only."))


def _kept(desk: Desk) -> Any:
    return (
        (CrmLayer.workspace_id == desk.workspace.id)
        & (CrmLayer.kind == LayerKind.CHECKPOINT)
        & CrmLayer.retired_at.is_(None)
    )


def _find(desk: Desk, layer_id: int) -> CrmLayer:
    found = desk.session.scalar(select(CrmLayer).where(_kept(desk), CrmLayer.id == layer_id))
    if found is None:
        raise NotFoundError
    return found


def copy_layer(session: Session, source: CrmLayer, kind: LayerKind) -> CrmLayer:
    """Return a new layer with the same records, events, counters and time."""
    layer = CrmLayer(
        kind=kind,
        base_id=source.base_id,
        workspace_id=source.workspace_id,
        dataset=source.dataset,
        dataset_version=source.dataset_version,
        seller_id=source.seller_id,
        virtual_at=source.virtual_at,
        seen_at=clock.now(),
        drift_seconds=source.drift_seconds,
        next_id=source.next_id,
        next_seq=source.next_seq,
        created_at=clock.now(),
    )
    session.add(layer)
    session.flush()
    events: Any = CrmEvent.__table__
    for table in (*sorted(layered_tables(), key=lambda table: table.name), events):
        _copy_rows(session, table, source.id, layer.id)
    return layer


def _copy_rows(session: Session, table: Table, source_id: int, layer_id: int) -> None:
    others = [column for column in table.columns if column.name != "layer_id"]
    rows = select(literal(layer_id), *others).where(table.c.layer_id == source_id)
    names = ["layer_id", *(column.name for column in others)]
    session.execute(insert(table).from_select(names, rows), execution_options={ALL_LAYERS: True})
