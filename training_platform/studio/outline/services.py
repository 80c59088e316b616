"""What people do with an outline: each step changes course.yaml and the files together."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from training_platform.core.db import lock
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.kinds import LANGUAGES, SLUG
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.studio import lesson_files
from training_platform.studio.models import StudioDraft
from training_platform.studio.outline import course_text, queries, rules
from training_platform.studio.services import drafts as drafting


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


BAD_SLUG = _("Lower-case letters, digits and hyphens, such as listen-first.")
NO_SLUG = _("Give the lesson an id: its English title makes none.")
TAKEN = _("Another lesson of this course has this id.")
PUBLISHED = _("This lesson is published: its id stays.")
TOO_MANY = _("A course has at most %(most)s lessons.")
LAST_ONE = _("A course keeps at least one lesson.")


def add_lesson(
    session: Session, draft: StudioDraft, actor: Person, title: Mapping[str, str], slug: str = ""
) -> str:
    """Add a lesson at the end and return its id; without one, the English title makes it.

    Raises RuleError for an id that is not well formed or taken, and where the course is full.
    """
    draft, path, text = _course(session, draft, actor)
    order = [each.slug for each in course_text.entries(text)]
    if len(order) >= rules.MOST_LESSONS:
        raise RuleError(TOO_MANY, most=rules.MOST_LESSONS)
    slug = slug or rules.slug_of(title["en"], _taken(draft))
    _expect_free(draft, slug)
    files: dict[str, bytes | None] = {
        f"courses/{draft.slug}/{len(order) + 1:02d}-{slug}.{language}.md": lesson_files.joined(
            {"title": title[language]}, ""
        ).encode()
        for language in LANGUAGES
    }
    files[path] = course_text.with_lesson(text, slug, rules.MINUTES).encode()
    _renumber(session, draft, actor, order)
    drafting.put_files(session, draft, actor, files)
    return slug


def remove_lesson(session: Session, draft: StudioDraft, actor: Person, slug: str) -> None:
    """Take a lesson out; its texts stay among the saves. Raises RuleError for the last one."""
    draft, path, text = _course(session, draft, actor)
    order = _order_with(text, slug)
    if len(order) == 1:
        raise RuleError(LAST_ONE)
    files: dict[str, bytes | None] = dict.fromkeys(_paths(draft, slug))
    files[path] = course_text.without_lesson(text, slug).encode()
    drafting.put_files(session, draft, actor, files)
    _renumber(session, draft, actor, [each for each in order if each != slug])


def bring_back(session: Session, draft: StudioDraft, actor: Person, slug: str) -> None:
    """Put a lesson that was taken out back to the end, with its last texts.

    Raises RuleError where it is there already, NotFoundError for what was never there.
    """
    draft, path, text = _course(session, draft, actor)
    texts = queries.last_texts(session, draft).get(slug)
    if slug in _taken(draft):
        raise RuleError(TAKEN)
    if texts is None:
        raise NotFoundError
    order = [each.slug for each in course_text.entries(text)]
    _renumber(session, draft, actor, order)
    was = queries.published_entry(draft, slug)
    minutes = was.minutes if was and was.minutes else rules.MINUTES
    text = course_text.with_lesson(text, slug, minutes)
    if was and was.check:
        text = course_text.with_value(text, slug, "check", was.check)
    files: dict[str, bytes | None] = {
        f"courses/{draft.slug}/{len(order) + 1:02d}-{slug}.{language}.md": raw.encode()
        for language, raw in texts.items()
    }
    drafting.put_files(session, draft, actor, {**files, path: text.encode()})


def step_lesson(session: Session, draft: StudioDraft, actor: Person, slug: str, step: int) -> None:
    """Move a lesson so many places towards the end; at either end it stays where it is."""
    _reorder(session, draft, actor, slug, lambda order: rules.stepped(order, slug, step))


def place_lesson(
    session: Session, draft: StudioDraft, actor: Person, slug: str, position: int
) -> None:
    """Put a lesson in a place, counted from 1."""
    _reorder(
        session,
        draft,
        actor,
        slug,
        lambda order: rules.stepped(order, slug, position - 1 - order.index(slug)),
    )


def rename_lesson(
    session: Session,
    draft: StudioDraft,
    actor: Person,
    slug: str,
    *,
    title: Mapping[str, str],
    new_slug: str,
) -> None:
    """Give a lesson other titles, and another id as long as it is not published."""
    draft, path, text = _course(session, draft, actor)
    _order_with(text, slug)
    if new_slug != slug:
        if slug in queries.published_lessons(draft):
            raise RuleError(PUBLISHED, field="slug")
        _expect_free(draft, new_slug)
        text = course_text.with_value(text, slug, "slug", new_slug)
        paths = {old: old.replace(f"-{slug}.", f"-{new_slug}.") for old in _paths(draft, slug)}
        drafting.rename_files(session, draft, actor, paths)
    files: dict[str, bytes | None] = {path: text.encode()}
    for each in _paths(draft, new_slug):
        parts, file = lesson_files.path_parts(each), draft.file(each)
        lesson = lesson_files.split(file.text or "") if file else None
        if parts is not None and lesson is not None and lesson.title != title[parts.language]:
            fields = {"objective": lesson.objective, "summary": lesson.summary}
            fields["title"] = title[parts.language]
            files[each] = lesson_files.joined(fields, lesson.body).encode()
    drafting.put_files(session, draft, actor, files)


def set_check(
    session: Session, draft: StudioDraft, actor: Person, slug: str, question: str
) -> None:
    """Let a lesson end with a question of the bank."""
    draft, path, text = _course(session, draft, actor)
    _order_with(text, slug)
    changed = course_text.with_value(text, slug, "check", question)
    drafting.put_files(session, draft, actor, {path: changed.encode()})


def insert_blocks(
    session: Session, draft: StudioDraft, actor: Person, slug: str, blocks: Mapping[str, str]
) -> None:
    """Put a block at the end of a lesson, in each language that is given."""
    draft, _path, _text = _course(session, draft, actor)
    drafting.put_files(session, draft, actor, with_blocks(draft, slug, blocks))


def with_blocks(
    draft: StudioDraft, slug: str, blocks: Mapping[str, str]
) -> dict[str, bytes | None]:
    """Return a lesson's files with a block at their end; raise NotFoundError without files."""
    files: dict[str, bytes | None] = {}
    for path in _paths(draft, slug):
        parts, file = lesson_files.path_parts(path), draft.file(path)
        if parts is not None and file is not None and (block := blocks.get(parts.language)):
            before = (file.text or "").rstrip("\n")
            files[path] = f"{before}\n\n{block}\n".encode()
    if len(files) < len(blocks):
        raise NotFoundError
    return files


def fresh(session: Session, draft: StudioDraft, actor: Person) -> StudioDraft:
    """Return the draft locked, with its files as they are now."""
    authorize(actor, draft, Permission.STUDIO_USE)
    draft = lock(session, StudioDraft, draft.id)
    session.expire(draft, ["files"])
    return draft


def _reorder(
    session: Session,
    draft: StudioDraft,
    actor: Person,
    slug: str,
    wanted: Callable[[list[str]], list[str]],
) -> None:
    draft, path, text = _course(session, draft, actor)
    old = _order_with(text, slug)
    new = wanted(old)
    if new == old:
        return
    changed = course_text.reordered(text, new)
    drafting.put_files(session, draft, actor, {path: changed.encode()})
    _renumber(session, draft, actor, new)


def _course(session: Session, draft: StudioDraft, actor: Person) -> tuple[StudioDraft, str, str]:
    draft = fresh(session, draft, actor)
    return (draft, *queries.course_file(draft))


def _order_with(text: str, slug: str) -> list[str]:
    order = [each.slug for each in course_text.entries(text)]
    if slug not in order:
        raise NotFoundError
    return order


def _taken(draft: StudioDraft) -> set[str]:
    return set(rules.lessons_in({file.path: b"" for file in draft.files}))


def _expect_free(draft: StudioDraft, slug: str) -> None:
    if not slug:
        raise RuleError(NO_SLUG, field="slug")
    if not SLUG.fullmatch(slug) or len(slug) > rules.LONGEST_SLUG:
        raise RuleError(BAD_SLUG, field="slug")
    listed = {each.slug for each in course_text.entries(queries.course_file(draft)[1])}
    if slug in _taken(draft) | listed | set(queries.published_lessons(draft)):
        raise RuleError(TAKEN, field="slug")


def _paths(draft: StudioDraft, slug: str) -> list[str]:
    return [
        file.path
        for file in draft.files
        if (parts := lesson_files.path_parts(file.path)) and parts.slug == slug
    ]


def _renumber(session: Session, draft: StudioDraft, actor: Person, order: list[str]) -> None:
    files = {file.path: b"" for file in draft.files}
    drafting.rename_files(session, draft, actor, rules.renumbered(draft.slug, order, files))
