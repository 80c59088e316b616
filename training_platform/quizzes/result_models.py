"""How results of quizzes change after the fact: appended, never changed."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_platform.core.db import Base


class QuizResultChange(Base):
    """One change of a result: from how many points to how many, who, why. Never changed."""

    __tablename__ = "quiz_result_change"
    __table_args__ = (UniqueConstraint("attempt_id", "cause"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    #: What changed it, once each: dispute:<id>.
    cause: Mapped[str]
    #: Hundredths of points.
    old_points: Mapped[int]
    points: Mapped[int]
    old_percent: Mapped[int]
    percent: Mapped[int]
    was_passed: Mapped[bool]
    is_passed: Mapped[bool]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    reason: Mapped[str]
    changed_at: Mapped[datetime]
