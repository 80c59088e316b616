"""At once, together later, or not at all; each once, and only to who is there."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.people import make_employee
from training_platform.core import clock, jobs
from training_platform.core.db import db
from training_platform.core.errors import RuleError
from training_platform.core.jobs import Job, JobContext
from training_platform.core.outbox import Mail, deliver
from training_platform.notices import jobs as work
from training_platform.notices import mailing, preferences, services
from training_platform.notices.models import WaitingMail
from training_platform.notices.preferences import Wanted
from training_platform.notices.rules import Channel, QuietHours
from training_platform.people.models import EmployeeStatus
from training_platform.people.viewer import viewer_of

NIGHT = QuietHours.parse("20:00-08:00")
#: Friday, 22:30 in Shanghai.
LATE = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


@pytest.fixture
def reader(session):
    employee = make_employee(session, locale="en")
    want(session, employee, quiet=NIGHT)
    return employee


def want(session, employee, quiet=None, **channels):
    settings = preferences.settings_of(session, employee.id)
    preferences.choose(
        session,
        viewer_of(session, employee),
        Wanted(quiet, channels),
        expected_version=settings.version,
    )


def tell(session, employee, number, at=LATE, kind="course_completed"):
    with clock.stopped(at):
        services.notify(
            session, employee.id, kind, key=f"k{number}", href="/", by_mail=True, title=f"T{number}"
        )


def mails(session):
    return session.scalars(select(Mail).order_by(Mail.id)).all()


def test_no_mail_leaves_in_the_quiet_hours(session, reader):
    tell(session, reader, 1)

    assert mails(session) == []
    assert session.scalars(select(WaitingMail.leaves_at)).one() == MORNING


def test_after_the_quiet_hours_one_digest_holds_all(session, reader):
    for number in (1, 2, 3):
        tell(session, reader, number)

    with clock.stopped(MORNING):
        mailing.send_digest(session, reader.id)

    (mail,) = mails(session)
    assert mail.subject == "3 notices for you"
    assert all(f"You completed T{number}" in mail.body for number in (1, 2, 3))


def test_one_notice_alone_is_a_mail_of_its_own(session, reader):
    tell(session, reader, 1)

    with clock.stopped(MORNING):
        mailing.send_digest(session, reader.id)

    assert [mail.subject for mail in mails(session)] == ["You completed T1"]


def test_a_digest_that_is_called_three_times_is_sent_once(session, reader):
    tell(session, reader, 1)
    tell(session, reader, 2)
    session.commit()

    with clock.stopped(MORNING):
        for _time in range(3):
            work.send_digest(JobContext(0), {"employee_id": reader.id})
            work.sweep(JobContext(0), {})

    assert len(mails(session)) == 1


def test_the_queue_calls_for_the_digest_in_the_morning(session, reader):
    tell(session, reader, 1)
    session.commit()

    with clock.stopped(MORNING - timedelta(seconds=1)):
        jobs.run_due()
    assert mails(session) == []
    session.rollback()
    with clock.stopped(MORNING):
        jobs.run_due()

    assert [mail.sent_at for mail in mails(session)] == [MORNING]


def test_a_lost_call_is_made_up_for(session, reader):
    tell(session, reader, 1)
    session.query(Job).delete()
    session.commit()

    with clock.stopped(MORNING + timedelta(hours=1)):
        work.sweep(JobContext(0), {})

    assert len(mails(session)) == 1


def test_what_waits_is_there_or_the_cause_is_not(session, reader):
    tell(session, reader, 1)

    session.rollback()

    assert session.scalar(select(func.count()).select_from(WaitingMail)) == 0


def test_a_worker_that_dies_before_it_commits_loses_no_digest(session, reader):
    tell(session, reader, 1)
    session.commit()
    with clock.stopped(MORNING):
        mailing.send_digest(session, reader.id)
    session.rollback()

    with clock.stopped(MORNING):
        mailing.send_digest(session, reader.id)

    assert len(mails(session)) == 1


def test_a_mail_that_could_not_leave_leaves_later_and_once(session, app, monkeypatch):
    reader = make_employee(session)
    tell(session, reader, 1)
    mail_id = mails(session)[0].id
    session.commit()
    monkeypatch.setitem(app.config, "MAIL_URL", "smtp://127.0.0.1:1")
    with pytest.raises(ConnectionRefusedError):
        deliver(JobContext(0), {"mail_id": mail_id})
    db.session.rollback()
    monkeypatch.undo()

    deliver(JobContext(0), {"mail_id": mail_id})
    deliver(JobContext(0), {"mail_id": mail_id})

    assert session.get(Mail, mail_id).sent_at is not None


def test_who_left_gets_nothing_that_waited(session, reader):
    tell(session, reader, 1)
    reader.status = EmployeeStatus.LEFT
    session.flush()

    with clock.stopped(MORNING):
        mailing.send_digest(session, reader.id)

    assert mails(session) == []
    assert session.scalar(select(func.count()).select_from(WaitingMail)) == 0


def test_who_left_gets_no_mail_at_once_either(session):
    leaver = make_employee(session, status=EmployeeStatus.LEFT)

    tell(session, leaver, 1)

    assert mails(session) == []


def test_quiet_hours_that_grew_meanwhile_hold_it_back_again(session, reader):
    tell(session, reader, 1)
    want(session, reader, quiet=QuietHours.parse("20:00-10:00"))

    with clock.stopped(MORNING):
        mailing.send_digest(session, reader.id)

    assert mails(session) == []
    assert session.scalars(select(WaitingMail.leaves_at)).one() == MORNING + timedelta(hours=2)


def test_a_group_that_was_switched_off_sends_none(session, reader):
    want(session, reader, learning=Channel.NONE)

    tell(session, reader, 1)

    assert mails(session) == []
    assert session.scalar(select(func.count()).select_from(WaitingMail)) == 0


def test_a_group_that_was_switched_off_while_it_waited_is_left_out(session, reader):
    tell(session, reader, 1)
    want(session, reader, quiet=NIGHT, learning=Channel.NONE)

    with clock.stopped(MORNING):
        mailing.send_digest(session, reader.id)

    assert mails(session) == []


def test_a_weekly_digest_waits_for_monday(session, reader):
    want(session, reader, quiet=NIGHT, learning=Channel.WEEKLY)

    tell(session, reader, 1, at=MORNING + timedelta(hours=2))

    assert session.scalars(select(WaitingMail.leaves_at)).one() == MORNING + timedelta(days=2)


def test_approvals_cannot_be_switched_off(session, reader):
    with pytest.raises(RuleError):
        want(session, reader, tasks=Channel.NONE)


def test_the_company_says_when_it_is_quiet_for_who_has_not_chosen(session, app):
    app.config["QUIET_HOURS"] = "20:00-08:00"
    employee = make_employee(session, timezone="Europe/London")

    tell(session, employee, 1)  # 14:30 in London

    assert len(mails(session)) == 1
