"""Issuing and revoking."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from tests.factories.certificates import make_certificate
from tests.factories.curricula import make_course
from tests.factories.people import make_employee
from training_platform.certificates import services
from training_platform.certificates.models import Certificate
from training_platform.certificates.reactions import issue_for_course
from training_platform.core import clock
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.core.outbox import Mail
from training_platform.core.permissions import Right
from training_platform.curricula.events import CourseCompleted
from training_platform.notices.models import Notice
from training_platform.people.viewer import viewer_of
from training_platform.records.models import TrainingRecord


@pytest.fixture
def certificate(session):
    return make_certificate(session, make_employee(session))


@pytest.fixture
def hr(session):
    return viewer_of(session, make_employee(session, rights=(Right.HR,)))


def kinds(session, employee_id):
    return list(
        session.scalars(
            select(TrainingRecord.kind)
            .where(TrainingRecord.employee_id == employee_id)
            .order_by(TrainingRecord.position)
        )
    )


def test_a_certificate_is_issued_once_a_cycle(session, certificate):
    again = services.issue(
        session,
        certificate.employee_id,
        "course",
        certificate.subject,
        certificate.title,
        band="distinction",
        significant_revision=1,
        valid_until=None,
    )

    assert again is None
    assert session.scalar(select(func.count()).select_from(Certificate)) == 1


def test_a_course_completed_again_after_expiry_gets_a_certificate_of_the_next_cycle(session):
    employee = make_employee(session)
    course = make_course(session, refresher_months=12)
    done = CourseCompleted(employee.id, course.id)

    with clock.stopped(datetime(2026, 3, 2, 4, tzinfo=UTC)):
        issue_for_course(session, done)
    with clock.stopped(datetime(2027, 3, 1, 4, tzinfo=UTC)):
        issue_for_course(session, done)  # the last day still counts
    with clock.stopped(datetime(2027, 3, 2, 4, tzinfo=UTC)):
        issue_for_course(session, done)
        issue_for_course(session, done)

    found = session.scalars(select(Certificate).order_by(Certificate.cycle)).all()
    assert [(each.cycle, each.issued_on, each.valid_until) for each in found] == [
        (1, date(2026, 3, 2), date(2027, 3, 1)),
        (2, date(2027, 3, 2), date(2028, 3, 1)),
    ]
    assert len({each.code for each in found}) == 2
    assert kinds(session, employee.id) == ["certificate_issued"] * 2


def test_a_revoked_certificate_is_not_replaced_by_itself(session, hr):
    employee = make_employee(session)
    course = make_course(session, refresher_months=12)
    with clock.stopped(datetime(2026, 3, 2, 4, tzinfo=UTC)):
        issue_for_course(session, CourseCompleted(employee.id, course.id))
        made = session.scalars(select(Certificate)).one()
        services.revoke(session, made, hr, "Somebody else sat the quiz.", made.version)
    with clock.stopped(datetime(2028, 3, 2, 4, tzinfo=UTC)):
        issue_for_course(session, CourseCompleted(employee.id, course.id))

    assert session.scalars(select(Certificate)).all() == [made]


def test_issuing_is_recorded_and_told(session, certificate):
    assert kinds(session, certificate.employee_id) == ["certificate_issued"]
    assert session.scalars(select(Notice.kind)).all() == ["certificate_issued"]
    assert f"/certificates/{certificate.code}" in session.scalars(select(Mail.body)).one()


def test_revoking_is_recorded_and_told(session, certificate, hr):
    services.revoke(session, certificate, hr, "Identity was wrong.", certificate.version)

    assert certificate.revoked_by_id == hr.id
    assert kinds(session, certificate.employee_id)[-1] == "certificate_revoked"
    assert session.scalars(select(Notice.kind).order_by(Notice.id)).all()[-1] == (
        "certificate_revoked"
    )


def test_revoking_twice_is_refused(session, certificate, hr):
    services.revoke(session, certificate, hr, "Why", certificate.version)

    with pytest.raises(InvalidTransitionError):
        services.revoke(session, certificate, hr, "Why", certificate.version)


def test_revoking_what_has_changed_meanwhile_is_a_conflict(session, certificate, hr):
    with pytest.raises(ConflictError):
        services.revoke(session, certificate, hr, "Why", certificate.version - 1)


def test_revoking_needs_a_reason(session, certificate, hr):
    with pytest.raises(RuleError):
        services.revoke(session, certificate, hr, " ", certificate.version)


def test_a_head_may_not_revoke(session, certificate):
    head = viewer_of(session, make_employee(session, rights=(Right.DEPARTMENT_HEAD,)))

    with pytest.raises(NotPermittedError):
        services.revoke(session, certificate, head, "Why", certificate.version)
