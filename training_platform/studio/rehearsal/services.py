"""What an author does with a rehearsal: begins and ends it, records, types, keeps a solution."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import lock
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.crm.dataset.loading import current_dataset
from training_platform.crm.desk import open_desk
from training_platform.crm.models import CrmWorkspace, WorkspaceKind
from training_platform.crm.scope import enter
from training_platform.crm.services.workspaces import create_workspace, erase_work
from training_platform.practicals.drawing import Drawn, draw
from training_platform.practicals.evidence import Evidence
from training_platform.practicals.planting import Start, collect, plant
from training_platform.practicals.schemas import TaskFile
from training_platform.practicals.services.submitting import pack_start, unpack_start
from training_platform.practicals.world import UnknownDatasetError, baseline
from training_platform.studio.models import StudioDraft
from training_platform.studio.rehearsal import rules
from training_platform.studio.rehearsal.models import StudioRehearsal
from training_platform.studio.rehearsal.rules import Recording


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


RENEWED = _("The practice company is being renewed. Please try again in a few minutes.")
NOT_DRAWN = _("Nothing can be drawn with these settings: %(said)s. Mend the task first.")


@dataclass(frozen=True)
class Wish:
    """How a rehearsal is to begin."""

    #: What was drawn follows from it.
    seed: str
    #: The seller who is played, and the language of the pages.
    seller: int
    locale: str
    is_recording: bool = False
    is_noting_looks: bool = False


def find_open(session: Session, draft: StudioDraft, author: Person) -> StudioRehearsal | None:
    """Return the author's own open rehearsal of a draft."""
    return session.scalars(
        select(StudioRehearsal).where(
            StudioRehearsal.draft_id == draft.id,
            StudioRehearsal.author_id == author.id,
            StudioRehearsal.ended_at.is_(None),
        )
    ).one_or_none()


def draw_task(session: Session, task: TaskFile, seed: str) -> Drawn:
    """Draw a task on the present dataset: some tenths of a second, for which nobody should wait.

    Raises RuleError where nothing can be drawn.
    """
    found = current_dataset(session)
    try:
        below = baseline(found.dataset, found.dataset_version) if found else {}
    except UnknownDatasetError:
        raise RuleError(RENEWED) from None
    try:
        return draw(task.generator, seed, task.options, below, task.seller)
    except Exception as error:  # whatever an author wrote into the settings, she is told
        said = f"{type(error).__name__} {error}"[:200]
        raise RuleError(NOT_DRAWN, said=said) from error


def begin_rehearsal(
    session: Session, draft: StudioDraft, actor: Person, drawn: Drawn, wish: Wish
) -> StudioRehearsal:
    """Plant what was drawn in a fresh workspace; one that the author had open is ended.

    Raises InvalidTransitionError where the draft has ended.
    """
    authorize(actor, draft, Permission.STUDIO_USE)
    if lock(session, StudioDraft, draft.id).ended_at is not None:
        raise InvalidTransitionError
    if before := find_open(session, draft, actor):
        _end(session, before)
    workspace = create_workspace(session, actor.id or 0, WorkspaceKind.REHEARSAL, wish.seller)
    try:
        start = plant(open_desk(session, workspace, actor, is_writing=True), drawn)
    finally:
        enter(None)
    rehearsal = StudioRehearsal(
        draft_id=draft.id,
        author_id=actor.id,
        workspace_id=workspace.id,
        seed=wish.seed,
        locale=wish.locale,
        packed=pack_start(drawn, start),
        started_at=start.started_at,
        recording=Recording.RUNNING if wish.is_recording else Recording.NONE,
        is_noting_looks=wish.is_noting_looks,
        answers={},
    )
    session.add(rehearsal)
    session.flush()
    return rehearsal


def end_rehearsal(session: Session, rehearsal: StudioRehearsal, actor: Person) -> None:
    """End a rehearsal; what was done in its workspace is swept away."""
    authorize(actor, rehearsal.draft, Permission.STUDIO_USE)
    _end(session, rehearsal)


def end_abandoned(session: Session, limit: int = 20) -> int:
    """End some rehearsals that nobody comes back to or whose draft has ended; return how many."""
    is_old = CrmWorkspace.used_at < clock.now() - rules.ABANDONED_AFTER
    found = session.scalars(
        select(StudioRehearsal)
        .join(CrmWorkspace, CrmWorkspace.id == StudioRehearsal.workspace_id)
        .join(StudioDraft, StudioDraft.id == StudioRehearsal.draft_id)
        .where(StudioRehearsal.ended_at.is_(None), is_old | StudioDraft.ended_at.is_not(None))
        .order_by(StudioRehearsal.id)
        .limit(limit)
    ).all()
    for each in found:
        _end(session, each)
    return len(found)


def _end(session: Session, rehearsal: StudioRehearsal) -> None:
    rehearsal = lock(session, StudioRehearsal, rehearsal.id)
    if rehearsal.ended_at is not None:
        return
    rehearsal.ended_at = clock.now()
    rehearsal.opened, rehearsal.packed = [], b""
    workspace = lock(session, CrmWorkspace, rehearsal.workspace_id)
    workspace.closed_at = workspace.closed_at or clock.now()
    erase_work(session, workspace)


def save_answers(
    session: Session, rehearsal: StudioRehearsal, actor: Person, given: Mapping[str, str]
) -> None:
    """Keep what the author typed into the task's own fields."""
    rehearsal = lock(session, StudioRehearsal, rehearsal.id)
    authorize(actor, rehearsal.draft, Permission.STUDIO_USE)
    rehearsal.answers = {**rehearsal.answers, **given}


def start_of(rehearsal: StudioRehearsal) -> tuple[Drawn, Start]:
    """Return what was drawn for a rehearsal, and where it began."""
    return unpack_start(rehearsal.packed)


def evidence_now(session: Session, rehearsal: StudioRehearsal) -> Evidence:
    """Return what lies in the workspace now, as an attempt would hand it in."""
    drawn, start = start_of(rehearsal)
    return collect(
        session,
        rehearsal.workspace.layer,
        start,
        drawn,
        task=rehearsal.draft.slug,
        revision=0,
        answers={name: text for name, text in rehearsal.answers.items() if text},
    )
