"""kill -9 at any point: before each statement and each commit of what must not be half done.

Each try runs in a process of its own, which the kernel ends there. What was not committed is then
gone, what was committed is whole, and the same work delivered again ends it, once.
"""

import os
import signal
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from tests.factories.curricula import make_course
from tests.factories.external_training import decide, make_at, make_budget, make_office
from tests.factories.people import make_employee
from tests.factories.records import make_record
from training_platform.archives import jobs as archive_jobs
from training_platform.archives import services as archives
from training_platform.archives.models import ArchivePull
from training_platform.archives.rules import Format, PullState, Wanted
from training_platform.certificates import batches, documents
from training_platform.certificates.jobs import issue_part
from training_platform.certificates.models import Certificate
from training_platform.core import clock
from training_platform.core.db import db, writing
from training_platform.core.jobs import Job, JobContext
from training_platform.core.permissions import Right
from training_platform.curricula.models import CourseProgress
from training_platform.external_training.models import (
    ExternalTrainingApplication,
    ExternalTrainingEvent,
    TrainingBudget,
)
from training_platform.external_training.rules import State
from training_platform.notices.models import Notice
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.records import services as records
from training_platform.records.models import RecordValue, TrainingRecord
from training_platform.records.retention import services as retention
from training_platform.records.retention.models import PurgeRun
from training_platform.records.retention.rules import RunState
from training_platform.records.verification import verify

pytestmark = [pytest.mark.race, pytest.mark.soak]
CONTEXT = JobContext(0)
MOST_POINTS = 500
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Work:
    """Something that is done at once or in parts, and what must hold between and after."""

    act: Callable[[], object]
    holds: Callable[[Session], None]
    is_done: Callable[[Session], bool]


def is_killed(act: Callable[[], object], point: int) -> bool:
    """Do it in another process, killed before its statement or commit of this number.

    A fork of a process with threads may stand still before it begins: it is ended and made again.
    """
    for _attempt in range(3):
        db.session.remove()
        db.engine.dispose()
        status = _forked(act, point)
        if not os.WIFSIGNALED(status):
            assert os.WEXITSTATUS(status) == 0
            return False
        if os.WTERMSIG(status) == signal.SIGKILL:
            return True
    raise AssertionError("the other process stands still")


def _forked(act: Callable[[], object], point: int) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads only wait
        child = os.fork()
    if child == 0:
        signal.alarm(PATIENCE_SECONDS)
        _die_at(point)
        code = 1
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


def _die_at(point: int) -> None:
    numbers: Iterator[int] = count(1)

    def stop(*_arguments: Any) -> None:
        if next(numbers) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(db.engine, "before_cursor_execute", stop)
    event.listen(db.engine, "commit", stop)


def approve(session: Session) -> Work:
    office = make_office(session)
    budget_id = make_budget(session, office["head"].department).id
    made = make_at(session, office, State.IN_APPROVAL)
    decide(session, made, office["head"])
    ident, leader_id = made.id, office["leader"].id

    def act() -> None:
        with writing() as inner:
            application = inner.get_one(ExternalTrainingApplication, ident)
            decide(inner, application, inner.get_one(Employee, leader_id))

    def figures(session: Session) -> tuple[State, Decimal, Decimal, int]:
        budget = session.get_one(TrainingBudget, budget_id)
        told = session.scalar(
            select(func.count()).where(ExternalTrainingEvent.application_id == ident)
        )
        state = session.get_one(ExternalTrainingApplication, ident).state
        return state, budget.reserved_amount, budget.committed_amount, told or 0

    before = figures(session)
    whole, nothing = before[1], Decimal(0)
    after = (State.APPROVED, nothing, whole, before[3] + 1)

    def holds(session: Session) -> None:
        assert figures(session) in (before, after)

    return Work(act, holds, lambda session: figures(session) == after)


def issue(session: Session) -> Work:
    course = make_course(session, "batch-course")
    trainer = viewer_of(session, make_employee(session, rights=(Right.TRAINER,)))
    people = [make_employee(session) for _number in range(2)]
    for each in people:
        now = clock.now()
        session.add(
            CourseProgress(employee_id=each.id, course_id=course.id, last_at=now, completed_at=now)
        )
    session.flush()
    batches.start_batch(session, batches.Scope("batch-course"), trainer)
    parts = list(session.scalars(select(Job.payload).where(Job.name == batches.ISSUE_PART)))
    ids = {each.id for each in people}

    def act() -> None:
        for part in parts:
            issue_part(CONTEXT, part)

    def counted(session: Session) -> tuple[Counter[int], Counter[int], Counter[int]]:
        kept = select(TrainingRecord.employee_id).where(TrainingRecord.kind == "certificate_issued")
        told = select(Notice.employee_id).where(Notice.kind == "certificate_issued")
        held = select(Certificate.employee_id)
        rows = [Counter(session.scalars(each)) for each in (held, kept, told)]
        return rows[0], rows[1], rows[2]

    def holds(session: Session) -> None:
        held, kept, told = counted(session)
        assert held == kept == told
        assert set(held.values()) <= {1}
        assert verify(session).fault is None

    return Work(act, holds, lambda session: counted(session)[0].keys() == ids)


def export(session: Session) -> Work:
    hr = make_employee(session, rights=(Right.HR,))
    make_record(session, make_employee(session), "quiz_passed", "basics", percent=92)
    order = archives.PullOrder(Wanted(), Format.CSV, "Yearly review", "en")
    pull_id = archives.request_pull(session, viewer_of(session, hr), order).id

    def told(session: Session) -> int:
        return session.scalar(select(func.count()).where(Notice.kind == "archive_pull_ready")) or 0

    def holds(session: Session) -> None:
        pull = session.get_one(ArchivePull, pull_id)
        is_ready = pull.state is PullState.READY
        assert (pull.file is not None, told(session)) == (is_ready, int(is_ready))

    def is_done(session: Session) -> bool:
        return session.get_one(ArchivePull, pull_id).state is PullState.READY

    return Work(lambda: archive_jobs.make_pull(CONTEXT, {"pull_id": pull_id}), holds, is_done)


def purge(session: Session) -> Work:
    hr = viewer_of(session, make_employee(session, rights=(Right.HR,)))
    owner = make_employee(session)
    for number in range(3):
        records.append(
            session,
            owner.id,
            "lesson_finished",
            f"s{number}",
            source=f"t:{number}",
            happened_at=datetime(2015, 1, 1, tzinfo=UTC),
            title={"zh": "课", "en": "Course"},
        )
    run = retention.plan_purge(session, hr)
    retention.start_purge(session, run, hr, expected_version=run.version)
    run_id, owner_id = run.id, owner.id

    def act() -> None:
        going: object = True
        while going:
            with writing() as inner:
                going = retention.purge_batch(inner, run_id)

    def holds(session: Session) -> None:
        own = select(TrainingRecord.id).where(TrainingRecord.employee_id == owner_id)
        left = session.scalar(select(func.count()).where(RecordValue.record_id.in_(own))) or 0
        assert session.get_one(PurgeRun, run_id).erased_count == 3 - left
        assert verify(session).fault is None

    def is_done(session: Session) -> bool:
        return session.get_one(PurgeRun, run_id).state is RunState.DONE

    return Work(act, holds, is_done)


@pytest.mark.parametrize("prepare", [approve, issue, export, purge])
def test_kill_9_before_any_statement_leaves_nothing_half_done(
    session: Session,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[Session], Work],
):
    monkeypatch.setattr(documents, "render", lambda _values: b"")  # drawn beside, never inside
    work = prepare(session)
    session.commit()
    assert not work.is_done(session)

    points = 0
    for point in range(1, MOST_POINTS):
        if not is_killed(work.act, point):
            break
        points += 1
        fresh = db.session()
        work.holds(fresh)
        fresh.rollback()

    assert points > 5
    fresh = db.session()
    work.holds(fresh)
    assert work.is_done(fresh)
    fresh.rollback()
    if prepare is not approve:  # a job that comes once more changes nothing
        assert not is_killed(work.act, MOST_POINTS)
        work.holds(db.session())
