"""The job that proves a task: it listens to a process of its own, and keeps what came out."""

import logging
from collections.abc import Mapping
from typing import Any

from training_platform.core import clock, events
from training_platform.core.db import writing
from training_platform.core.jobs import JobContext, job
from training_platform.practicals import proof_runs
from training_platform.practicals.events import PracticalProved
from training_platform.practicals.proof_models import PracticalProof, ProofState
from training_platform.practicals.services.proving import PROVE, RUNNING

log = logging.getLogger(__name__)


@job(PROVE)
def prove_task(context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Prove the files that are kept with a proof; one that has ended stays as it is."""
    proof_id = int(payload["proof"])
    with writing() as session:
        proof = session.get_one(PracticalProof, proof_id)
        if proof.state not in RUNNING:
            return {"state": proof.state.value}
        proof.state, proof.done_count = ProofState.RUNNING, 0
        slug, files = proof.slug, dict(proof.files or {})
    outcome: dict[str, Any] = {"stopped": True}
    total = 0
    try:
        for line in proof_runs.run(slug, files):
            outcome, total = line.get("outcome", outcome), line.get("total", total)
            if "outcome" not in line:
                _keep_count(context, proof_id, line.get("taken", 0), total)
    except proof_runs.ProofStoppedError as error:
        log.warning("the proof of %s ended without an outcome: %s", slug, error)
    return _end(proof_id, outcome)


def _keep_count(context: JobContext, proof_id: int, done: int, total: int) -> None:
    context.progress(done, total)
    with writing() as session:
        proof = session.get_one(PracticalProof, proof_id)
        proof.done_count, proof.total_count = done, total


def _end(proof_id: int, outcome: dict[str, Any]) -> dict[str, Any]:
    is_proved = "ways" in outcome and not outcome["faults"]
    with writing() as session:
        proof = session.get_one(PracticalProof, proof_id)
        proof.state = ProofState.PROVED if is_proved else ProofState.FAILED
        proof.ended_at, proof.outcome, proof.files = clock.now(), outcome, None
        if is_proved:
            events.emit(session, PracticalProved(proof.slug, proof.digest))
    return {"state": proof.state.value}
