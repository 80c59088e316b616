"""Keeping what was read of a file, and making drafts of the questions that were chosen."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from training_platform.core import audit
from training_platform.core.errors import RuleError
from training_platform.core.files import StoredFile
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.studio.models import StudioDraft
from training_platform.studio.packages import services as uploads
from training_platform.studio.services import drafts as drafting
from training_platform.studio.transfer import kept, queries
from training_platform.studio.transfer.kept import Reading

PURPOSE = "studio_questions"
#: Each becomes a draft that somebody looks at.
MOST_AT_ONCE = 500


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


NOTHING_CHOSEN = _("Choose at least one question.")
HAS_REFUSED = _("You wanted all or nothing, and some questions were refused. Nothing was taken.")
TOO_MANY = _("The file holds %(count)s questions; at most %(most)s go at once. Send it in parts.")


def keep_reading(session: Session, actor: Person, reading: Reading) -> StoredFile:
    """Keep what a file held for a day and for its sender alone.

    Raises RuleError, field "file", where it holds more than one can look through.
    """
    if len(reading.questions) > MOST_AT_ONCE:
        raise RuleError(TOO_MANY, field="file", count=len(reading.questions), most=MOST_AT_ONCE)
    return uploads.keep(
        session,
        actor,
        kept.written(reading),
        name=reading.name,
        media_type="application/json",
        purpose=PURPOSE,
    )


def already_here(session: Session, reading: Reading) -> set[str]:
    """Return the ids of a reading that the bank or an open draft has already."""
    return queries.here(session, sorted(each.slug for each in reading.questions))


def take_questions(
    session: Session, actor: Person, reading: Reading, chosen: Collection[str]
) -> list[StudioDraft]:
    """Make a draft of each chosen question, all of them or none; what is here stays as it is.

    Raises RuleError where nothing is chosen, or where all or nothing was wanted.
    """
    authorize(actor, None, Permission.STUDIO_USE)
    if reading.is_whole and reading.refused:
        raise RuleError(HAS_REFUSED)
    here = already_here(session, reading)
    wanted = [each for each in reading.questions if each.slug in chosen and each.slug not in here]
    if not wanted:
        raise RuleError(NOTHING_CHOSEN)
    made = [
        drafting.create_from_files(
            session, actor, "question", each.slug, {each.path: each.file_text.encode()}
        )
        for each in wanted
    ]
    audit.record(session, actor, "studio.import_questions", made[0], count=len(made))
    return made
