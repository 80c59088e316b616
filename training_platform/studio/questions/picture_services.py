"""What authors do with the picture of a question."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from training_platform.assessment import pictures
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Person
from training_platform.studio.models import StudioDraft, StudioFile
from training_platform.studio.patching import patched, read
from training_platform.studio.questions.parts import LANGUAGES, ORDER
from training_platform.studio.services.drafts import put_files
from training_platform.studio.uploaded_pictures import prepared


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


STAYS_LARGE = _("The picture stays larger than %(most)s KB. Choose a smaller part of it.")


def names_of(draft: StudioDraft) -> list[str]:
    """Return the names of the picture's files."""
    return sorted(pictures.files_of(draft.slug, draft.read_files()))


def put_picture(
    session: Session,
    draft: StudioDraft,
    actor: Person,
    file: StudioFile,
    raw: bytes,
    *,
    language: str,
    words: Mapping[str, str],
) -> None:
    """Put an upload beside the question, for a language or ("") for both, with what it shows.

    It takes the place of what was shown there. Raises RuleError, field "picture", for what is no
    picture or stays too large.
    """
    ending, made = prepared(raw, pictures.UPLOADED)
    if len(made) > pictures.MOST_BYTES:
        raise RuleError(STAYS_LARGE, field="picture", most=pictures.MOST_BYTES // 1_000)
    stem = draft.slug.partition("/")[2] + (f".{language}" if language else "")
    start = pictures.folder_of(draft.slug)
    # One for both languages takes the place of all; one for a language, of that language's.
    gone = [name for name in names_of(draft) if not language or name.rsplit(".", 1)[0] == stem]
    files: dict[str, bytes | None] = {f"{start}{name}": None for name in gone}
    files[f"{start}{stem}.{ending}"] = made
    files[file.path] = _with_words(file, words)
    put_files(session, draft, actor, files)


def remove_picture(session: Session, draft: StudioDraft, actor: Person, file: StudioFile) -> None:
    """Take the question's picture away, in all languages, and what is said of it."""
    start = pictures.folder_of(draft.slug)
    files: dict[str, bytes | None] = {f"{start}{name}": None for name in names_of(draft)}
    put_files(session, draft, actor, files | {file.path: _with_words(file, None)})


def _with_words(file: StudioFile, words: Mapping[str, str] | None) -> bytes:
    text = file.text or ""
    value = dict(read(text) or {})
    value.pop("picture", None)
    if words is not None:
        value["picture"] = {code: words.get(code, "").strip() for code in LANGUAGES}
    return patched(text, value, ORDER).encode()
