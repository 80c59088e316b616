"""What a question's form needs to know: skills, lessons, where it is used, what is much alike."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_platform.assessment.models import AnswerCount, Question
from training_platform.core.i18n import language, pick
from training_platform.curricula.models import Lesson, LessonText
from training_platform.people.models import Competency
from training_platform.quizzes.draw import Candidate, fits
from training_platform.quizzes.models import Paper
from training_platform.studio.questions.warnings import ALIKE, LANGUAGES, Flaw, Hint, likeness

#: In a larger bank only the questions of the same topic are compared.
_COMPARED_AT_MOST = 1_500
_SHOWN_ALIKE = 3


def skills(session: Session) -> list[tuple[str, str]]:
    """Return the skills that a question may ask for, as values and texts."""
    rows = session.execute(select(Competency.id, Competency.name).order_by(Competency.position))
    return [(row.id, pick(row.name)) for row in rows]


def lessons(session: Session) -> list[tuple[str, str]]:
    """Return the lessons that a question may lead back to, as values and texts."""
    rows = session.execute(
        select(Lesson.id, Lesson.course_id, LessonText.title)
        .join(LessonText, LessonText.lesson_id == Lesson.id)
        .where(Lesson.is_withdrawn.is_(False), LessonText.locale == language())
        .order_by(Lesson.course_id, Lesson.position)
    )
    return [(row.id, f"{row.course_id}: {row.title}") for row in rows]


def used_in(session: Session, slug: str, value: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    """Return where a question is asked: (kind, slug, title) of lessons and papers.

    Papers that name it, and those whose draws may find it as it stands in the draft.
    """
    checks = session.execute(
        select(Lesson.id, LessonText.title)
        .join(LessonText, LessonText.lesson_id == Lesson.id)
        .where(Lesson.check_question_id == slug, LessonText.locale == language())
        .order_by(Lesson.id)
    )
    found: list[tuple[str, str, Any]] = [("course", row.id, row.title) for row in checks]
    papers = session.execute(
        select(Paper.id, Paper.title, Paper.sections).where(Paper.is_withdrawn.is_(False))
    )
    skills = frozenset(f"{each}" for each in value.get("skills") or ())
    me = Candidate(slug, slug.split("/", maxsplit=1)[0], f"{value.get('difficulty') or ''}", skills)
    found += [
        ("paper", row.id, pick(row.title))
        for row in papers
        if any(_asks(section, me) for section in row.sections)
    ]
    return found


def wrong_rate(session: Session, slug: str) -> Any:
    """Return how often the present text was answered, and how often wrongly; None if never."""
    return session.execute(
        select(AnswerCount.seen_count, AnswerCount.wrong_count)
        .join(Question, Question.id == AnswerCount.question_id)
        .where(
            Question.id == slug,
            AnswerCount.revision_id == Question.revision_id,
            AnswerCount.choice == "",
            AnswerCount.seen_count > 0,
        )
    ).one_or_none()


def alike(session: Session, slug: str, value: Mapping[str, Any]) -> list[Hint]:
    """Return the questions of the bank whose stem is much alike, the most alike first."""
    stem = value.get("stem")
    mine = stem if isinstance(stem, Mapping) else dict.fromkeys(LANGUAGES, stem)
    rows = select(Question.id, Question.stem).where(
        Question.id != slug, Question.is_withdrawn.is_(False)
    )
    count = session.scalar(select(func.count()).select_from(Question)) or 0
    if count > _COMPARED_AT_MOST:
        rows = rows.where(Question.topic == slug.split("/", maxsplit=1)[0]).limit(_COMPARED_AT_MOST)
    found = []
    for row in session.execute(rows):
        texts = [(f"{mine.get(code) or ''}", f"{row.stem.get(code) or ''}") for code in LANGUAGES]
        if (share := max(likeness(one, other) for one, other in texts)) >= ALIKE:
            found.append((share, row.id))
    best = sorted(found, reverse=True)[:_SHOWN_ALIKE]
    return [Hint(Flaw.ALIKE, words=ident) for _share, ident in best]


def _asks(section: Mapping[str, Any], me: Candidate) -> bool:
    if "draw" in section:
        return fits(me, section)
    return me.id in (section.get("questions") or ())
