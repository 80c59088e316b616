"""What else renews a certificate: a refresher, lessons where there is no quiz, a curriculum."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.factories.certificates import make_certificate
from tests.factories.curricula import lessons_of, make_course, make_curriculum, make_revision
from tests.factories.home import make_paper
from tests.factories.people import make_employee
from training_platform.certificates import renewals
from training_platform.certificates.jobs import remind, supersede
from training_platform.certificates.models import Certificate, CertificateRenewal
from training_platform.certificates.rules import refreshed_until
from training_platform.core import clock
from training_platform.core.jobs import JobContext
from training_platform.core.permissions import SYSTEM
from training_platform.curricula import services as curricula
from training_platform.curricula.models import Course, Curriculum
from training_platform.curricula.refresher_models import RefresherEntry, RefresherRound, RoundState
from training_platform.curricula.services import completing, refreshers
from training_platform.people import services as people
from training_platform.people.viewer import viewer_of
from training_platform.records import services as records

PAPER, COURSE = "data-quiz", "data-course"
ISSUED = date(2026, 3, 1)


def at(day, hour=4):
    return clock.stopped(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def cycles(session, employee, kind="course"):
    found = select(Certificate.cycle, Certificate.issued_on, Certificate.valid_until)
    own = Certificate.employee_id == employee.id, Certificate.kind == kind
    return [tuple(row) for row in session.execute(found.where(*own).order_by(Certificate.cycle))]


def run_daily(session, day):
    with at(day):
        session.commit()
        remind(JobContext(0), {})


def pass_quiz(session, employee, day, paper=PAPER):
    with at(day):
        records.append(
            session, employee.id, "quiz_passed", paper, source=f"test:{paper}:{day}", outcome="pass"
        )


# ---- A refresher ----------------------------------------------------------------------------


@pytest.fixture
def course(session):
    make_paper(session, PAPER, course_id=COURSE)
    return make_course(session, COURSE, paper=PAPER, refresher_months=12)


@pytest.fixture
def holder(session, course):
    """Somebody who completed the course on the day of ISSUED, and so is certified."""
    employee = make_employee(session)
    with at(ISSUED):
        completing.complete_course(session, employee.id, course)
    return employee


def refresh(session, employee, day):
    """Assign a refresher of the course on a day, as a confirmed round does."""
    with at(day):
        made = RefresherRound(starts_on=day, planned_at=clock.now(), state=RoundState.CONFIRMED)
        session.add(made)
        session.flush()
        entry = RefresherEntry(
            round_id=made.id,
            employee_id=employee.id,
            course_id=COURSE,
            is_newcomer=False,
            due_on=day + timedelta(days=30),
        )
        session.add(entry)
        session.flush()
        assert refreshers.assign_entry(session, entry.id)


def test_a_passed_refresher_begins_the_time_of_the_certificate_anew(session, holder):
    refresh(session, holder, date(2026, 9, 1))
    pass_quiz(session, holder, date(2026, 9, 10))
    pass_quiz(session, holder, date(2026, 9, 11))

    assert cycles(session, holder) == [
        (1, ISSUED, date(2027, 2, 28)),
        (2, date(2026, 9, 10), date(2027, 9, 9)),
    ]


def test_a_quiz_passed_again_without_a_refresher_renews_nothing(session, holder):
    pass_quiz(session, holder, date(2026, 9, 10))

    assert [cycle for cycle, _issued, _until in cycles(session, holder)] == [1]


def test_a_refresher_that_also_renews_an_ending_certificate_gives_one_cycle(session, holder):
    run_daily(session, date(2027, 2, 1))
    refresh(session, holder, date(2027, 2, 2))
    pass_quiz(session, holder, date(2027, 2, 10))

    assert [cycle for cycle, _issued, _until in cycles(session, holder)] == [1, 2]
    assert cycles(session, holder)[1][2] == date(2028, 2, 29)  # no day is lost
    assert renewals.open_renewals(session, holder.id) == []


def test_a_refresher_gives_no_certificate_back_that_was_revoked(session, holder):
    certificate = session.scalars(select(Certificate)).one()
    with at(date(2026, 5, 1)):
        certificate.revoked_at = clock.now()
    refresh(session, holder, date(2026, 9, 1))
    pass_quiz(session, holder, date(2026, 9, 10))

    assert [cycle for cycle, _issued, _until in cycles(session, holder)] == [1]


def test_a_refresher_takes_no_day_away():
    today = date(2026, 9, 1)

    assert refreshed_until(date(2028, 1, 1), today, 12) == date(2028, 1, 1)
    assert refreshed_until(date(2026, 10, 1), today, 12) == date(2027, 8, 31)
    assert refreshed_until(date(2020, 1, 1), today, 12) == date(2027, 8, 31)
    assert refreshed_until(date(2028, 1, 1), today, None) is None


# ---- A course without a quiz ----------------------------------------------------------------


@pytest.fixture
def reader(session):
    """Somebody who holds the certificate of a course without a quiz: its two lessons are read."""
    course = make_course(session, COURSE, refresher_months=12)
    employee = make_employee(session)
    with at(ISSUED):
        read(session, employee, lessons_of(session, course))
    assert cycles(session, employee) == [(1, ISSUED, date(2027, 2, 28))]
    return employee


def read(session, employee, lessons):
    for lesson in lessons:
        curricula.finish_lesson(session, lesson, viewer_of(session, employee))


def test_a_course_without_a_quiz_renews_by_going_through_it_again(session, reader):
    first, second = lessons_of(session, session.get(Course, COURSE))
    run_daily(session, date(2027, 1, 15))
    (renewal,) = renewals.open_renewals(session, reader.id)
    with at(date(2027, 2, 1)):
        read(session, reader, [first])
        assert len(cycles(session, reader)) == 1
        read(session, reader, [second])

    assert (renewal.papers, renewal.subject) == ([], COURSE)
    assert cycles(session, reader)[1:] == [(2, date(2027, 2, 1), date(2028, 2, 29))]
    assert renewals.open_renewals(session, reader.id) == []


def test_a_significant_revision_without_a_quiz_asks_for_the_lessons(session, reader):
    course = session.get(Course, COURSE)
    course.significant_revision = 2
    with at(date(2026, 6, 1)):
        session.commit()
        supersede(JobContext(0), {"course_id": COURSE, "significant_revision": 2})
        read(session, reader, lessons_of(session, course))

    found = session.scalars(select(Certificate).where(Certificate.cycle == 2)).one()
    assert found.significant_revision == 2


# ---- A curriculum ---------------------------------------------------------------------------


@pytest.fixture
def graduate(session, course):
    """Somebody who completed a curriculum of two courses whose certificate is valid a year."""
    make_paper(session, "other-quiz", course_id="other")
    other = make_course(session, "other", paper="other-quiz", refresher_months=12)
    curriculum = make_curriculum(session, "specialist", [(course, True, 14), (other, True, 14)])
    data = {"curricula": [{"job_role": "specialist", "certificate_months": 12}]}
    curriculum.revision_id = make_revision(session, "curricula", "curricula", data).id
    employee = make_employee(session)
    with at(ISSUED):
        completing.complete_course(session, employee.id, course)
        completing.complete_course(session, employee.id, other)
    return employee


def test_a_curriculums_certificate_ends_when_its_file_says_so(session, graduate):
    assert cycles(session, graduate, "curriculum") == [(1, ISSUED, date(2027, 2, 28))]


def test_without_a_word_in_the_file_it_does_not_end(session, course):
    make_curriculum(session, "specialist", [(course, True, 14)])
    employee = make_employee(session)
    with at(ISSUED):
        completing.complete_course(session, employee.id, course)

    assert cycles(session, employee, "curriculum") == [(1, ISSUED, None)]


def test_it_asks_only_for_what_was_not_proven_anew(session, graduate):
    refresh(session, graduate, date(2026, 9, 1))
    pass_quiz(session, graduate, date(2026, 9, 10))
    run_daily(session, date(2027, 1, 15))
    mine = session.scalars(
        select(CertificateRenewal).join(Certificate).where(Certificate.kind == "curriculum")
    ).one()
    pass_quiz(session, graduate, date(2027, 2, 1), "other-quiz")

    assert mine.papers == ["other-quiz"]
    assert cycles(session, graduate, "curriculum")[1:] == [(2, date(2027, 2, 1), date(2028, 2, 29))]


def test_it_goes_on_by_itself_where_everything_was_proven_anew(session, graduate):
    for subject in (COURSE, "other"):
        with at(date(2026, 9, 1)):
            make_certificate(
                session,
                graduate,
                subject,
                cycle=2,
                valid_until=date(2028, 9, 1),
            )
    run_daily(session, date(2027, 1, 15))

    assert [cycle for cycle, *_days in cycles(session, graduate, "curriculum")] == [1, 2]


def test_whoever_has_another_job_role_is_asked_for_nothing(session, graduate):
    make_curriculum(session, "manager", [])
    people.change_job_role(
        session, graduate, SYSTEM, "manager", clock.today(), expected_version=graduate.version
    )
    run_daily(session, date(2027, 1, 15))

    kinds = session.scalars(select(Certificate.kind).join(CertificateRenewal)).all()
    assert set(kinds) == {"course"}
    assert session.get(Curriculum, "manager")
