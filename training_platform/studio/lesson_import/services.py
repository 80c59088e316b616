"""Keeping a converted text between its steps, and making it a lesson of a draft."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from training_platform.core import files
from training_platform.core.errors import NotFoundError
from training_platform.core.files import StoredFile
from training_platform.core.permissions import Person
from training_platform.studio import lesson_files
from training_platform.studio.lesson_files import LessonPath
from training_platform.studio.lesson_import import converting
from training_platform.studio.lesson_import.blocks import Converted, Lost
from training_platform.studio.models import StudioDraft
from training_platform.studio.outline import services as outline
from training_platform.studio.packages import services as uploads
from training_platform.studio.services import drafts as drafting

PURPOSE = "studio_lesson_text"


@dataclass(frozen=True)
class Kept:
    """A converted text as it is kept: for which language, and from which file."""

    converted: Converted
    language: str
    name: str


@dataclass(frozen=True)
class Wanted:
    """Which lesson a text becomes: an existing one by its slug, or a new one with an id."""

    title: str
    lesson: str = ""
    new_slug: str = ""


def keep_text(session: Session, actor: Person, kept: Kept) -> StoredFile:
    """Keep a converted text for a day and for its sender alone."""
    converted = kept.converted
    pictures = {
        name: base64.b64encode(raw).decode("ascii") for name, raw in converted.pictures.items()
    }
    value = {
        "language": kept.language,
        "name": kept.name,
        "fields": dict(converted.fields),
        "body": converted.body,
        "lost": [[what.value, detail] for what, detail in converted.lost],
        "pictures": pictures,
    }
    raw = json.dumps(value, ensure_ascii=False).encode("utf-8", errors="replace")
    name = kept.name or "text"
    return uploads.keep(
        session, actor, raw, name=name, media_type="application/json", purpose=PURPOSE
    )


def read_text(stored: StoredFile) -> Kept:
    """Return a text that keep_text() kept."""
    value = json.loads(files.read(stored))
    pictures = {name: base64.b64decode(raw) for name, raw in value["pictures"].items()}
    lost = [(Lost(what), detail) for what, detail in value["lost"]]
    converted = Converted(value["fields"], value["body"], lost, pictures)
    return Kept(converted, value["language"], value["name"])


def place_text(
    session: Session, draft: StudioDraft, actor: Person, kept: Kept, wanted: Wanted
) -> str:
    """Make a text that of a lesson in its language, and return the lesson's path.

    What stood there stays among the saves. Raises RuleError for an id that is taken or not well
    formed, NotFoundError for a lesson that the draft does not have.
    """
    draft = outline.fresh(session, draft, actor)
    slug = wanted.lesson
    if not slug:
        titles = dict.fromkeys(("zh", "en"), "") | {kept.language: wanted.title}
        slug = outline.add_lesson(session, draft, actor, titles, wanted.new_slug)
    parts = path_of(draft, slug, kept.language)
    path = parts.beside(kept.language)
    names = dict(_free_names(draft, slug, kept.converted.pictures))
    file = draft.file(path)
    old = lesson_files.split(file.text or "") if file else None
    fields = {
        "title": wanted.title,
        "objective": kept.converted.fields.get("objective") or (old.objective if old else ""),
        "summary": kept.converted.fields.get("summary") or (old.summary if old else ""),
    }
    body = converting.with_names(kept.converted, names)
    written: dict[str, bytes | None] = {path: lesson_files.joined(fields, body).encode()}
    for name, raw in kept.converted.pictures.items():
        written[f"courses/{draft.slug}/media/{names[name]}.webp"] = raw
    drafting.put_files(session, draft, actor, written)
    return path


def path_of(draft: StudioDraft, slug: str, language: str) -> LessonPath:
    """Return what the path of a lesson says; raise NotFoundError if the draft has none."""
    found = [
        parts
        for file in draft.files
        if (parts := lesson_files.path_parts(file.path)) and parts.slug == slug
    ]
    if not found:
        raise NotFoundError
    return next((each for each in found if each.language == language), found[0])


def _free_names(
    draft: StudioDraft, slug: str, pictures: Mapping[str, bytes]
) -> Iterator[tuple[str, str]]:
    """Yield what each picture is called in the draft: after its lesson, and like no other."""
    taken = {file.path.rsplit("/", 1)[-1].split(".")[0] for file in draft.files}
    number = 0
    for name in pictures:
        number += 1
        while f"{slug}-{number}" in taken:
            number += 1
        yield name, f"{slug}-{number}"
