"""Proving a draft: its files as they stand are handed over, and stamped when they hold."""

from sqlalchemy.orm import Session

from training_platform.core.db import lock
from training_platform.core.errors import InvalidTransitionError
from training_platform.core.kinds import Draft
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.practicals import stamps
from training_platform.practicals.files import SCENARIOS
from training_platform.practicals.proof_models import PracticalProof, ProofState
from training_platform.practicals.services import proving
from training_platform.studio import rules
from training_platform.studio.models import StudioDraft
from training_platform.studio.services import drafts


def prove_draft(session: Session, draft: StudioDraft, actor: Person) -> PracticalProof:
    """Let a draft's files be proved. Where the very same were proved before, they are stamped.

    Raises NotPermittedError, InvalidTransitionError where the draft has ended, RuleError where the
    files make no task.
    """
    authorize(actor, draft, Permission.STUDIO_USE)
    draft = lock(session, StudioDraft, draft.id)
    if draft.state not in rules.OPEN:
        raise InvalidTransitionError
    files = draft.read_files()
    last = proving.latest_proof(session, draft.slug, stamps.stamp_of(files))
    if last is not None and last.state is ProofState.PROVED and not stamps.is_stamped(files):
        stamp(session, draft, last.digest)
        return last
    return proving.ask_proof(session, actor, draft.slug, files)


def is_vouched(session: Session, draft: StudioDraft) -> bool:
    """Tell whether the draft's files were proved here, or are published as they stand."""
    return not proving.unproved(session, [Draft(draft.kind, draft.slug, draft.read_files())])


def stamp(session: Session, draft: StudioDraft, digest: str) -> None:
    """Put the stamp beside the files that were proved; others, changed since, get none."""
    files = draft.read_files()
    if stamps.stamp_of(files) == digest:
        path = f"{SCENARIOS}/{draft.slug}/{stamps.NAME}"
        drafts.put_made_file(session, draft, path, stamps.stamp_text(files).encode("ascii"))
