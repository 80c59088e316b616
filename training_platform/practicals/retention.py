"""Practice is not kept for ever: what was done goes after some time, the sealed evidence stays."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.db import writing
from training_platform.core.jobs import JobContext, job
from training_platform.core.permissions import SYSTEM
from training_platform.crm.models import CrmWorkspace
from training_platform.crm.services.workspaces import erase_work
from training_platform.practicals.models import PracticalAttempt
from training_platform.practicals.rules import AttemptState, Mode

#: So many go in one transaction: nobody waits long for the lock.
AT_ONCE = 20
PRACTISED = (Mode.PRACTICE, Mode.DRILL)


@job("practicals.forget_practice", every_seconds=3600)
def forget_old_practice(_context: JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Erase what was done in old practice, a few attempts a transaction; safe to run twice."""
    days = int(current_app.config["PRACTICE_KEPT_DAYS"])
    if not days:
        return {"erased": 0}
    before, erased = clock.now() - timedelta(days=days), 0
    while True:
        with writing() as session:
            found = forget_practice(session, before)
        erased += found
        if found < AT_ONCE:
            return {"erased": erased}


def forget_practice(session: Session, before: datetime) -> int:
    """Erase the work of some practice that was handed in and graded before; return of how many.

    Open attempts, exams, and those that a fault of the grader holds keep everything, as do the
    free workspaces. Evidence, gradings and what was typed stay, so that all can be graded again.
    """
    waiting = session.scalars(_old(before)).all()
    for workspace in waiting:
        erase_work(session, workspace)
    if waiting:
        audit.record(session, SYSTEM, "practicals.forget_practice", None, count=len(waiting))
    return len(waiting)


def _old(before: datetime) -> Any:
    return (
        select(CrmWorkspace)
        .join(PracticalAttempt, PracticalAttempt.workspace_id == CrmWorkspace.id)
        .where(
            PracticalAttempt.mode.in_(PRACTISED),
            PracticalAttempt.state == AttemptState.FINAL,
            PracticalAttempt.submitted_at < before,
            CrmWorkspace.erased_at.is_(None),
        )
        .order_by(CrmWorkspace.id)
        .limit(AT_ONCE)
    )
