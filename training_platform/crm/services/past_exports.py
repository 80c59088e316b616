"""Exports that others took before a task begins: they stand in the log as if they had been made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from training_platform.core import clock
from training_platform.crm.desk import Desk
from training_platform.crm.models import CrmEvent
from training_platform.crm.services.exports import APPROVE, DONE, REQUEST


@dataclass(frozen=True)
class PastExport:
    """An export of the past: whose, when (the sandbox's time), of what, for what."""

    seller_id: int
    at: datetime
    entity: str
    purpose: str
    rows: int
    #: Names of the columns that went out.
    fields: Sequence[str]
    #: Who approved it; where nobody had to, it was taken at once.
    approved_by_id: int | None = None
    is_unmasked: bool = False


def tell_export(desk: Desk, told: PastExport) -> None:
    """Write an export of the past into the log: the request, its approval, the file.

    The sandbox's clock stays where it stands.
    """
    waits = told.approved_by_id is not None
    request = _tell(
        desk,
        told,
        REQUEST,
        rows=told.rows,
        fields=list(told.fields),
        arguments={},
        form="csv",
        unmasked=told.is_unmasked,
        limit=told.rows,
        waits=waits,
    )
    if waits:
        _tell(desk, told, APPROVE, by=told.approved_by_id, request=request.seq, reason="")
    _tell(desk, told, DONE, request=request.seq, rows=told.rows)


def _tell(
    desk: Desk, told: PastExport, act: str, *, by: int | None = None, **context: Any
) -> CrmEvent:
    event = CrmEvent(
        layer_id=desk.layer.id,
        seq=desk.layer.next_seq,
        happened_at=clock.now(),
        virtual_at=told.at,
        actor_id=None,
        seller_id=by or told.seller_id,
        act=act,
        entity=told.entity,
        record_id=None,
        changes={},
        context={"title": told.purpose, **context},
    )
    desk.layer.next_seq += 1
    desk.session.add(event)
    return event
