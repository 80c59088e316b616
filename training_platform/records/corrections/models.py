"""更正: a correction on its way: what is wrong, who says so, who decides."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.files import StoredFile
from training_platform.core.permissions import Permission
from training_platform.people.models import Employee
from training_platform.records.corrections.rules import OPEN, CorrectionState
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Effect

_IS_OPEN = text("state IN ('requested', 'proposed')")


class RecordCorrection(Base):
    """更正. What it says becomes a further record of the chain only when it is decided."""

    __tablename__ = "record_correction"
    __table_args__ = (
        Index(
            "uq_record_correction_open",
            "record_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_record_correction_state_opened_at", "state", "opened_at"),
    )
    read_permission = Permission.RECORD_CORRECTION_READ

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("training_record.id"), index=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    state: Mapped[CorrectionState]
    #: None while the person only says that something is wrong.
    effect: Mapped[Effect | None]
    #: What is right, in words, and the values that are to stand, by rules.Value.
    changes: Mapped[str] = mapped_column(default="")
    new_values: Mapped[dict[str, Any]]
    reason: Mapped[str]
    evidence: Mapped[str]
    evidence_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    opened_at: Mapped[datetime]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    proposed_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    decided_at: Mapped[datetime | None]
    #: Why it was refused, or what the second person adds.
    note: Mapped[str] = mapped_column(default="")
    #: How many corrections the record had when this one was proposed.
    seen_count: Mapped[int] = mapped_column(default=0)
    #: The record that it became.
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("training_record.id"))
    version: Mapped[int] = mapped_column()

    record: Mapped[TrainingRecord] = relationship(foreign_keys=[record_id])
    employee: Mapped[Employee] = relationship(foreign_keys=[employee_id])
    evidence_file: Mapped[StoredFile | None] = relationship()
    opened_by: Mapped[Employee] = relationship(foreign_keys=[opened_by_id])
    proposed_by: Mapped[Employee | None] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Employee | None] = relationship(foreign_keys=[decided_by_id])

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_open(self) -> bool:
        """Tell that somebody has to do something about it."""
        return self.state in OPEN
