"""Beginning and ending an attempt in a workspace: what is put there, what becomes evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.crm.desk import Desk
from training_platform.crm.models import CrmEvent, CrmLayer
from training_platform.crm.queries.diff import plain_rows
from training_platform.crm.registry import ENTITIES
from training_platform.crm.services.past_exports import tell_export
from training_platform.crm.services.records import change_record, create_record, find_record
from training_platform.crm.values import to_plain
from training_platform.practicals.drawing import Drawn
from training_platform.practicals.evidence import Evidence


@dataclass(frozen=True)
class Start:
    """Where an attempt began: its own rows of that moment, and the first number of its events."""

    started_at: datetime
    planted: Mapping[str, Any]
    first_seq: int


def plant(desk: Desk, drawn: Drawn) -> Start:
    """Put what the task needs into a fresh workspace. What is done there counts from here on."""
    for each in drawn.planted:
        model = ENTITIES[each.entity].model
        if each.record_id is None:
            create_record(desk, model, each.values, act="plant")
        else:
            change_record(desk, find_record(desk, model, each.record_id), each.values, act="plant")
    for told in drawn.exports:
        tell_export(desk, told)
    desk.session.flush()
    return Start(clock.now(), plain_rows(desk.session, desk.layer), desk.layer.next_seq)


def collect(
    session: Session,
    layer: CrmLayer,
    start: Start,
    drawn: Drawn,
    *,
    task: str,
    revision: int,
    answers: Mapping[str, str] | None = None,
    ended_at: datetime | None = None,
) -> Evidence:
    """Take what an attempt left in its layer. ended_at is the deadline where that came first."""
    ended = ended_at or clock.now()
    events = session.scalars(
        select(CrmEvent)
        .where(
            CrmEvent.layer_id == layer.id,
            CrmEvent.seq >= start.first_seq,
            CrmEvent.happened_at <= ended,
        )
        .order_by(CrmEvent.seq)
    )
    return Evidence(
        task=task,
        revision=revision,
        dataset=layer.dataset,
        dataset_version=layer.dataset_version,
        params=drawn.params,
        key=drawn.key,
        started_at=to_plain(start.started_at),
        ended_at=to_plain(ended),
        planted=start.planted,
        rows=plain_rows(session, layer),
        events=[_plain(event) for event in events],
        answers=dict(answers or {}),
    )


def _plain(event: CrmEvent) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "happened_at": to_plain(event.happened_at),
        "virtual_at": to_plain(event.virtual_at),
        "seller_id": event.seller_id,
        "act": event.act,
        "entity": event.entity,
        "record_id": event.record_id,
        "changes": event.changes,
        "context": event.context,
    }
