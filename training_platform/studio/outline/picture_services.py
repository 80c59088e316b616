"""What people do with the pictures of a course draft."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from training_platform.content.media import MOST_FILES
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.kinds import SLUG
from training_platform.core.permissions import Person
from training_platform.studio import lesson_files
from training_platform.studio.models import StudioDraft
from training_platform.studio.outline import pictures, services
from training_platform.studio.services import drafts as drafting


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


BAD_NAME = _("Lower-case letters, digits and hyphens, such as price-list.")
NAME_TAKEN = _("There is a picture of this name. Replace that one, or choose another name.")
TOO_MANY = _("A course has at most %(most)s pictures and videos.")
TOO_MUCH = _("The pictures of a course have at most %(most)s MB together.")
LONGEST_NAME = 60


@dataclass(frozen=True)
class Upload:
    """A picture as it will be kept: looked at and written anew by prepared()."""

    name: str
    ending: str
    raw: bytes


def add_picture(
    session: Session,
    draft: StudioDraft,
    actor: Person,
    upload: Upload,
    *,
    slug: str,
    alternatives: Mapping[str, str],
) -> None:
    """Add a picture and show it at the end of a lesson, both or nothing.

    Raises RuleError for a name that is not well formed or taken, and where it would be too much.
    """
    draft = services.fresh(session, draft, actor)
    if not SLUG.fullmatch(upload.name) or len(upload.name) > LONGEST_NAME:
        raise RuleError(BAD_NAME, field="name")
    if upload.name in {_stem(each) for each in pictures.media_names(draft)}:
        raise RuleError(NAME_TAKEN, field="name")
    blocks = {code: pictures.block(upload.name, alternatives[code]) for code in alternatives}
    files = services.with_blocks(draft, slug, blocks)
    files[f"{pictures.folder(draft)}{upload.name}.{upload.ending}"] = upload.raw
    _expect_room(draft, upload, added=1)
    drafting.put_files(session, draft, actor, files)


def replace_picture(
    session: Session, draft: StudioDraft, actor: Person, name: str, upload: Upload
) -> None:
    """Put another picture in a picture's place; wherever it was shown, the new one is."""
    draft = services.fresh(session, draft, actor)
    path = _path(draft, name)
    _expect_room(draft, upload)
    new = f"{pictures.folder(draft)}{_stem(name)}.{upload.ending}"
    files: dict[str, bytes | None] = {path: None} if path != new else {}
    drafting.put_files(session, draft, actor, {**files, new: upload.raw})


def remove_picture(session: Session, draft: StudioDraft, actor: Person, name: str) -> None:
    """Remove a picture, and the blocks that show it."""
    draft = services.fresh(session, draft, actor)
    files: dict[str, bytes | None] = {_path(draft, name): None}
    names = pictures.media_names(draft)
    for file in draft.files:
        if (parts := lesson_files.path_parts(file.path)) and file.text is not None:
            text = pictures.without_blocks(file.text, parts.language, name, names)
            if text != file.text:
                files[file.path] = text.encode()
    drafting.put_files(session, draft, actor, files)


def _expect_room(draft: StudioDraft, upload: Upload, added: int = 0) -> None:
    names = pictures.media_names(draft)
    if len(names) + added > MOST_FILES:
        raise RuleError(TOO_MANY, field="picture", most=MOST_FILES)
    start = pictures.folder(draft)
    kept = sum(len(each.raw) for each in draft.files if each.path.startswith(start))
    if kept + len(upload.raw) > pictures.MOST_BYTES:
        raise RuleError(TOO_MUCH, field="picture", most=pictures.MOST_BYTES // 1_000_000)


def _path(draft: StudioDraft, name: str) -> str:
    if name not in pictures.media_names(draft):
        raise NotFoundError
    return pictures.folder(draft) + name


def _stem(name: str) -> str:
    return name.rsplit(".", 1)[0]
