"""What there is to learn, read once before the company begins to live."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.models import Question
from training_platform.content import library as content_library
from training_platform.content.models import ContentRevision
from training_platform.content.services import sync_library
from training_platform.core.kinds import registered
from training_platform.core.permissions import SYSTEM
from training_platform.curricula.models import Course, CurriculumItem, Lesson


@dataclass(frozen=True)
class Library:
    """Courses with their lessons and papers, curricula, check questions."""

    #: Course: its lessons in their order.
    lessons: Mapping[str, tuple[str, ...]]
    papers: Mapping[str, str | None]
    #: Job role: required courses in their order, electives in their order.
    required: Mapping[str, tuple[str, ...]]
    electives: Mapping[str, tuple[str, ...]]
    minutes: Mapping[str, int]
    #: Lesson: the definition of its check question.
    checks: Mapping[str, Mapping[str, Any]]


def publish_if_empty(session: Session) -> bool:
    """Publish the content folder where no course exists; return whether it was published.

    Raises ContentError where the files have mistakes.
    """
    if session.scalar(select(Course.id).limit(1)) is not None:
        return False
    kinds = registered(current_app._get_current_object())  # type: ignore[attr-defined]
    found = content_library.read_library(kinds, Path(current_app.config["CONTENT_DIR"]))
    if mistakes := found.mistakes():
        raise content_library.ContentError(mistakes)
    sync_library(session, found, SYSTEM)
    return True


def read_library(session: Session) -> Library:
    """Return what there is to learn."""
    courses = session.execute(
        select(Course.id, Course.paper_id).where(Course.is_withdrawn.is_(False)).order_by(Course.id)
    ).all()
    lessons = session.execute(
        select(Lesson.id, Lesson.course_id, Lesson.minutes)
        .where(Lesson.is_withdrawn.is_(False))
        .order_by(Lesson.course_id, Lesson.position)
    ).all()
    items = session.execute(
        select(CurriculumItem.job_role_id, CurriculumItem.course_id, CurriculumItem.is_required)
        .join(Course, Course.id == CurriculumItem.course_id)
        .where(Course.is_withdrawn.is_(False))
        .order_by(CurriculumItem.job_role_id, CurriculumItem.position)
    ).all()
    checks = session.execute(
        select(Lesson.id, ContentRevision.data)
        .join(Question, Question.id == Lesson.check_question_id)
        .join(ContentRevision, ContentRevision.id == Question.revision_id)
    ).all()
    roles = sorted({row.job_role_id for row in items})
    return Library(
        lessons={
            course.id: tuple(row.id for row in lessons if row.course_id == course.id)
            for course in courses
        },
        papers={course.id: course.paper_id for course in courses},
        required={
            role: tuple(x.course_id for x in items if x.job_role_id == role and x.is_required)
            for role in roles
        },
        electives={
            role: tuple(x.course_id for x in items if x.job_role_id == role and not x.is_required)
            for role in roles
        },
        minutes={row.id: row.minutes for row in lessons},
        checks={row.id: row.data for row in checks},
    )
