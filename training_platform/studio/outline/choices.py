"""What is offered in the editor of a lesson: lessons, pictures, questions, practice tasks."""

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core.errors import NotFoundError
from training_platform.core.i18n import language, pick
from training_platform.core.kinds import LANGUAGES
from training_platform.curricula.texts import AREAS, LEVELS
from training_platform.people.models import Competency, JobRole
from training_platform.quizzes.models import Paper
from training_platform.studio.lessons import lessons_of as rows_of
from training_platform.studio.models import StudioDraft
from training_platform.studio.outline import pictures, queries
from training_platform.studio.outline.pictures import Medium


def lessons_of(draft: StudioDraft) -> list[tuple[str, str]]:
    """Return the lessons of a course as a form offers them: id and title."""
    return [
        (row.slug, f"{int(row.number)} · {pick(row.titles) or row.slug}") for row in rows_of(draft)
    ]


def lesson_address(draft: StudioDraft, slug: str) -> str:
    """Return where a lesson is edited; raise NotFoundError if the draft has no such lesson."""
    if (path := queries.lesson_path(draft, slug)) is None:
        raise NotFoundError
    return url_for("studio.edit", draft_id=draft.id, path=path)


def picture_offers(draft: StudioDraft) -> list[tuple[Medium, dict[str, str]]]:
    """Return the pictures of a course, each with the block that shows it in each language.

    What lessons call by one name is one picture, even where each language has its own file.
    """
    known: dict[str, list[Medium]] = {}
    for medium in pictures.media_of(draft):
        if not medium.is_video:
            known.setdefault(pictures.called(medium), []).append(medium)
    found = []
    for name, files in known.items():
        words = {code: alt for each in files for code, alt in each.alternatives.items()}
        blocks = {code: pictures.block(name, words.get(code) or "…") for code in LANGUAGES}
        shown = next((each for each in files if each.stem == f"{name}.{language()}"), files[0])
        found.append((shown, blocks))
    return found


def practice_block(task: str) -> str:
    """Return the block that shows the card of a practice task."""
    return f":::practice {task}\n:::"


def of_course(session: Session) -> dict[str, list[tuple[str, str]]]:
    """Return what the lists of a course's form offer, as values and texts."""
    roles = session.execute(select(JobRole.id, JobRole.name).order_by(JobRole.position))
    competencies = session.execute(
        select(Competency.id, Competency.name).order_by(Competency.position)
    )
    quizzes = session.execute(
        select(Paper.id, Paper.title).where(Paper.is_withdrawn.is_(False)).order_by(Paper.id)
    )
    return {
        "areas": [(key, f"{text}") for key, text in AREAS.items()],
        "levels": [(key, f"{text}") for key, text in LEVELS.items()],
        "job_roles": [(row.id, pick(row.name)) for row in roles],
        "competencies": [(row.id, pick(row.name)) for row in competencies],
        "quizzes": [(row.id, pick(row.title)) for row in quizzes],
    }
