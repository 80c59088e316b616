"""Reminders, renewal by the quiz, supersession by a revision, and what held on a day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.factories.certificates import make_certificate
from tests.factories.curricula import make_course, make_revision
from tests.factories.home import make_paper
from tests.factories.people import make_employee
from training_platform.certificates import queries, renewals, renewing, services
from training_platform.certificates.jobs import remind, supersede
from training_platform.certificates.models import Certificate, CertificateRenewal
from training_platform.content.events import RevisionPublished
from training_platform.core import clock
from training_platform.core.events import emit
from training_platform.core.jobs import Job, JobContext
from training_platform.core.permissions import Right
from training_platform.curricula.models import Course
from training_platform.notices.models import Notice
from training_platform.people.viewer import viewer_of
from training_platform.quizzes.models import Paper
from training_platform.quizzes.queries import standing_of
from training_platform.records import services as records
from training_platform.records.models import TrainingRecord

PAPER, COURSE = "data-quiz", "data-course"


@pytest.fixture
def holder(session):
    make_paper(session, PAPER, course_id=COURSE)
    make_course(session, COURSE, paper=PAPER, refresher_months=12)
    return make_employee(session)


def at(day, hour=4):
    return clock.stopped(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def certify(session, holder, on=date(2026, 3, 1), until=date(2027, 2, 28)):
    with at(on):
        return make_certificate(session, holder, COURSE, valid_until=until)


def run_daily(session, day):
    with at(day):
        session.commit()
        remind(JobContext(0), {})


def pass_quiz(session, holder, paper=PAPER):
    number = len(list(session.scalars(select(TrainingRecord.id))))
    records.append(
        session, holder.id, "quiz_passed", paper, source=f"test:{number}", outcome="distinction"
    )


def told(session):
    return list(session.scalars(select(Notice.kind).order_by(Notice.id)))[1:]


def test_the_holder_is_reminded_once_at_each_threshold(session, holder):
    certify(session, holder)
    end = date(2027, 2, 28)

    for left in (61, 60, 59, 30, 29, 8, 7, 6, 0, -1, -2):
        run_daily(session, end - timedelta(days=left))

    assert told(session) == ["certificate_expiring"] * 3 + ["certificate_expired"]


def test_the_first_reminder_opens_the_passed_quiz_again(session, holder):
    certify(session, holder)
    pass_quiz(session, holder)
    paper = session.get(Paper, PAPER)

    run_daily(session, date(2026, 12, 30))
    with at(date(2026, 12, 31)):
        assert standing_of(session, holder.id, paper).step.can_start
        (renewal,) = renewals.open_renewals(session, holder.id)

    assert renewal.due_on == date(2027, 2, 28)
    assert renewal.next_paper == PAPER


def test_passing_again_issues_the_next_cycle_and_keeps_the_first(session, holder):
    first = certify(session, holder)
    run_daily(session, date(2027, 1, 15))
    with at(date(2027, 2, 1)):
        pass_quiz(session, holder)
        pass_quiz(session, holder)

    found = session.scalars(select(Certificate).order_by(Certificate.cycle)).all()
    assert [(each.cycle, each.issued_on, each.valid_until) for each in found] == [
        (1, date(2026, 3, 1), date(2027, 2, 28)),
        (2, date(2027, 2, 1), date(2028, 2, 29)),
    ]
    assert found[0].code == first.code
    assert renewals.open_renewals(session, holder.id) == []


def test_a_pass_from_before_the_renewal_renews_nothing(session, holder):
    certify(session, holder)
    with at(date(2026, 12, 1)):
        pass_quiz(session, holder)
    run_daily(session, date(2027, 1, 15))

    assert session.scalars(select(Certificate.cycle)).all() == [1]


def test_a_revoked_certificate_is_neither_reminded_of_nor_renewed(session, holder):
    certificate = certify(session, holder)
    run_daily(session, date(2027, 1, 1))
    hr = viewer_of(session, make_employee(session, rights=(Right.HR,)))
    with at(date(2027, 1, 5)):
        services.revoke(session, certificate, hr, "Why", certificate.version)
    run_daily(session, date(2027, 2, 25))
    with at(date(2027, 2, 26)):
        pass_quiz(session, holder)

    assert session.scalars(select(Certificate.cycle)).all() == [1]
    assert told(session)[-1] == "certificate_revoked"


def publish(session, holder, number=2, **data):
    """Let a significant revision of the course come out, and run what follows."""
    course = session.get(Course, COURSE)
    course.significant_revision = number
    if data:
        course.revision_id = make_revision(session, "course", f"{COURSE}-{number}", data).id
    session.commit()
    supersede(JobContext(0), {"course_id": COURSE, "significant_revision": number})


def test_a_significant_revision_queues_its_job_once(session, holder):
    event = RevisionPublished("course", COURSE, 7, 2)

    emit(session, event)
    emit(session, event)
    emit(session, RevisionPublished("course", COURSE, 8, 1))

    queued = session.scalars(select(Job.key).where(Job.name == "certificates.supersede")).all()
    assert queued == ["7"]


def test_a_significant_revision_leaves_the_days_of_grace(session, holder):
    certificate = certify(session, holder)
    with at(date(2026, 6, 1)):
        publish(session, holder)
        publish(session, holder)

    assert certificate.life.last_day == date(2026, 7, 1)
    assert told(session) == ["certificate_superseded"]
    kinds = session.scalars(select(TrainingRecord.kind).order_by(TrainingRecord.id)).all()
    assert kinds == ["certificate_issued", "certificate_superseded"]


def test_the_delta_quiz_renews_for_the_time_that_was_left(session, holder):
    make_paper(session, "data-delta", course_id=COURSE)
    certify(session, holder)
    with at(date(2026, 6, 1)):
        publish(session, holder, delta_paper="data-delta")
        (renewal,) = renewals.open_renewals(session, holder.id)
    with at(date(2026, 6, 2)):
        pass_quiz(session, holder, "data-delta")

    new = session.scalars(select(Certificate).where(Certificate.cycle == 2)).one()
    assert renewal.is_delta
    assert (new.significant_revision, new.valid_until) == (2, date(2027, 2, 28))


def test_an_older_revision_delivered_late_does_nothing(session, holder):
    certificate = certify(session, holder)
    with at(date(2026, 6, 1)):
        publish(session, holder, number=3)
        supersede(JobContext(0), {"course_id": COURSE, "significant_revision": 2})

    assert len(session.scalars(select(CertificateRenewal)).all()) == 1
    assert certificate.superseded_from == date(2026, 7, 2)


def test_who_was_certified_on_a_day(session, holder):
    revoked, other = make_employee(session), make_employee(session)
    certificate = certify(session, holder)
    gone = certify(session, revoked)
    hr = viewer_of(session, make_employee(session, rights=(Right.HR,)))
    with at(date(2026, 5, 1), hour=15):  # 23:00 of the company's day
        services.revoke(session, gone, hr, "Why", gone.version)

    def names(day):
        people = [holder.id, revoked.id, other.id]
        return set(queries.certified_on(session, COURSE, day, people))

    assert names(date(2026, 2, 28)) == set()
    assert names(date(2026, 4, 30)) == {holder.id, revoked.id}
    assert names(date(2026, 5, 1)) == {holder.id}
    assert names(date(2027, 3, 1)) == set()
    found = queries.certified_on(session, COURSE, date(2026, 4, 30), [revoked.id])[revoked.id]
    assert found.revoked_on == date(2026, 5, 1)
    assert certificate.life.last_day == date(2027, 2, 28)


@pytest.mark.parametrize("state", list(queries.State))
def test_the_database_finds_the_states_that_the_rule_names(session, holder, state):
    days = [None, date(2026, 3, 2), date(2026, 3, 3)]
    made = []
    for number, (until, superseded, revoked) in enumerate(
        (a, b, c) for a in days for b in days for c in days
    ):
        with at(date(2026, 3, 2)):
            each = make_certificate(session, holder, f"subject-{number}", valid_until=until)
        each.superseded_from = superseded
        if revoked:
            each.revoked_at = datetime(2026, 3, revoked.day, 2, tzinfo=UTC)
        made.append(each)
    session.flush()

    for day in (date(2026, 3, number) for number in range(1, 6)):
        found = session.scalars(select(Certificate).where(queries.in_state(state, day))).all()
        assert set(found) == {each for each in made if queries.state_on(each.life, day) is state}


def test_hr_sets_the_days_and_jobs_obey(session, holder):
    hr = viewer_of(session, make_employee(session, rights=(Right.HR,)))
    renewing.edit_policy(session, hr, 0, [10], 0)
    certificate = certify(session, holder)
    with at(date(2026, 6, 1)):
        publish(session, holder)

    assert certificate.life.last_day == date(2026, 6, 1)
