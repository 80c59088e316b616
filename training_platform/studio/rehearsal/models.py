"""The table of rehearsals: who tries out which draft where, and what was noted meanwhile."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.crm.models import CrmWorkspace
from training_platform.studio.models import StudioDraft
from training_platform.studio.rehearsal.rules import Recording


class StudioRehearsal(Base):
    """试做: one author in a scratch workspace of one draft of a task. One open each."""

    __tablename__ = "studio_rehearsal"
    __table_args__ = (
        Index(
            "uq_studio_rehearsal_open",
            "draft_id",
            "author_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("studio_draft.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("crm_workspace.id"), unique=True)
    #: What was drawn follows from it.
    seed: Mapped[str]
    #: The language in which the pages were read.
    locale: Mapped[str]
    #: What was drawn and planted, as an attempt keeps it.
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    recording: Mapped[Recording] = mapped_column(default=Recording.NONE)
    #: Pages that are opened are noted too.
    is_noting_looks: Mapped[bool] = mapped_column(default=False)
    #: The last pages as they were opened: their forms and links (noting.py).
    opened: Mapped[list[Any]] = mapped_column(default=list)
    #: What was noted, in order (noting.py).
    notes: Mapped[list[Any]] = mapped_column(default=list)
    #: What the author decided about each note, by its number (steps.py).
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: What stands in the task's own fields, by check.
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: What it was worth when the recording stopped: points and the checks that were lost.
    worth: Mapped[dict[str, Any]] = mapped_column(default=dict)

    draft: Mapped[StudioDraft] = relationship(foreign_keys=[draft_id])
    workspace: Mapped[CrmWorkspace] = relationship(foreign_keys=[workspace_id])
