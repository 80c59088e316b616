"""A hundred at once: one wins, and nobody sees an error."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from tests.bench.company import COURSE
from tests.served import ask, served
from training_platform.certificates.models import Certificate
from training_platform.core.audit import AuditEvent
from training_platform.quizzes.models import Attempt, AttemptState
from training_platform.records.models import TrainingRecord

pytestmark = pytest.mark.race
CROWD = 100
PAPER = COURSE


def all_at_once(send, count=CROWD):
    """Return the statuses of requests that begin at the same moment."""
    gate = threading.Barrier(count)

    def one(_number):
        gate.wait()
        return send().status

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def submit(port, sitting):
    form = {"csrf_token": sitting.visitor.csrf}
    path = f"/quizzes/attempts/{sitting.token}/submit"
    return ask(port, "POST", path, visitor=sitting.visitor, form=form)


def start(port, visitor):
    form = {"csrf_token": visitor.csrf}
    return ask(port, "POST", f"/quizzes/{PAPER}/start", visitor=visitor, form=form)


def count(session, model, *conditions):
    return session.scalar(select(func.count()).select_from(model).where(*conditions))


def grades_of(session, token):
    """Return how often an attempt was graded."""
    attempt_id = session.scalar(select(Attempt.id).where(Attempt.token == token))
    return count(
        session,
        AuditEvent,
        AuditEvent.action == "quizzes.submit_attempt",
        AuditEvent.subject_id == str(attempt_id),
    )


def submits_count_once(server, look, sitting, crowd=CROWD):
    statuses = all_at_once(lambda: submit(server.port, sitting), crowd)

    assert set(statuses) == {303}
    person = sitting.visitor.employee_id
    with look() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.token == sitting.token)).one()
        assert (attempt.state, attempt.is_passed) == (AttemptState.SUBMITTED, True)
        assert grades_of(session, sitting.token) == 1
        mine = TrainingRecord.employee_id == person
        assert count(session, TrainingRecord, mine, TrainingRecord.kind == "quiz_passed") == 1
        assert count(session, TrainingRecord, mine, TrainingRecord.kind == "course_completed") == 1
        certificates = session.execute(
            select(Certificate.kind, func.count())
            .where(Certificate.employee_id == person)
            .group_by(Certificate.kind)
        ).all()
        assert dict(certificates)["course"] == 1
        assert {number for _kind, number in certificates} == {1}


def starts_begin_once(server, look, visitor, crowd=CROWD):
    statuses = all_at_once(lambda: start(server.port, visitor), crowd)

    assert set(statuses) == {303}
    with look() as session:
        assert count(session, Attempt, Attempt.employee_id == visitor.employee_id) == 1


def test_of_100_final_submits_one_counts(company, look, database_url, tmp_path):
    with served(database_url, tmp_path / "instance", workers=4, WARM_TEMPLATES="0") as server:
        submits_count_once(server, look, company.passing[0])


def test_of_100_starts_one_begins_an_attempt(company, look, database_url, tmp_path):
    with served(database_url, tmp_path / "instance", workers=4, WARM_TEMPLATES="0") as server:
        starts_begin_once(server, look, company.readers[0])


def test_without_locks_both_race_tests_fail(company, look, database_url, tmp_path):
    """The negative control. SQLite has one writer at a time, so there it would prove nothing."""
    if database_url.startswith("sqlite"):
        pytest.skip("on SQLite each writing request holds the whole database")
    settings = {"module": "tests.reliability.unlocked:app", "WARM_TEMPLATES": "0"}
    with served(database_url, tmp_path / "instance", workers=4, **settings) as server:
        submits = [
            failure_of(submits_count_once, server, look, each, 40) for each in company.passing
        ]
        starts = [failure_of(starts_begin_once, server, look, each, 40) for each in company.readers]

    assert any(submits), "the race of submits would not notice lost locks"
    assert any(starts), "the race of starts would not notice lost locks"


def failure_of(race, *arguments):
    """Return why a race test fails, or nothing."""
    try:
        race(*arguments)
    except AssertionError as failure:
        return str(failure)[:300] or "failed"
    return ""
