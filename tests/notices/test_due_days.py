"""Every due day is known once: who is told, what calendars hold, and nothing of others."""

from datetime import timedelta

import pytest
from flask_login import login_user
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from tests.factories.certificates import make_certificate
from tests.factories.contests import make_contest
from tests.factories.external_training import make_at, make_budget, make_draft, make_office
from tests.factories.mentoring import make_mentor, make_practice
from tests.factories.people import make_employee
from training_platform.certificates import jobs as certificates_jobs
from training_platform.core import clock
from training_platform.core.db import db
from training_platform.core.jobs import JobContext
from training_platform.core.outbox import Mail
from training_platform.core.permissions import Right
from training_platform.external_training import jobs as external_jobs
from training_platform.external_training import queries
from training_platform.external_training.models import ExternalTrainingApplication
from training_platform.external_training.rules import State
from training_platform.mentoring import jobs as mentoring_jobs
from training_platform.notices import calendar, jobs, mailing
from training_platform.notices.models import Notice, NoticeSettings, NoticeWording, WaitingMail
from training_platform.people.viewer import viewer_of

MARKER = "暗号海棠"


class NoProgress:
    def progress(self, done, total):
        pass


@pytest.fixture
def office(session):
    found = make_office(session)
    make_budget(session, found["head"].department)
    return found


def run_all(session, *, after=0):
    """Run every job that reminds, three times over."""
    session.commit()
    with clock.stopped(clock.now() + timedelta(days=after)):
        for _again in range(3):
            jobs.remind(NoProgress(), {})
            mentoring_jobs.remind(None, {})
            external_jobs.remind(None, {})
            certificates_jobs.remind(JobContext(0), {})


def kinds_for(session, employee):
    session.rollback()
    own = select(Notice.kind).where(Notice.employee_id == employee.id).order_by(Notice.id)
    return session.scalars(own).all()


def titles_for(session, employee):
    return [str(entry.title) for _source, entry in calendar.entries_of(session, employee.id)]


def test_a_report_about_external_training_is_reminded_of_a_week_and_a_day_before(session, office):
    made = make_at(session, office, State.REPORT_DUE)
    left = (made.report_due_on - clock.today()).days

    run_all(session, after=left - 7)
    run_all(session, after=left - 1)

    assert kinds_for(session, office["owner"]).count("item_due_soon") == 2


def test_an_overdue_report_makes_one_mail_a_week_and_reaches_the_head(session, office):
    made = make_at(session, office, State.REPORT_DUE)
    late = (made.report_due_on - clock.today()).days + 7

    run_all(session, after=late)

    told = kinds_for(session, office["owner"])
    assert told.count("external_report_overdue") == 1
    assert "item_overdue" not in told
    assert kinds_for(session, office["head"]).count("item_overdue_of") == 1


def test_a_sharing_session_is_reminded_of_until_it_is_held(session, office):
    make_at(session, office, State.CLOSED)

    run_all(session, after=23)

    assert "item_due_soon" in kinds_for(session, office["owner"])


def test_a_practice_is_reminded_of_once_by_one_mail_that_names_the_mentor(session, office):
    practice = make_practice(session, office["owner"])
    left = (practice.due_on - clock.today()).days

    run_all(session, after=left - 7)

    assert kinds_for(session, office["owner"]).count("practice_due_soon") == 1
    told = session.scalars(select(Notice).where(Notice.kind == "practice_due_soon")).one()
    assert told.values["mentor"] == practice.mentor.name


def test_a_practice_that_was_handed_in_is_not_reminded_of(session, office):
    practice = make_practice(session, office["owner"])
    left = (practice.due_on - clock.today()).days
    practice.state = "handed_in"

    run_all(session, after=left + 1)

    assert "practice_overdue" not in kinds_for(session, office["owner"])


@pytest.mark.parametrize("left", [60, 30, 7])
def test_a_certificate_is_reminded_of_once_a_threshold(session, office, left):
    make_certificate(session, office["owner"], valid_until=clock.today() + timedelta(days=left))

    run_all(session)

    assert kinds_for(session, office["owner"]).count("certificate_expiring") == 1


def test_the_head_hears_of_a_certificate_that_was_not_renewed(session, office):
    make_certificate(session, office["owner"], valid_until=clock.today() - timedelta(days=7))

    run_all(session)

    assert "item_overdue_of" in kinds_for(session, office["head"])


def test_the_calendar_holds_every_kind_of_day(session, office):
    owner = office["owner"]
    make_at(session, office, State.REPORT_DUE, title="Course A")
    make_practice(session, owner, title="Practice B")
    make_certificate(session, owner, valid_until=clock.today() + timedelta(days=60))
    trainer = make_employee(session, rights=(Right.TRAINER,))
    make_contest(session, trainer, [owner], starts_at=clock.now() + timedelta(days=3))

    shown = " ".join(titles_for(session, owner))

    for words in (
        "External training: Course A",
        "Report due: Course A",
        "Practice due: Practice B",
    ):
        assert words in shown
    assert "Certificate ends: Customer Data Basics" in shown
    assert "Contest: " in shown


def test_a_certificate_that_a_later_cycle_followed_is_on_no_calendar(session, office):
    owner, day = office["owner"], clock.today() + timedelta(days=60)
    make_certificate(session, owner, valid_until=day)
    make_certificate(session, owner, valid_until=day + timedelta(days=365), cycle=2)

    found = [title for title in titles_for(session, owner) if "Certificate ends" in title]

    assert len(found) <= 1


@pytest.fixture
def draft(session, office):
    return make_draft(session, office["owner"])


def conflicts_read_by(app, session, draft, reader):
    session.commit()
    with app.test_request_context("/"):
        login_user(viewer_of(db.session(), reader))
        return queries.conflicts(
            db.session(), db.session.get(ExternalTrainingApplication, draft.id)
        )


def test_a_practice_that_ends_during_a_training_is_named_as_a_clash(app, session, office, draft):
    make_practice(session, office["owner"], due_on=draft.starts_on, title="Practice B")

    ((text, when, href),) = conflicts_read_by(app, session, draft, office["owner"])

    assert "Practice B" in text
    assert when == draft.starts_on.isoformat()
    assert href


def test_an_approver_reads_nothing_of_a_third_person_in_a_clash(app, session, office, draft):
    trainee = make_employee(session, name=MARKER)
    practice = make_practice(session, trainee, due_on=draft.starts_on, title=MARKER)
    practice.mentor_id = office["owner"].id

    ((text, _when, href),) = conflicts_read_by(app, session, draft, office["head"])

    assert MARKER not in text
    assert href is None


def test_nothing_of_others_is_in_mails_digests_and_calendars(session, office):
    """Marker test: what one team has to do reaches neither another head nor a colleague."""
    owner, outsiders = office["owner"], (office["head2"], office["colleague"])
    made = make_at(session, office, State.REPORT_DUE, title=MARKER)
    closed = make_at(session, office, State.CLOSED, title=MARKER)
    make_practice(session, owner, make_mentor(session), title=MARKER)
    make_certificate(
        session,
        owner,
        valid_until=clock.today() + timedelta(days=7),
        title={"zh": MARKER, "en": MARKER},
    )
    for person in outsiders:
        session.add(
            NoticeSettings(employee_id=person.id, quiet_hours="", channels={"learning": "daily"})
        )
    session.commit()
    for days in (0, 3, 7, 11, 18, 31, 40):
        run_all(session, after=days)
    for person in (*outsiders, owner):
        mailing.send_digest(session, person.id)
    session.commit()

    def reached(person):
        told = session.scalars(select(Notice).where(Notice.employee_id == person.id)).all()
        mails = session.scalars(select(Mail).where(Mail.employee_id == person.id)).all()
        waiting = session.scalars(
            select(WaitingMail).where(WaitingMail.employee_id == person.id)
        ).all()
        texts = [str(each.values) for each in told] + [each.subject + each.body for each in mails]
        return " ".join([*texts, *titles_for(session, person)]), len(waiting)

    assert made.id != closed.id
    assert MARKER in reached(owner)[0]
    for person in outsiders:
        assert MARKER not in reached(person)[0]


def test_today_leads_to_what_external_training_wants(session, client, office):
    make_draft(session, office["owner"], title="Begun course")
    make_at(session, office, State.IN_APPROVAL)
    session.commit()

    client.sign_in(office["owner"])
    assert "Begun course" in client.page("/").text
    client.sign_in(office["head"])
    assert "/external-training/inbox" in client.get("/?show=mine").text


def test_today_names_certificates_that_end_soon(session, client, office):
    make_certificate(session, office["owner"], valid_until=clock.today() + timedelta(days=59))
    make_certificate(session, office["colleague"], valid_until=clock.today() + timedelta(days=62))
    session.commit()

    client.sign_in(office["owner"])
    assert "Certificates to renew" in client.page("/").text
    client.sign_in(office["colleague"])
    assert "Certificates to renew" not in client.page("/").text


def test_the_wording_of_notices_cannot_be_changed_in_the_database(session):
    row = NoticeWording(kind="item_due_soon", number=1, texts=None, worded_at=clock.now())
    session.add(row)
    session.commit()

    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(update(NoticeWording).values(kind="other"))
