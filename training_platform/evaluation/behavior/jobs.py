"""Work of behavior assessment for the queue: reminding raters, and heads of rounds that are due."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock, jobs
from training_platform.core.db import db, writing
from training_platform.evaluation.behavior.models import BehaviorRound
from training_platform.evaluation.behavior.rules import REMIND_DAYS_BEFORE, RoundState
from training_platform.evaluation.behavior.services.raters import remind_awaited
from training_platform.evaluation.behavior.texts import record_title
from training_platform.notices import services as notices


@jobs.job("evaluation.remind_raters", every_seconds=6 * 3600)
def remind_raters(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remind raters some days before the due day and on it; tell who opened a round that is due."""
    today = clock.today()
    days = (today, today + timedelta(days=REMIND_DAYS_BEFORE))
    open_rounds = select(BehaviorRound.id).where(BehaviorRound.state == RoundState.OPEN)
    near = db.session.scalars(open_rounds.where(BehaviorRound.due_on.in_(days))).all()
    over = db.session.scalars(open_rounds.where(BehaviorRound.due_on < today)).all()
    for ident in near:
        with writing() as session:
            remind_awaited(session, session.get_one(BehaviorRound, ident))
    for ident in over:
        with writing() as session:
            tell_due(session, session.get_one(BehaviorRound, ident))
    return {"reminded": len(near), "due": len(over)}


def tell_due(session: Session, found: BehaviorRound) -> None:
    """Tell who opened a round, once per due day, that it can be closed."""
    notices.notify(
        session,
        found.opened_by_id,
        "behavior_round_due",
        key=f"behavior_round:{found.id}:{found.due_on.isoformat()}",
        href=f"/evaluation/rounds/{found.id}",
        title=record_title(found),
    )
