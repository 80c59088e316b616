"""验证 proofs of tasks: which files were proved here, way by way and check by check."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.people.models import Employee


class ProofState(StrEnum):
    """Where a proof stands."""

    WAITING = "waiting"
    RUNNING = "running"
    PROVED = "proved"
    FAILED = "failed"


class PracticalProof(Base):
    """验证: one run of a task's solutions, right and wrong, on exactly these files."""

    __tablename__ = "practical_proof"
    __table_args__ = (Index("ix_practical_proof_slug_digest", "slug", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    #: Of the files, the stamp left out: see stamps.stamp_of().
    digest: Mapped[str]
    state: Mapped[ProofState] = mapped_column(default=ProofState.WAITING)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int] = mapped_column(default=0)
    #: Path → text, until the proof has ended.
    files: Mapped[dict[str, Any] | None]
    #: What came out: see proof_rules.Told.
    outcome: Mapped[dict[str, Any] | None]

    asked_by: Mapped[Employee | None] = relationship()
