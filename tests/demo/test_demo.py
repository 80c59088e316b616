"""A small company lives three months; whatever holds in the house holds for it."""

import hashlib
import json
from collections import Counter
from datetime import UTC, date, datetime
from random import Random

import pytest
from sqlalchemy import func, select

from tests.conftest import ROOT, app_on
from training_platform.assessment.marking import KINDS, mark
from training_platform.assessment.presentation import as_defined, make_order, parse_answer
from training_platform.certificates.models import Certificate
from training_platform.core import audit, clock
from training_platform.core.db import db
from training_platform.core.events import FailedReaction
from training_platform.core.yaml_files import Document
from training_platform.curricula.models import (
    Assignment,
    AssignmentState,
    CourseProgress,
    LessonProgress,
)
from training_platform.demo import loading
from training_platform.demo.answers import fields_of, right_answer, wrong_answer
from training_platform.demo.calendar import is_working_day
from training_platform.demo.company import DEPARTMENTS, plan_company
from training_platform.notices.models import Notice
from training_platform.people.models import Employee, EmployeeStatus
from training_platform.quizzes.models import Attempt, AttemptState
from training_platform.records import verification
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Kind

NOW = datetime(2026, 11, 19, 8, 30, tzinfo=UTC)
QUESTIONS = sorted((ROOT / "question_bank" / "questions").rglob("*.yaml"))


def load_small(url, folder):
    """Load twenty people with three months into a database."""
    app = app_on(url, folder)
    with app.app_context(), clock.stopped(NOW):
        report = loading.load(employees=20, months=3)
        assert report.faults == []
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def company(sqlite_template, tmp_path_factory):
    """The application with the small company; read only."""
    folder = tmp_path_factory.mktemp("company")
    path = folder / "test.db"
    path.write_bytes(sqlite_template.read_bytes())
    load_small(f"sqlite:///{path}", folder)
    app = app_on(f"sqlite:///{path}", folder)
    with app.app_context(), clock.stopped(NOW):
        yield db.session()
        db.session.remove()
        db.engine.dispose()


def digests(session):
    """Return a digest for each key table, without what is random on purpose."""
    tables = {
        "people": select(Employee.id, Employee.username, Employee.name, Employee.hired_on),
        "records": select(
            TrainingRecord.employee_id,
            TrainingRecord.kind,
            TrainingRecord.subject,
            TrainingRecord.happened_at,
            TrainingRecord.source,
        ),
        "progress": select(
            LessonProgress.employee_id, LessonProgress.lesson_id, LessonProgress.finished_at
        ).order_by(LessonProgress.employee_id, LessonProgress.lesson_id),
        "attempts": select(
            Attempt.employee_id, Attempt.paper_id, Attempt.layout, Attempt.marks, Attempt.percent
        ),
        "assignments": select(
            Assignment.employee_id, Assignment.course_id, Assignment.state, Assignment.due_on
        ),
        "notices": select(Notice.employee_id, Notice.kind, Notice.created_at, Notice.read_at),
        "audit": select(
            audit.AuditEvent.actor_id, audit.AuditEvent.action, audit.AuditEvent.happened_at
        ),
    }
    return {
        name: hashlib.sha256(
            json.dumps([list(row) for row in session.execute(rows)], default=str).encode()
        ).hexdigest()
        for name, rows in tables.items()
    }


def test_same_inputs_make_the_same_company(company, sqlite_template, tmp_path):
    path = tmp_path / "again.db"
    path.write_bytes(sqlite_template.read_bytes())
    first = digests(company)

    load_small(f"sqlite:///{path}", tmp_path)

    with app_on(f"sqlite:///{path}", tmp_path).app_context():
        second = digests(db.session())
        db.session.remove()
        db.engine.dispose()
    assert second == first


def test_people_are_as_many_as_asked_for(company):
    assert company.scalar(select(func.count()).select_from(Employee)) == 20


def test_chains_heads_and_audit_seals_hold(company):
    report = verification.verify(company)

    assert report.fault is None
    assert audit.verify(company) is None
    assert audit.count_unsealed(company) == 0


def test_every_certificate_is_the_only_one_of_its_subject(company):
    rows = company.execute(select(Certificate.employee_id, Certificate.kind, Certificate.subject))

    counts = Counter(tuple(row) for row in rows)

    assert counts
    assert max(counts.values()) == 1


def test_every_graded_attempt_has_its_record(company):
    alone = select(Attempt).where(Attempt.is_passed.is_not(None), Attempt.part_of == "")
    for attempt in company.scalars(alone):
        record = company.scalars(
            select(TrainingRecord).where(TrainingRecord.source == f"quizzes:attempt:{attempt.id}")
        ).one()
        assert record.kind == (Kind.QUIZ_PASSED if attempt.is_passed else Kind.QUIZ_FAILED)


def test_progress_says_what_the_records_say(company):
    finished = company.execute(
        select(LessonProgress.employee_id, LessonProgress.lesson_id).where(
            LessonProgress.finished_at.is_not(None)
        )
    )
    completed = company.execute(
        select(CourseProgress.employee_id, CourseProgress.course_id).where(
            CourseProgress.completed_at.is_not(None)
        )
    )
    known = {(row.employee_id, row.kind, row.subject) for row in company.execute(_facts())}

    assert {(*row,) for row in finished} == {
        (who, what) for who, kind, what in known if kind == Kind.LESSON_FINISHED
    }
    assert {(*row,) for row in completed} == {
        (who, what) for who, kind, what in known if kind == Kind.COURSE_COMPLETED
    }


def _facts():
    return select(TrainingRecord.employee_id, TrainingRecord.kind, TrainingRecord.subject)


def test_no_attempt_is_open_past_its_deadline(company):
    late = select(Attempt.id).where(
        Attempt.state == AttemptState.IN_PROGRESS, Attempt.deadline_at < NOW
    )

    assert company.scalars(late).all() == []


def test_nothing_happens_after_the_present(company):
    assert company.scalar(select(func.max(TrainingRecord.happened_at))) <= NOW
    assert company.scalar(select(func.max(audit.AuditEvent.happened_at))) <= NOW
    assert company.scalar(select(func.max(Notice.created_at))) <= NOW


def test_no_reaction_failed(company):
    assert company.scalars(select(FailedReaction.fault)).all() == []


def test_nobody_is_overdue_on_the_day_of_joining(company):
    rows = company.execute(
        select(Assignment.due_on, Employee.created_at)
        .join(Employee, Employee.id == Assignment.employee_id)
        .where(Assignment.due_on.is_not(None))
    ).all()

    assert all(row.due_on > clock.company_day(row.created_at) for row in rows)


def test_newcomer_has_done_nothing(company):
    newcomer = company.scalars(select(Employee).where(Employee.username == "newcomer")).one()
    kinds = company.scalars(
        select(TrainingRecord.kind).where(TrainingRecord.employee_id == newcomer.id)
    ).all()

    assert kinds == [Kind.JOINED]
    assert newcomer.hired_on == date(2026, 11, 16)
    assert not company.scalars(
        select(LessonProgress).where(LessonProgress.employee_id == newcomer.id)
    ).all()


def test_specialist2_failed_once_and_may_take_the_makeup(company):
    person = company.scalars(select(Employee).where(Employee.username == "specialist2")).one()
    alone = select(Attempt).where(Attempt.employee_id == person.id, Attempt.part_of == "")
    attempts = company.scalars(alone).all()

    assert [each.is_passed for each in attempts] == [False]
    assert (NOW - attempts[0].submitted_at).total_seconds() > 24 * 3600


def test_manager_has_a_distinction(company):
    person = company.scalars(select(Employee).where(Employee.username == "manager")).one()
    bands = company.scalars(select(Certificate.band).where(Certificate.employee_id == person.id))

    assert list(bands).count("distinction") == 1


def test_specialist_is_half_way_through_the_second_course(company):
    person = company.scalars(select(Employee).where(Employee.username == "specialist")).one()
    states = {
        row.course_id: row.state
        for row in company.scalars(select(Assignment).where(Assignment.employee_id == person.id))
    }

    assert states == {
        "customer-data-basics": AssignmentState.COMPLETED,
        "lead-a-service-team": AssignmentState.ACTIVE,
    }


def test_second_load_says_that_it_is_loaded(company):
    assert loading.is_loaded(company)


def test_company_keeps_its_plan_of_people():
    plan = plan_company(Random(1), date(2025, 5, 1), date(2026, 11, 19), 5000)
    codes = {code for code, _parent, _name in DEPARTMENTS}
    seen = set()

    for person in plan.people:
        assert person.department in codes
        assert person.manager is None or person.manager in seen
        assert is_working_day(person.joins_on) or person.is_account or person.joins_on.day == 1
        seen.add(person.username)

    assert len(plan.people) == 120
    assert plan.extra_count == 4880
    assert len({person.staff_number for person in plan.people}) == 120


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_right_and_wrong_answers_survive_the_form(path):
    question = Document(path.read_text(encoding="utf-8")).value
    rng = Random(path.stem)
    order = make_order(question, rng)

    for answer, is_right in ((right_answer(question), True), (wrong_answer(question, rng), False)):
        sent = parse_answer(question["kind"], fields_of(question, order, answer))
        assert mark(question, as_defined(question, order, sent)).is_right is is_right
    assert question["kind"] in KINDS


def test_suspended_and_departed_people_are_rare(company):
    rows = company.scalars(select(Employee.status)).all()

    assert rows.count(EmployeeStatus.ACTIVE) >= 17
