"""Loading the shipped dataset into the database, once per version, as a sealed layer."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.crm.dataset import files
from training_platform.crm.fields import FieldKind
from training_platform.crm.layering import ALL_LAYERS
from training_platform.crm.models import CrmLayer, LayerKind
from training_platform.crm.registry import ENTITIES, Entity
from training_platform.crm.rules.keys import derived
from training_platform.crm.values import from_plain, to_plain

CHUNK = 2000
_INSTANTS = ("created_at", "updated_at")


def current_dataset(session: Session) -> CrmLayer | None:
    """Return the newest sealed dataset; None before the first was loaded."""
    return session.scalar(
        select(CrmLayer)
        .where(CrmLayer.kind == LayerKind.DATASET, CrmLayer.is_sealed)
        .order_by(CrmLayer.dataset_version.desc(), CrmLayer.id.desc())
        .limit(1)
    )


def find_dataset(session: Session, header: files.Header) -> CrmLayer | None:
    """Return the layer of a dataset's version; None before it was loaded."""
    return session.scalar(
        select(CrmLayer).where(
            CrmLayer.kind == LayerKind.DATASET,
            CrmLayer.dataset == header.dataset,
            CrmLayer.dataset_version == header.version,
        )
    )


def load_dataset(session: Session, path: Path = files.FILE) -> CrmLayer:
    """Load a dataset file and seal it; a version that stands already is returned as it is."""
    header = files.read_header(path)
    found = find_dataset(session, header)
    if found is not None:
        return found
    layer = CrmLayer(
        kind=LayerKind.DATASET,
        dataset=header.dataset,
        dataset_version=header.version,
        virtual_at=datetime.fromisoformat(header.now),
        seen_at=clock.now(),
        created_at=clock.now(),
    )
    session.add(layer)
    session.flush()
    for name, rows in files.read(path):
        entity = ENTITIES[name]
        read = _reader(entity, layer.id)
        for start in range(0, len(rows), CHUNK):
            session.execute(
                insert(entity.model.__table__),  # type: ignore[attr-defined]
                [read(row) for row in rows[start : start + CHUNK]],
                execution_options={ALL_LAYERS: True},
            )
    layer.is_sealed = True
    session.flush()
    return layer


def baseline_digest(session: Session, layer: CrmLayer) -> str:
    """Return the SHA-256 over every row of a dataset as the database holds it now."""
    found = hashlib.sha256()
    for entity in ENTITIES.values():
        table = entity.model.__table__  # type: ignore[attr-defined]
        rows = session.execute(
            select(table).where(table.c.layer_id == layer.id).order_by(table.c.id),
            execution_options={ALL_LAYERS: True},
        )
        for row in rows:
            plain = [to_plain(value) for value in row[1:]]
            found.update(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode())
    return found.hexdigest()


def count_rows(session: Session, layer: CrmLayer) -> dict[str, int]:
    """Return how many rows a layer holds per entity."""
    counted = {}
    for entity in ENTITIES.values():
        table = entity.model.__table__  # type: ignore[attr-defined]
        counted[entity.name] = (
            session.scalar(
                select(func.count()).select_from(table).where(table.c.layer_id == layer.id),
                execution_options={ALL_LAYERS: True},
            )
            or 0
        )
    return counted


def _reader(entity: Entity, layer_id: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return the function that makes column values of a plain row, with what derives from them."""
    fields, model = entity.fields, entity.model
    kinds = {name: fields[name].kind for name in fields} | dict.fromkeys(
        _INSTANTS, FieldKind.INSTANT
    )

    def read(plain: dict[str, Any]) -> dict[str, Any]:
        values = {
            name: value if value is None else from_plain(value, kinds.get(name, FieldKind.TEXT))
            for name, value in plain.items()
        }
        values |= {"layer_id": layer_id, "version": 1, "is_deleted": False}
        return values | derived(model, values.get)

    return read
