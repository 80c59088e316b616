"""评价 ratings of lessons: one tap and perhaps a sentence."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from training_platform.core.db import Base
from training_platform.studio.feedback.rules import RatingLevel


class LessonRating(Base):
    """评价: what one person says of one lesson, in the revision that she read. It may change.

    Authors read levels as counts and sentences without names; the person stands here so that she
    has one voice a lesson, and finds it again.
    """

    __tablename__ = "lesson_rating"
    __table_args__ = (Index("ix_lesson_rating_course_id_changed_at", "course_id", "changed_at"),)

    lesson_id: Mapped[str] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(
        ForeignKey("employee.id"), primary_key=True, index=True
    )
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"))
    #: The course's revision that was published when she rated.
    revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))
    level: Mapped[RatingLevel]
    sentence: Mapped[str] = mapped_column(default="")
    rated_at: Mapped[datetime]
    changed_at: Mapped[datetime]
