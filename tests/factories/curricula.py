"""Courses with lessons, curricula, assignments: straight to the tables."""

import itertools
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.people import make_job_role
from training_platform.assessment.models import Question
from training_platform.content.models import ContentItem, ContentRevision, searchable
from training_platform.core import clock
from training_platform.core.text import fold
from training_platform.curricula.models import (
    Assignment,
    AssignmentSource,
    Course,
    Curriculum,
    CurriculumItem,
    Lesson,
    LessonText,
)

_number = itertools.count(1)

CHOICE = {
    "kind": "single_choice",
    "stem": {"zh": "哪个对?", "en": "Which one is right?"},
    "explanation": {"zh": "因为它对。", "en": "EXPLANATION because it is right."},
    "shuffle": False,
    "options": [
        {"text": {"zh": "对的", "en": "The right one"}, "correct": True},
        {"text": {"zh": "错的", "en": "The wrong one"}, "why": {"zh": "错", "en": "WHY-WRONG"}},
        {"text": {"zh": "另一个", "en": "Another one"}, "why": {"zh": "错", "en": "WHY-OTHER"}},
    ],
}


def make_revision(session: Session, kind: str, slug: str, data: dict[str, Any]) -> ContentRevision:
    """Publish something without its file."""
    item = ContentItem(kind=kind, slug=slug)
    session.add(item)
    session.flush()
    revision = ContentRevision(
        item_id=item.id, number=1, files={}, data=data, digest=slug, published_at=clock.now()
    )
    session.add(revision)
    session.flush()
    item.current_revision_id = revision.id
    item.search_text = searchable(slug, data)
    return revision


def make_question(session: Session, id: str, definition: dict[str, Any] | None = None) -> Question:
    definition = definition or CHOICE
    question = Question(
        id=id,
        topic=id.split("/", maxsplit=1)[0],
        kind=definition["kind"],
        difficulty="foundation",
        stem=definition["stem"],
        revision_id=make_revision(session, "question", id, definition).id,
    )
    session.add(question)
    session.flush()
    return question


def make_lesson(
    session: Session, course: Course, slug: str, position: int, *, check: str | None = None
) -> Lesson:
    lesson = Lesson(
        id=f"{course.id}/{slug}",
        course_id=course.id,
        slug=slug,
        position=position,
        minutes=4,
        check_question_id=check,
    )
    session.add(lesson)
    session.flush()
    for locale, word in (("zh", "课"), ("en", "Lesson")):
        title = f"{word} {slug}"
        session.add(
            LessonText(
                lesson_id=lesson.id,
                locale=locale,
                title=title,
                objective=f"{word} objective",
                summary=f"{word} summary",
                html_before_check=f"<p>{word} body</p>",
                html_after_check="<p>after</p>",
                search_text=fold(title),
            )
        )
    session.flush()
    return lesson


def make_course(
    session: Session,
    id: str | None = None,
    *,
    lessons: int = 2,
    checks: bool = False,
    paper: str | None = None,
    **overrides: Any,
) -> Course:
    """Return a course with so many lessons l1, l2, …, each with a check question if wanted."""
    id = id or f"course-{next(_number)}"
    title = {"zh": f"课程 {id}", "en": f"Course {id}"}
    conditions: list[dict[str, str]] = [{"lessons": "all"}]
    if paper:
        conditions.append({"paper": paper})
    values: dict[str, Any] = {
        "title": title,
        "summary": {"zh": "摘要", "en": "Summary"},
        "area": "data-management",
        "level": "foundation",
        "job_roles": ["specialist"],
        "competencies": {},
        "complete_when": conditions,
        "paper_id": paper,
        "lesson_count": lessons,
        "minutes": lessons * 4,
        "revision_id": make_revision(session, "course", id, {}).id,
        "search_text": fold(" ".join(title.values())),
    } | overrides
    course = Course(id=id, **values)
    session.add(course)
    session.flush()
    for position in range(1, lessons + 1):
        check = f"{id}/q{position}" if checks else None
        if check:
            make_question(session, check)
        make_lesson(session, course, f"l{position}", position, check=check)
    return course


def lessons_of(session: Session, course: Course) -> list[Lesson]:
    """Return a course's lessons in their order."""
    return session.query(Lesson).filter_by(course_id=course.id).order_by(Lesson.position).all()


def make_curriculum(
    session: Session,
    job_role: str,
    items: Sequence[tuple[Course, bool, int | None]],
    after: dict[str, list[str]] | None = None,
) -> Curriculum:
    """Give a job role its curriculum: course, whether required, days until due."""
    make_job_role(session, job_role)
    curriculum = Curriculum(
        job_role_id=job_role,
        title={"zh": f"{job_role} 课程体系", "en": f"Curriculum {job_role}"},
        summary={"zh": "摘要", "en": "Summary"},
        phases=[{"id": "onboarding", "title": {"zh": "入职", "en": "Onboarding"}}],
        revision_id=make_revision(session, "curricula", f"curricula-{job_role}", {}).id,
    )
    session.add(curriculum)
    session.flush()
    for position, (course, is_required, due_days) in enumerate(items, start=1):
        session.add(
            CurriculumItem(
                job_role_id=job_role,
                course_id=course.id,
                phase="onboarding",
                position=position,
                is_required=is_required,
                due_days=due_days,
                after=(after or {}).get(course.id, []),
            )
        )
    session.flush()
    return curriculum


def make_assignment(
    session: Session, employee_id: int, course: Course, due_on: date | None = None, **more: Any
) -> Assignment:
    """Assign a course by hand, straight to the table."""
    required = due_on is not None
    values: dict[str, Any] = {
        "source": AssignmentSource.MANUAL,
        "is_required": required,
        "due_on": due_on,
        "asked_required": required,
        "asked_due_on": due_on,
        "created_at": clock.now(),
    } | more
    assignment = Assignment(employee_id=employee_id, course_id=course.id, **values)
    session.add(assignment)
    session.flush()
    return assignment
