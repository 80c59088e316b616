"""Reading, answering, finishing: what a learner does in a lesson."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_platform.assessment import marking
from training_platform.core import clock
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.curricula.models import Course, CourseProgress, Lesson, LessonProgress
from training_platform.curricula.queries.lessons import check_definition, lesson_title
from training_platform.curricula.rules import is_place
from training_platform.curricula.services import rows
from training_platform.curricula.services.assigning import take_up
from training_platform.records import services as records


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def open_lesson(session: Session, lesson: Lesson, viewer: Person) -> LessonProgress:
    """Note that somebody opened a lesson now: the course goes on here on every device.

    Raises NotPermittedError if the viewer may not read courses.
    """
    authorize(viewer, None, Permission.COURSE_READ)
    employee_id = _learner(viewer)
    progress = rows.lesson_progress(session, employee_id, lesson)
    course = rows.course_progress(session, employee_id, lesson.course_id)
    progress.opened_at = course.last_at = clock.now()
    course.last_lesson_id = lesson.id
    return progress


def keep_place(session: Session, lesson: Lesson, viewer: Person, percent: int) -> None:
    """Keep where somebody stopped reading, in whole percent of the way down; the last one holds.

    Raises RuleError where the percentage is none.
    """
    if not is_place(percent):
        raise RuleError(_("A place in a lesson lies between 0 and 100."))
    open_lesson(session, lesson, viewer).place_percent = percent


def answer_check(
    session: Session, lesson: Lesson, viewer: Person, answer: Mapping[str, Any] | None
) -> marking.Mark:
    """Answer the lesson's check question; return the mark. Any number of tries, the last is kept.

    The answer has the shape that assessment.marking asks for, in the definition's numbers.
    Raises RuleError if the lesson has no check question, or nothing was answered.
    """
    question = check_definition(session, lesson)
    if question is None:
        raise RuleError(_("This lesson has no check question."))
    revision_id, definition = question
    mark = marking.mark(definition, answer)
    if not mark.is_answered:
        raise RuleError(_("Choose or write an answer first."))
    progress = open_lesson(session, lesson, viewer)
    progress.check_answer = {"revision_id": revision_id, "answer": dict(answer or {})}
    progress.is_check_right = mark.is_right
    progress.check_tries += 1
    take_up(session, lesson.course_id, _learner(viewer))
    return mark


def finish_lesson(session: Session, lesson: Lesson, viewer: Person) -> LessonProgress:
    """Finish a lesson: once, with a training record; what it completes follows by itself.

    In a retraining it is finished once more, with a record of its own.
    Raises RuleError while its check question is unanswered; a wrong answer will do.
    """
    authorize(viewer, None, Permission.COURSE_READ)
    employee_id = _learner(viewer)
    progress = rows.lesson_progress(session, employee_id, lesson)
    if progress.finished_at is not None:
        return progress
    if lesson.check_question_id is not None and progress.check_tries == 0:
        raise RuleError(_("Answer the check question first. A wrong answer is fine: it says why."))
    course = rows.course_progress(session, employee_id, lesson.course_id)
    now = clock.now()
    progress.finished_at = progress.opened_at = now
    progress.place_percent = 100
    course.last_at, course.last_lesson_id = now, lesson.id
    session.flush()
    count_lessons(session, course)
    take_up(session, lesson.course_id, employee_id)
    records.append_id(
        session,
        employee_id,
        "lesson_finished",
        lesson.id,
        source=_source(employee_id, lesson, course.retrainings),
        happened_at=now,
        title=lesson_title(session, lesson.id),
        course=session.get_one(Course, lesson.course_id).title,
        minutes=lesson.minutes,
        href=f"/courses/{lesson.id}",
    )
    return progress


def count_lessons(session: Session, course: CourseProgress) -> None:
    """Bring the number of finished lessons up to date; withdrawn lessons do not count."""
    done = session.scalar(
        select(func.count())
        .select_from(LessonProgress)
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .where(
            LessonProgress.employee_id == course.employee_id,
            Lesson.course_id == course.course_id,
            Lesson.is_withdrawn.is_(False),
            LessonProgress.finished_at.is_not(None),
        )
    )
    course.lessons_done = done or 0


def _source(employee_id: int, lesson: Lesson, retrainings: int) -> str:
    first = f"curricula:lesson:{employee_id}:{lesson.id}"
    return f"{first}:again:{retrainings}" if retrainings else first


def _learner(viewer: Person) -> int:
    assert viewer.id is not None  # noqa: S101  # COURSE_READ is held by people only
    return viewer.id
