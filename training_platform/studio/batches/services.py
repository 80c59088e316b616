"""Acts of people on a batch: sent, chosen from, reviewed, published, taken back."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from training_platform.assessment.content_kinds import path_of
from training_platform.core import audit, clock, files, jobs
from training_platform.core.db import expect_version, lock
from training_platform.core.errors import InvalidTransitionError, NotPermittedError, RuleError
from training_platform.core.permissions import Permission, Person, Right, authorize
from training_platform.notices import services as notices
from training_platform.studio.batches import mending, queries, rules
from training_platform.studio.batches.models import QuestionBatch, QuestionBatchRow
from training_platform.studio.batches.rules import BatchState, RowState
from training_platform.studio.formats import shape
from training_platform.studio.formats.file_text import file_text
from training_platform.studio.models import StudioDraft
from training_platform.studio.services import drafts as drafting
from training_platform.studio.services.publishing import SAY_WHY, needs_review
from training_platform.studio.transfer.queries import here
from training_platform.studio.transfer.services import HAS_REFUSED, NOTHING_CHOSEN

JOB = "studio.question_batch"
PURPOSE = "studio_batch"


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


OWN_BATCH = _("Somebody else must be the second pair of eyes for your batch.")


@dataclass(frozen=True)
class Sent:
    """A file as it was sent, and what was said of it."""

    name: str
    raw: bytes
    topic: str
    locale: str
    is_whole: bool = False
    #: Empty: found out.
    format: str = ""
    encoding: str = ""


def send_batch(session: Session, actor: Person, sent: Sent) -> QuestionBatch:
    """Keep a file of questions and let a job read it."""
    authorize(actor, None, Permission.STUDIO_USE)
    if actor.id is None:
        raise NotPermittedError
    stored = files.store(
        session,
        sent.raw,
        name=sent.name,
        media_type="application/octet-stream",
        purpose=PURPOSE,
        owner_id=actor.id,
        expires_at=clock.now() + rules.KEPT,
    )
    batch = QuestionBatch(
        name=stored.name,
        topic=sent.topic,
        locale=sent.locale,
        is_whole=sent.is_whole,
        # What was chosen stands there until the job says what was found.
        format=sent.format or None,
        encoding=sent.encoding or None,
        file_id=stored.id,
        created_by_id=actor.id,
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    audit.record(session, actor, "studio.send_batch", batch)
    _put(session, batch)
    return batch


def choose_rows(
    session: Session,
    batch: QuestionBatch,
    actor: Person,
    shown: Collection[int],
    chosen: Collection[int],
) -> None:
    """Take the ticked ones of the questions that were shown, and leave out the others."""
    batch = _open(session, batch, actor, rules.MAY_CHOOSE)
    mine = (
        (QuestionBatchRow.batch_id == batch.id)
        & (QuestionBatchRow.state == RowState.GOOD)
        & QuestionBatchRow.id.in_(list(shown)[: queries.CHUNK])
    )
    wanted = list(set(chosen) & set(shown))
    session.execute(update(QuestionBatchRow).where(mine).values(is_chosen=False))
    session.execute(
        update(QuestionBatchRow)
        .where(mine & QuestionBatchRow.id.in_(wanted))
        .values(is_chosen=True)
    )


def choose_all(session: Session, batch: QuestionBatch, actor: Person, *, is_chosen: bool) -> None:
    """Take all good questions of the file, or leave all of them out."""
    batch = _open(session, batch, actor, rules.MAY_CHOOSE)
    good = (QuestionBatchRow.batch_id == batch.id) & (QuestionBatchRow.state == RowState.GOOD)
    session.execute(update(QuestionBatchRow).where(good).values(is_chosen=is_chosen))


def mend_row(session: Session, row: QuestionBatchRow, actor: Person) -> StudioDraft:
    """Begin a draft with what could be read of a question that is wrong.

    The row is "here already" by that: the draft goes its own way into the bank.
    """
    batch = _open(session, row.batch, actor, frozenset(BatchState) - rules.BUSY)
    row = lock(session, QuestionBatchRow, row.id)
    if row.state not in rules.MAY_MEND:
        raise InvalidTransitionError
    is_read = row.state is RowState.UNFINISHED
    value = row.value if is_read else mending.begun(row.value, row.file_text, batch.locale)
    ids = mending.ids_for(row.slug, value, batch.topic, row.place)
    taken = here(session, ids)
    slug = next((each for each in ids if each not in taken), ids[-1])
    text = file_text(shape.canonical(dict(value) | {"id": slug}))
    draft = drafting.create_from_files(
        session, actor, "question", slug, {path_of(slug): text.encode()}
    )
    row.state, row.is_chosen, row.slug = RowState.HERE, False, slug
    audit.record(session, actor, "studio.mend_batch_row", draft, row=row.place)
    return draft


def ask_review(session: Session, batch: QuestionBatch, actor: Person) -> None:
    """Ask for a second look at the whole batch."""
    batch = _open(session, batch, actor, rules.MAY_CHOOSE)
    _expect_some(session, batch)
    batch.state, batch.published_by_id = BatchState.IN_REVIEW, None
    session.flush()
    audit.record(session, actor, "studio.ask_batch_review", batch)
    notices.notify_holders(
        session,
        Right.TRAINER,
        "studio_review",
        key=f"studio-batch:{batch.id}:{batch.version}",
        href=_address(batch),
        title=_title(batch),
    )


def take_back(session: Session, batch: QuestionBatch, actor: Person) -> None:
    """Choose anew: what was said of the batch no longer holds."""
    batch = _open(session, batch, actor, frozenset({BatchState.IN_REVIEW, BatchState.APPROVED}))
    batch.state, batch.decided_by_id, batch.decided_at = BatchState.OPEN, None, None
    audit.record(session, actor, "studio.take_back_batch", batch)


def decide_review(
    session: Session, batch: QuestionBatch, actor: Person, *, is_approved: bool, note: str
) -> None:
    """Approve the whole batch or return it; raises RuleError for its own sender."""
    batch = _open(session, batch, actor, frozenset({BatchState.IN_REVIEW}))
    if actor.id is None or actor.id == batch.created_by_id:
        raise RuleError(OWN_BATCH)
    if not is_approved and not note:
        raise RuleError(SAY_WHY, field="note")
    batch.state = BatchState.APPROVED if is_approved else BatchState.OPEN
    batch.decision_note, batch.decided_at = note, clock.now()
    batch.decided_by_id = actor.id
    session.flush()
    audit.record(session, actor, "studio.decide_batch", batch, is_approved=is_approved)
    if batch.created_by_id:
        notices.notify(
            session,
            batch.created_by_id,
            "studio_approved" if is_approved else "studio_returned",
            key=f"studio-batch-said:{batch.id}:{batch.version}",
            href=_address(batch),
            title=_title(batch),
        )


def publish_batch(session: Session, batch: QuestionBatch, actor: Person, note: str) -> None:
    """Let a job publish what was chosen; raises RuleError where a second look is missing."""
    authorize(actor, batch, Permission.STUDIO_PUBLISH)
    batch = lock(session, QuestionBatch, batch.id)
    if not rules.may_publish(batch.state, needs_review=needs_review(session, "question")):
        raise InvalidTransitionError
    if not note:
        raise RuleError(SAY_WHY, field="note")
    _expect_some(session, batch)
    batch.state, batch.publish_note = BatchState.PUBLISHING, note
    batch.published_by_id = actor.id
    session.flush()
    audit.record(session, actor, "studio.publish_batch", batch)
    _put(session, batch)


def undo_batch(session: Session, batch: QuestionBatch, actor: Person, note: str) -> None:
    """Let a job take out of use what the batch published and nobody uses yet."""
    authorize(actor, batch, Permission.STUDIO_PUBLISH)
    batch = lock(session, QuestionBatch, batch.id)
    if batch.state is not BatchState.PUBLISHED:
        raise InvalidTransitionError
    if not note:
        raise RuleError(SAY_WHY, field="note")
    batch.state, batch.undo_note, batch.undone_by_id = BatchState.UNDOING, note, actor.id
    session.flush()
    audit.record(session, actor, "studio.undo_batch", batch)
    _put(session, batch)


def expect_seen(batch: QuestionBatch, version: int) -> None:
    """Raise ConflictError where the batch changed since the page was drawn."""
    expect_version(batch, version)


def _open(
    session: Session, batch: QuestionBatch, actor: Person, states: frozenset[BatchState]
) -> QuestionBatch:
    authorize(actor, batch, Permission.STUDIO_USE)
    batch = lock(session, QuestionBatch, batch.id)
    if batch.state not in states:
        raise InvalidTransitionError
    batch.changed_at = clock.now()
    return batch


def _expect_some(session: Session, batch: QuestionBatch) -> None:
    found = queries.counts(session, batch.id)
    refused = sum(found.get(each, 0) for each in (RowState.REFUSED, RowState.UNFINISHED))
    if rules.is_stopped(is_whole=batch.is_whole, refused=refused):
        raise RuleError(HAS_REFUSED)
    if not queries.chosen_count(session, batch.id):
        raise RuleError(NOTHING_CHOSEN)


def _put(session: Session, batch: QuestionBatch) -> None:
    payload = {"batch_id": batch.id}
    jobs.put(session, JOB, payload, key=f"{batch.id}:{batch.state.value}:{batch.version}")


def _address(batch: QuestionBatch) -> str:
    return f"/studio/batches/{batch.id}"


def _title(batch: QuestionBatch) -> dict[str, str]:
    return {"zh": batch.name, "en": batch.name}
