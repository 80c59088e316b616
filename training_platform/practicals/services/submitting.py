"""Handing in: the workspace is closed, and what was done there becomes one piece of evidence."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.db import lock
from training_platform.core.events import emit
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.crm.models import CrmLayer, CrmWorkspace
from training_platform.practicals import queries
from training_platform.practicals.drawing import Drawn, Handout
from training_platform.practicals.events import PracticalHandedIn
from training_platform.practicals.evidence import Evidence
from training_platform.practicals.models import (
    PracticalAttempt,
    PracticalEvidence,
    PracticalStart,
)
from training_platform.practicals.planting import Start, collect
from training_platform.practicals.rules import AttemptState


def submit_attempt(session: Session, attempt: PracticalAttempt, actor: Person) -> bool:
    """Hand an attempt in; return False where somebody did already.

    After the deadline it counts as handed in at the deadline: what came later was refused in the
    workspace itself. The grading follows in a transaction of its own. Raises NotPermittedError.
    """
    authorize(actor, attempt, Permission.PRACTICAL_ATTEMPT_TAKE)
    now = clock.now()
    at = min(now, attempt.deadline_at or now)
    won = session.execute(
        update(PracticalAttempt)
        .where(
            PracticalAttempt.id == attempt.id,
            PracticalAttempt.state == AttemptState.IN_PROGRESS,
        )
        .values(state=AttemptState.SUBMITTED, submitted_at=at)
        .execution_options(synchronize_session=False)
    )
    session.refresh(attempt)
    if won.rowcount != 1:  # type: ignore[attr-defined]
        return False
    workspace = lock(session, CrmWorkspace, attempt.workspace_id)
    workspace.closed_at = at
    evidence = evidence_now(session, attempt, at)
    session.add(
        PracticalEvidence(
            attempt_id=attempt.id,
            sha256=evidence.digest(),
            packed=evidence.pack(),
            created_at=now,
        )
    )
    session.flush()
    audit.record(
        session,
        actor,
        "practicals.submit_attempt",
        attempt,
        practical=attempt.practical_id,
        number=attempt.number,
        by_deadline=at < now,
    )
    if attempt.part_of:
        emit(session, PracticalHandedIn(attempt.id, attempt.part_of))
    return True


def evidence_now(session: Session, attempt: PracticalAttempt, ended_at: datetime) -> Evidence:
    """Return what an attempt has left in its workspace until now."""
    drawn, start = start_of(session, attempt.id)
    layer = session.scalars(
        select(CrmLayer)
        .join(CrmWorkspace, CrmWorkspace.layer_id == CrmLayer.id)
        .where(CrmWorkspace.id == attempt.workspace_id)
    ).one()
    return collect(
        session,
        layer,
        start,
        drawn,
        task=attempt.practical_id,
        revision=attempt.revision_id,
        answers=queries.answers_of(session, attempt.id),
        ended_at=ended_at,
    )


def overdue_ids(session: Session, limit: int = 100) -> Sequence[int]:
    """Return attempts whose time is over and that nobody handed in."""
    return session.scalars(
        select(PracticalAttempt.id)
        .where(
            PracticalAttempt.state == AttemptState.IN_PROGRESS,
            PracticalAttempt.deadline_at < clock.now(),
        )
        .order_by(PracticalAttempt.deadline_at)
        .limit(limit)
    ).all()


def pack_start(drawn: Drawn, start: Start) -> bytes:
    """Return what an attempt begins with, compressed, as it is stored."""
    plain = {
        "params": drawn.params,
        "key": drawn.key,
        "handouts": [asdict(each) for each in drawn.handouts],
        "started_at": start.started_at.isoformat(),
        "planted": start.planted,
        "first_seq": start.first_seq,
    }
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), mtime=0)


def start_of(session: Session, attempt_id: int) -> tuple[Drawn, Start]:
    """Return what an attempt drew, and where it began."""
    return unpack_start(session.get_one(PracticalStart, attempt_id).packed)


def unpack_start(packed: bytes) -> tuple[Drawn, Start]:
    """Return what pack_start() packed, without what was planted long ago."""
    found: Mapping[str, Any] = json.loads(gzip.decompress(packed))
    drawn = Drawn(
        params=found["params"],
        key=found["key"],
        handouts=[Handout(**each) for each in found["handouts"]],
    )
    began = datetime.fromisoformat(found["started_at"])
    return drawn, Start(began, found["planted"], found["first_seq"])
