"""Lessons of a draft: their order, both languages side by side, and which one lags behind."""

from dataclasses import dataclass

from training_platform.core.kinds import LANGUAGES
from training_platform.studio import lesson_files, translations
from training_platform.studio.lesson_files import LessonFile, LessonPath
from training_platform.studio.models import StudioDraft
from training_platform.studio.translations import Note


@dataclass(frozen=True)
class Side:
    """A lesson in one language as it is edited."""

    language: str
    path: str
    number: int
    lesson: LessonFile
    file_id: int


@dataclass(frozen=True)
class LessonRow:
    """A lesson in the outline of a draft: where it is edited, and what each language calls it."""

    number: str
    slug: str
    path: str
    titles: dict[str, str]

    @property
    def parts(self) -> LessonPath | None:
        """What its path says."""
        return lesson_files.path_parts(self.path)


def lessons_of(draft: StudioDraft) -> list[LessonRow]:
    """Return the lessons of a draft in their order; none for what is no course."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for file in draft.files:
        if (parts := lesson_files.path_parts(file.path)) and file.text is not None:
            lesson = lesson_files.split(file.text)
            titles = found.setdefault((parts.number, parts.slug), {})
            titles[parts.language] = lesson.title if lesson else ""
    return [
        LessonRow(number, slug, f"courses/{draft.slug}/{number}-{slug}.zh.md", titles)
        for (number, slug), titles in sorted(found.items())
    ]


def sides_of(draft: StudioDraft, parts: LessonPath) -> list[Side]:
    """Return both languages of a lesson; an empty list where a file can only be edited as text."""
    sides = []
    for language in LANGUAGES:
        file = draft.file(parts.beside(language))
        lesson = lesson_files.split(file.text or "") if file else None
        if file is None or lesson is None:
            return []
        sides.append(Side(language, file.path, file.number, lesson, file.id))
    return sides


def notes_of(draft: StudioDraft, sides: list[Side]) -> list[Note]:
    """Return which paragraphs lag behind those of the other language."""
    was = draft.base.read_files() if draft.base else {}
    before = {}
    for side in sides:
        path = lesson_files.counterpart(side.path, was) or ""
        old = lesson_files.split(was.get(path, b"").decode("utf-8", errors="replace"))
        if old is not None:
            before[side.language] = old.body
    return translations.compare({side.language: side.lesson.body for side in sides}, before)
