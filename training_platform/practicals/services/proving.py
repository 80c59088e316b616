"""Proofs of tasks that are asked for here: put, run beside, and kept with what came out."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from training_platform.content.models import ContentItem, packed
from training_platform.core import audit, clock, jobs
from training_platform.core.errors import RuleError
from training_platform.core.kinds import Draft
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.practicals import stamps
from training_platform.practicals.files import read_draft
from training_platform.practicals.proof_models import PracticalProof, ProofState

#: The job that runs a proof.
PROVE = "practicals.prove"
RUNNING = (ProofState.WAITING, ProofState.RUNNING)


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


HAS_MISTAKES = _("Mend the mistakes first: a task that cannot be read cannot be proved.")


def ask_proof(
    session: Session, actor: Person, slug: str, files: Mapping[str, bytes]
) -> PracticalProof:
    """Let these files be proved; the proof that runs already where somebody asked before.

    Raises NotPermittedError, RuleError where the files make no task.
    """
    authorize(actor, None, Permission.PRACTICAL_OVERSEE)
    draft = Draft("practical", slug, dict(files))
    if read_draft(draft) is None or draft.mistakes:
        raise RuleError(HAS_MISTAKES)
    digest = stamps.stamp_of(files)
    running = session.scalars(
        select(PracticalProof).where(
            PracticalProof.slug == slug,
            PracticalProof.digest == digest,
            PracticalProof.state.in_(RUNNING),
        )
    ).first()
    if running is not None:
        return running
    proof = PracticalProof(
        slug=slug,
        digest=digest,
        asked_by_id=actor.id,
        asked_at=clock.now(),
        files={path: packed(raw) for path, raw in files.items()},
    )
    session.add(proof)
    session.flush()
    jobs.put(session, PROVE, {"proof": proof.id}, key=str(proof.id), owner_id=actor.id)
    audit.record(session, actor, "practicals.prove", proof, slug=slug)
    return proof


def latest_proof(session: Session, slug: str, digest: str) -> PracticalProof | None:
    """Return the last proof of exactly these files."""
    return session.scalars(
        select(PracticalProof)
        .where(PracticalProof.slug == slug, PracticalProof.digest == digest)
        .order_by(PracticalProof.id.desc())
        .limit(1)
    ).first()


def unproved(session: Session, drafts: Iterable[Draft]) -> set[str]:
    """Return the slugs of the tasks whose files were neither proved here nor published as they are.

    A stamp that stands among the files does not count: anybody may write one.
    """
    digests = {each.slug: stamps.stamp_of(each.files) for each in drafts}
    rows = session.execute(
        select(PracticalProof.slug, PracticalProof.digest).where(
            PracticalProof.state == ProofState.PROVED,
            tuple_(PracticalProof.slug, PracticalProof.digest).in_(list(digests.items())),
        )
    )
    proved = {(row.slug, row.digest) for row in rows}
    published = session.scalars(
        select(ContentItem).where(
            ContentItem.kind == "practical", ContentItem.slug.in_(list(digests))
        )
    )
    proved |= {
        (item.slug, stamps.stamp_of(item.current.read_files()))
        for item in published
        if item.current is not None
    }
    return {slug for slug, digest in digests.items() if (slug, digest) not in proved}
