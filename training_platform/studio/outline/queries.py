"""The outline of a draft as its page shows it: lessons, what differs, what was taken out."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from training_platform.core.errors import NotFoundError, RuleError
from training_platform.studio import lesson_files
from training_platform.studio.models import StudioDraft, StudioFile, StudioSave
from training_platform.studio.outline import course_text, rules
from training_platform.studio.outline.course_text import Entry
from training_platform.studio.outline.rules import Difference, Kept


@dataclass(frozen=True)
class Row:
    """A lesson in the outline."""

    slug: str
    position: int
    titles: dict[str, str]
    minutes: int | None
    check: str
    marks: list[Difference]
    is_published: bool
    #: Where it is edited; None where its files are missing.
    path: str | None


@dataclass(frozen=True)
class Gone:
    """A lesson that was taken out of the draft; its last texts are kept among the saves."""

    slug: str
    titles: dict[str, str]
    is_published: bool


@dataclass(frozen=True)
class Outline:
    """The lessons of a draft, and those that were taken out."""

    rows: list[Row]
    gone: list[Gone] = field(default_factory=list)


def course_file(draft: StudioDraft) -> tuple[str, str]:
    """Return path and text of a draft's course.yaml; raise NotFoundError for what is no course."""
    path = f"courses/{draft.slug}/course.yaml"
    file = draft.file(path) if draft.kind == "course" else None
    if file is None or file.text is None:
        raise NotFoundError
    return path, file.text


def outline_of(session: Session, draft: StudioDraft) -> Outline:
    """Return the outline of a course. Raises RuleError where its file cannot be read."""
    listed = course_text.entries(course_file(draft)[1])
    now = rules.lessons_in(draft.read_files())
    was = draft.base.read_files() if draft.base else {}
    before, published = rules.lessons_in(was), published_lessons(draft)
    marks = rules.differences(before, now, (published, [each.slug for each in listed]))
    rows = []
    for position, entry in enumerate(listed, start=1):
        kept = now.get(entry.slug, Kept({}, {}))
        rows.append(
            Row(
                entry.slug,
                position,
                rules.titles_of(kept),
                entry.minutes,
                entry.check,
                marks[entry.slug] if draft.base else [],
                entry.slug in published,
                lesson_path(draft, entry.slug),
            )
        )
    return Outline(rows, _gone(session, draft, set(now) | {each.slug for each in listed}))


def published_lessons(draft: StudioDraft) -> list[str]:
    """Return the ids of the published lessons in their order; none for a new course."""
    if draft.base is None:
        return []
    return [lesson["slug"] for lesson in draft.base.data.get("lessons", [])]


def published_entry(draft: StudioDraft, slug: str) -> Entry | None:
    """Return a lesson as the published course lists it."""
    listed = draft.base.data.get("lessons", []) if draft.base else []
    found = next((each for each in listed if each["slug"] == slug), None)
    return Entry(slug, found["minutes"], found["check"]) if found else None


def check_of(draft: StudioDraft, slug: str) -> str:
    """Return the id of the question that a lesson asks; "" for none, or where none can be read."""
    try:
        listed = course_text.entries(course_file(draft)[1])
    except RuleError:
        return ""
    return next((each.check for each in listed if each.slug == slug), "")


def lesson_asking(draft: StudioDraft, question: str) -> str | None:
    """Return the path of the lesson of a draft that asks a question."""
    try:
        listed = course_text.entries(course_file(draft)[1])
    except RuleError:
        return None
    slug = next((each.slug for each in listed if each.check == question), None)
    return lesson_path(draft, slug) if slug else None


def lesson_showing(session: Session, block: str) -> tuple[StudioDraft | None, str | None]:
    """Return the open draft of a course with a block in a lesson, and that lesson's path."""
    rows = session.execute(
        select(StudioFile)
        .join(StudioFile.draft)
        .options(contains_eager(StudioFile.draft))
        .where(
            StudioDraft.kind == "course",
            StudioDraft.ended_at.is_(None),
            StudioFile.path.endswith(".md"),
        )
        .order_by(StudioDraft.saved_at.desc(), StudioFile.path)
    ).scalars()
    file = next((each for each in rows if f"{block}\n" in f"{each.text}\n"), None)
    return (file.draft, file.path) if file else (None, None)


def lesson_path(draft: StudioDraft, slug: str) -> str | None:
    """Return the path of a lesson's first file."""
    return next(
        (
            file.path
            for file in draft.files
            if (parts := lesson_files.path_parts(file.path)) and parts.slug == slug
        ),
        None,
    )


def last_texts(session: Session, draft: StudioDraft) -> dict[str, dict[str, str]]:
    """Return the last text of every lesson that the draft ever held: by slug and language."""
    rows = session.execute(
        select(StudioSave.path, StudioSave.content)
        .where(
            StudioSave.draft_id == draft.id,
            StudioSave.path.like(f"courses/{draft.slug}/__-%.md"),
            StudioSave.is_aside.is_(False),
            StudioSave.path.not_in([file.path for file in draft.files]),
        )
        .order_by(StudioSave.id)
    )
    found: dict[str, dict[str, str]] = {}
    for path, text in rows:
        if (parts := lesson_files.path_parts(path)) and isinstance(text, str):
            found.setdefault(parts.slug, {})[parts.language] = text
    return found


def _gone(session: Session, draft: StudioDraft, present: set[str]) -> list[Gone]:
    published = published_lessons(draft)
    found = []
    for slug, texts in sorted(last_texts(session, draft).items()):
        if slug not in present:
            kept = Kept({}, {language: text.encode() for language, text in texts.items()})
            found.append(Gone(slug, rules.titles_of(kept), slug in published))
    return found
