"""Work of the archive for the queue: its index, pulls, schedules, and what is no longer kept."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale

from training_platform.archives import correcting, indexing, services
from training_platform.archives.compliance import keeping
from training_platform.archives.models import ArchivePull
from training_platform.archives.pulls import making
from training_platform.archives.rules import KEEP_FOR, PullState, Wanted
from training_platform.core import clock, files, jobs
from training_platform.core.db import reading, writing
from training_platform.core.errors import DomainError
from training_platform.core.i18n import translate
from training_platform.notices.services import notify
from training_platform.people.viewer import viewer_of


@jobs.job("archives.index", every_seconds=5)
def index_records(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take new records into the search; without any, nothing is locked."""
    taken = 0
    while True:
        with reading() as session:
            if not indexing.is_behind(session):
                return {"records": taken} if taken else {}
        with writing() as session:
            taken += indexing.catch_up(session)


@jobs.job("archives.look_over", every_seconds=24 * 3600)
def look_over(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Find what came late or was corrected; let go of erased texts and of proofs too old."""
    late = 0
    while True:
        with writing() as session:
            found = indexing.catch_up(session, look_at_all=True)
        late += found
        if not found:
            break
    corrected = _look_over_corrections()
    with writing() as session:
        erased = indexing.forget_erased(session)
    with writing() as session:
        proofs = keeping.let_go_of_proofs(session)
    return {"late": late, "corrected": corrected, "erased": erased, "proofs": proofs}


def _look_over_corrections() -> int:
    last, total = 0, 0
    while True:
        with writing() as session:
            records = correcting.corrected_since(session, last, indexing.BATCH)
            total += correcting.set_right(session, records) if records else 0
        if not records:
            return total
        last = records[-1]


@jobs.job(services.MAKE)
def make_pull(context: jobs.JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make a pull's file, once however often the job comes; its owner is told."""
    index_records(context, {})
    found = _waiting(int(payload["pull_id"]), context)
    if found is None:
        return {}
    order, locale = found
    with force_locale(locale):
        try:
            made = making.make(order)
        except DomainError as refusal:
            _refuse(int(payload["pull_id"]), translate(refusal.text, **refusal.values))
            return {}
        _keep(int(payload["pull_id"]), made)
    return {"count": made.count}


def _waiting(pull_id: int, context: jobs.JobContext) -> tuple[making.Order, str] | None:
    with reading() as session:
        pull = session.get_one(ArchivePull, pull_id)
        if pull.state is not PullState.WAITING:
            return None
        order = making.Order(
            viewer=viewer_of(session, pull.owner),
            owner_name=pull.owner.name,
            wanted=Wanted.read(pull.wanted),
            format=pull.format,
            purpose=pull.purpose,
            progress=_progress(pull_id, context),
        )
        return order, pull.locale


def _progress(pull_id: int, context: jobs.JobContext) -> making.Progress:
    def tell(done: int, total: int) -> None:
        context.progress(done, total)
        with writing() as session:
            pull = session.get_one(ArchivePull, pull_id)
            pull.done_count, pull.total_count = done, total

    return tell


def _keep(pull_id: int, made: making.Made) -> None:
    try:
        with writing() as session:
            pull = session.get_one(ArchivePull, pull_id, with_for_update=True)
            if pull.state is not PullState.WAITING:  # another worker was faster
                made.path.unlink(missing_ok=True)
                return
            now = clock.now()
            pull.expires_at = now + KEEP_FOR
            stored = files.adopt(
                session,
                made.path,
                name=made.name,
                media_type=made.media_type,
                purpose="archive_pull",
                owner_id=pull.owner_id,
                expires_at=pull.expires_at,
            )
            pull.file, pull.size_bytes, pull.sha256 = stored, stored.size_bytes, stored.sha256
            pull.done_count = pull.total_count = made.count
            pull.state, pull.finished_at = PullState.READY, now
            notify(
                session,
                pull.owner_id,
                "archive_pull_ready",
                key=f"archive_pull:{pull.id}",
                href=f"/archives/pulls/{pull.id}",
                by_mail=pull.schedule_id is not None,
                purpose=pull.purpose,
            )
    except BaseException:
        made.path.unlink(missing_ok=True)
        raise


def _refuse(pull_id: int, text: str) -> None:
    with writing() as session:
        pull = session.get_one(ArchivePull, pull_id)
        pull.state, pull.fault, pull.finished_at = PullState.FAILED, text, clock.now()


@jobs.job("archives.run_schedules", every_seconds=1800)
def run_schedules(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask for the pulls that are due today."""
    with writing() as session:
        made = services.run_schedules(session, str(current_app.config["DEFAULT_LOCALE"]))
    return {"pulls": made} if made else {}


@jobs.job("archives.expire_pulls", every_seconds=600)
def expire_pulls(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remove the files of pulls that were kept for their day."""
    with writing() as session:
        tokens = services.expire_pulls(session)
    for token in tokens:  # after the commit: a file without a row hurts nobody
        (files.folder() / token).unlink(missing_ok=True)
    return {"files": len(tokens)}
