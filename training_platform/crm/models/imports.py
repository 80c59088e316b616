"""Imports of files: where one stands, and all that its pages show. Lies beside the layers."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from training_platform.core.db import Base


class ImportState(StrEnum):
    """Where an import stands."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    REVERTING = "reverting"
    REVERTED = "reverted"


#: States in which a job is at work.
BUSY = frozenset({ImportState.CHECKING, ImportState.RUNNING, ImportState.REVERTING})


class CrmImport(Base):
    """One file on its way into a workspace. It goes with its layer when a reset is swept."""

    __tablename__ = "crm_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    layer_id: Mapped[int] = mapped_column(
        ForeignKey("crm_layer.id", ondelete="CASCADE"), index=True
    )
    workspace_id: Mapped[int] = mapped_column(index=True)
    entity: Mapped[str]
    file_id: Mapped[int]
    file_name: Mapped[str]
    #: None for a spreadsheet.
    encoding: Mapped[str | None]
    state: Mapped[ImportState] = mapped_column(default=ImportState.UPLOADED)
    header: Mapped[list[Any]]
    #: The field of each column; None where a column is left out.
    mapping: Mapped[list[Any]]
    #: Codes of what the reader noticed about the file (importing/texts.py).
    notes: Mapped[list[Any]]
    #: {row: {field: text}}: cells mended in the page, in place of the file's.
    mends: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: {row: {field: {code, text, values}}}: the first rows that are wrong.
    problems: Mapped[dict[str, Any]] = mapped_column(default=dict)
    wrong_count: Mapped[int] = mapped_column(default=0)
    #: {row: {entity, id, title, reasons, line}}: rows that look like a record or an earlier row.
    duplicates: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: {row or "all": skip, update or create}.
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Why duplicates are created all the same (V11).
    reason: Mapped[str | None]
    #: How many rows the job at hand has done, of how many.
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int] = mapped_column(default=0)
    #: What came of it: created as ranges of ids, updated, skipped, refused, kept at a revert.
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}
