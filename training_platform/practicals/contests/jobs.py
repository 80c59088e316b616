"""Counting contests while they run, and ending them.

The chain of jobs lies in the database, so a restart goes on with it; should it break, a periodic
look takes it up again.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from training_platform.core import clock
from training_platform.core.db import reading, writing
from training_platform.core.jobs import JobContext, job
from training_platform.practicals import work
from training_platform.practicals.contests import board, services
from training_platform.practicals.contests.models import Contest
from training_platform.practicals.contests.rules import State
from training_platform.practicals.contests.ticking import EVERY_SECONDS, TICK, put_next

_LOOK_SECONDS = 30
_LIVE = frozenset({State.RUNNING, State.COUNTING})


@job(TICK)
def tick(_context: JobContext, payload: Mapping[str, Any]) -> None:
    """Count a contest that runs; after its end hand in, grade and finish. Safe to run twice."""
    contest_id = int(payload["contest"])
    with writing() as session:
        contest = session.get(Contest, contest_id)
        if contest is None or contest.state(clock.now()) not in _LIVE:
            return
        waiting = services.close_overdue(session, contest_id)
        board.count(session, contest)
    for attempt_id in waiting:
        work.grade_handed_in(attempt_id)
    with writing() as session:
        if not services.finish_contest(session, contest_id):
            contest = session.get_one(Contest, contest_id)
            put_next(session, contest, clock.now() + timedelta(seconds=EVERY_SECONDS))


@job("contests.look", every_seconds=_LOOK_SECONDS)
def look(_context: JobContext, _payload: Mapping[str, Any]) -> None:
    """Take up every contest that should be counted."""
    with reading() as session:
        live = session.scalars(
            select(Contest.id).where(
                Contest.finished_at.is_(None),
                Contest.canceled_at.is_(None),
                Contest.starts_at <= clock.now(),
            )
        ).all()
    for contest_id in live:
        with writing() as session:
            put_next(session, session.get_one(Contest, contest_id), clock.now())
