"""The long parts of a batch: reading, publishing, taking back. Each is one transaction.

The state tells what is to be done, and changes with it: a job that is delivered again, or after a
crash, finds either nothing done or nothing to do.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from training_platform.assessment.models import Question
from training_platform.content.many import publish_new
from training_platform.content.models import ContentItem
from training_platform.core import audit, clock, files
from training_platform.core.db import lock, reading, writing
from training_platform.core.jobs import JobContext, job
from training_platform.core.kinds import Draft, Mistake
from training_platform.core.permissions import SYSTEM
from training_platform.notices import services as notices
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.studio import checking
from training_platform.studio.batches import mending, queries, rules
from training_platform.studio.batches.models import QuestionBatch, QuestionBatchRow
from training_platform.studio.batches.rules import BatchState, RowState
from training_platform.studio.batches.services import JOB
from training_platform.studio.formats.building import draft_of
from training_platform.studio.formats.reading import STEP, Manner, read_questions
from training_platform.studio.models import StudioPublication
from training_platform.studio.rules import Act
from training_platform.studio.transfer.queries import here

#: A statement takes only so many values; nobody reads more reasons.
SAID = 400
_ROWS = select(
    QuestionBatchRow.id,
    QuestionBatchRow.slug,
    QuestionBatchRow.value,
    QuestionBatchRow.file_text,
    QuestionBatchRow.revision_id,
).where(QuestionBatchRow.batch_id == bindparam("batch_id"))
_CHOSEN = _ROWS.where(QuestionBatchRow.is_chosen.is_(True)).order_by(QuestionBatchRow.position)
_PUBLISHED = _ROWS.where(QuestionBatchRow.state == RowState.PUBLISHED)


@job(JOB)
def run_batch(context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Do what a batch waits for."""
    batch_id = int(payload["batch_id"])
    with reading() as session:
        state = session.get_one(QuestionBatch, batch_id).state
    if (step := _STEPS.get(state)) is None:
        return {"state": state.value}  # it was done before
    step(context, batch_id)
    return {"done": state.value}


def _read(context: JobContext, batch_id: int) -> None:
    with reading() as session:
        batch = session.get_one(QuestionBatch, batch_id)
        stored = session.get_one(files.StoredFile, batch.file_id)
        raw, name, topic, locale = files.read(stored), batch.name, batch.topic, batch.locale
        # What stands there before it was read is what its sender chose.
        manner = Manner(batch.format or "", batch.encoding or "", context.progress)
    found = read_questions(name, raw, topic=topic, locale=locale, manner=manner)
    drafts = [draft_of(each.slug, each.value, "") for each in found.questions if not each.missing]
    count = len(found.questions) + len(found.refused)
    context.progress(count, count)
    with reading() as session:
        _check(session, drafts)
        taken = here(session, [each.slug for each in found.questions])
    wrong = {draft.slug: draft.mistakes[0] for draft in drafts if draft.mistakes}
    rows: list[dict[str, Any]] = [
        {"place": each.place, "state": RowState.REFUSED, "code": each.code, "text": each.text}
        | {"values": dict(each.values)}
        | mending.kept(each.value, each.source)
        for each in found.refused
    ]
    for each in found.questions:
        row: dict[str, Any] = {"place": each.place, "slug": each.slug, "value": dict(each.value)}
        row |= {"file_text": each.file_text, "missing": len(each.missing)}
        state = RowState.UNFINISHED if each.missing else RowState.GOOD
        if each.slug in taken:
            state = RowState.HERE
        elif (mistake := wrong.get(each.slug)) is not None:
            state = RowState.REFUSED
            row |= _told(mistake)
        rows.append(row | {"state": state, "is_chosen": state is RowState.GOOD})
    rows.sort(key=lambda row: row["place"])
    with writing() as session:
        batch = lock(session, QuestionBatch, batch_id)
        if batch.state is not BatchState.READING:
            return
        whole = [_EMPTY | row | {"batch_id": batch_id, "position": n} for n, row in enumerate(rows)]
        if whole:
            session.execute(insert(QuestionBatchRow), whole)
        batch.format, batch.encoding, batch.state = found.format, found.encoding, BatchState.OPEN


def _publish(context: JobContext, batch_id: int) -> None:
    with reading() as session:
        rows = session.execute(_CHOSEN, {"batch_id": batch_id}).all()
    drafts = []
    for number, row in enumerate(rows):
        if number % STEP == 0:
            context.progress(number, len(rows))
        drafts.append(draft_of(row.slug, row.value, row.file_text))
    context.progress(len(rows), len(rows))
    with reading() as session:
        _check(session, drafts)
    with writing() as session:
        batch = lock(session, QuestionBatch, batch_id)
        if batch.state is not BatchState.PUBLISHING:
            return
        taken = here(session, [draft.slug for draft in drafts])
        wrong = {draft.slug for draft in drafts if draft.mistakes}
        if rules.is_stopped(is_whole=batch.is_whole, refused=len(taken | wrong)):
            batch.state = BatchState.OPEN
            _tell(session, batch)
        else:
            good = [draft for draft in drafts if draft.slug not in taken | wrong]
            _write(session, batch, good)
            batch.state, batch.published_at = BatchState.PUBLISHED, clock.now()
        _mark(session, batch_id, sorted(taken), RowState.HERE)
        _mark(session, batch_id, sorted(wrong - taken), RowState.REFUSED)
        _say_why(session, batch_id, [draft for draft in drafts if draft.slug in wrong - taken])


def _told(mistake: Mistake) -> dict[str, Any]:
    said = {"key": mistake.key, "problem": mistake.problem, "expected": mistake.expected}
    return {"code": "refused_by_check", "values": said}


def _say_why(session: Session, batch_id: int, drafts: list[Draft]) -> None:
    """Write beside each question what the check said of it."""
    reasons = {draft.slug: _told(draft.mistakes[0]) for draft in drafts}
    rows = session.execute(
        _ROWS.where(QuestionBatchRow.slug.in_(sorted(reasons)[:SAID])), {"batch_id": batch_id}
    )
    if changes := [{"id": row.id, **reasons[row.slug]} for row in rows]:
        session.execute(update(QuestionBatchRow), changes)


def _tell(session: Session, batch: QuestionBatch) -> None:
    """Tell who sent it and who published it that nothing of it went on."""
    for employee_id in {batch.created_by_id, batch.published_by_id} - {None}:
        notices.notify(
            session,
            employee_id or 0,
            "studio_batch_stopped",
            key=f"studio-batch-stopped:{batch.id}:{batch.version}:{employee_id}",
            href=f"/studio/batches/{batch.id}",
            title={"zh": batch.name, "en": batch.name},
        )


def _write(session: Session, batch: QuestionBatch, drafts: list[Draft]) -> None:
    publisher = session.get(Employee, batch.published_by_id)
    actor = viewer_of(session, publisher) if publisher else SYSTEM
    made = publish_new(session, checking.kind_of("question"), drafts, actor)
    if made:
        _note(session, batch, Act.PUBLISHED, made)
    ids = select(QuestionBatchRow.id, QuestionBatchRow.slug).where(
        QuestionBatchRow.batch_id == batch.id, QuestionBatchRow.is_chosen.is_(True)
    )
    changes = [
        {"id": row.id, "revision_id": made[row.slug], "state": RowState.PUBLISHED}
        for row in session.execute(ids)
        if row.slug in made
    ]
    if changes:
        session.execute(update(QuestionBatchRow), changes)
    audit.record(session, actor, "studio.batch_published", batch, count=len(made))


def _undo(context: JobContext, batch_id: int) -> None:
    with writing() as session:
        batch = lock(session, QuestionBatch, batch_id)
        if batch.state is not BatchState.UNDOING:
            return
        rows = session.execute(_PUBLISHED, {"batch_id": batch_id}).all()
        published = {row.slug: row.revision_id for row in rows}
        stay = queries.in_use(session, published)
        gone = {slug: ident for slug, ident in published.items() if slug not in stay}
        for start in range(0, len(gone), queries.CHUNK):
            some = list(gone)[start : start + queries.CHUNK]
            named = (ContentItem.kind == "question") & ContentItem.slug.in_(some)
            session.execute(update(ContentItem).where(named).values(is_withdrawn=True))
            session.execute(update(Question).where(Question.id.in_(some)).values(is_withdrawn=True))
        if gone:
            _note(session, batch, Act.WITHDRAWN, gone)
        _mark(session, batch_id, sorted(gone), RowState.UNDONE)
        _mark(session, batch_id, sorted(stay), RowState.KEPT)
        batch.state = BatchState.UNDONE
        audit.record(session, SYSTEM, "studio.batch_undone", batch, gone=len(gone), kept=len(stay))


def _note(session: Session, batch: QuestionBatch, act: Act, revisions: Mapping[str, int]) -> None:
    is_new = act is Act.PUBLISHED
    common = {
        "kind": "question",
        "act": act,
        "note": batch.publish_note if is_new else batch.undo_note,
        "published_by_id": batch.published_by_id if is_new else batch.undone_by_id,
        "reviewed_by_id": batch.decided_by_id if is_new else None,
        "happened_at": clock.now(),
    }
    session.execute(
        insert(StudioPublication),
        [common | {"slug": slug, "revision_id": ident} for slug, ident in revisions.items()],
    )


def _mark(session: Session, batch_id: int, slugs: list[str], state: RowState) -> None:
    for start in range(0, len(slugs), queries.CHUNK):
        mine = (QuestionBatchRow.batch_id == batch_id) & QuestionBatchRow.slug.in_(
            slugs[start : start + queries.CHUNK]
        )
        session.execute(update(QuestionBatchRow).where(mine).values(state=state, is_chosen=False))


def _check(session: Session, drafts: list[Draft]) -> None:
    """Look skills and lessons up; one library serves them all."""
    kind, library = checking.kind_of("question"), checking.published(session)
    for draft in drafts:
        if draft.data is not None:
            kind.check(draft, library)


_EMPTY: dict[str, Any] = {
    "slug": "",
    "value": {},
    "file_text": "",
    "missing": 0,
    "code": "",
    "values": {},
    "text": "",
    "is_chosen": False,
}
_STEPS: Mapping[BatchState, Callable[[JobContext, int], None]] = {
    BatchState.READING: _read,
    BatchState.PUBLISHING: _publish,
    BatchState.UNDOING: _undo,
}
