"""The pages: settings, mails, texts, reminders."""

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from tests.factories.notices import make_mail
from tests.factories.people import make_employee
from training_platform.core.db import db
from training_platform.core.jobs import Job, JobState
from training_platform.core.outbox import Mail
from training_platform.core.permissions import Right
from training_platform.notices.models import NoticeSettings, NoticeWording, ReminderPolicy
from training_platform.notices.texts import TEXTS
from training_platform.notices.views.names import kind_names, sample_title


@pytest.fixture
def hr(session, client):
    employee = make_employee(session, rights=(Right.HR,))
    client.sign_in(employee)
    return employee


SETTINGS = {
    "version": "1",
    "has_quiet": "y",
    "begins": "21:00",
    "ends": "07:30",
    "tasks": "daily",
    "account": "at_once",
    "learning": "weekly",
    "results": "none",
    "practice": "at_once",
    "training": "at_once",
    "certificates": "at_once",
    "other": "at_once",
}


def test_no_kind_of_notices_ends_in_dots(app):
    for lang in ("zh", "en"):
        with app.test_request_context(), force_locale(lang):
            names = [name for _kind, name in kind_names()]
            titles = [sample_title(kind, None) for kind in TEXTS]
        assert not [name for name in names if name.endswith((": …", "：…", "(…)", "（…）"))]
        assert not [title for title in titles if "…" in title]


def test_somebody_chooses_mails_and_quiet_hours(session, client):
    employee = make_employee(session)
    client.sign_in(employee)

    assert client.post("/notices/settings", data=SETTINGS).status_code == 303

    kept = session.get(NoticeSettings, employee.id)
    assert kept.quiet_hours == "21:00-07:30"
    assert kept.channels["learning"] == "weekly"
    assert 'value="21:00"' in client.get("/notices/settings").text


@pytest.mark.parametrize("change", [{"ends": "21:00"}, {"begins": ""}, {"tasks": "none"}])
def test_settings_that_make_no_sense_are_refused_beside_their_field(session, client, change):
    client.sign_in(make_employee(session))

    response = client.post("/notices/settings", data=SETTINGS | change)

    assert response.status_code == 422
    assert b"error" in response.data


def test_the_address_of_the_calendar_is_made_shown_and_ended(session, client):
    client.sign_in(make_employee(session))

    client.post("/notices/calendar")
    shown = client.page("/notices/settings").text
    client.post("/notices/calendar/end")

    assert "/calendar/" in shown
    assert ".ics" not in client.page("/notices/settings").text


def test_mails_are_found_by_state_kind_and_name(session, client, hr):
    reader = make_employee(session, name="Wang Xiaoman")
    make_mail(session, reader.id, key="a", recipient="one@company.example")
    make_mail(session, key="b", recipient="two@company.example", sent_at=None, kind="exam_failed")
    session.commit()

    def found(query):
        text = client.page(f"/admin/mails?{query}").text
        return [name for name in ("one@", "two@") if name in text]

    assert found("") == ["one@", "two@"]
    assert found("state=sent") == ["one@"]
    assert found("state=failed") == ["two@"]
    assert found("kind=exam_failed") == ["two@"]
    assert found("q=xiaoman") == ["one@"]
    assert found("q=TWO@company") == ["two@"]


def test_a_mail_that_fails_shows_its_fault_and_tries(session, client, hr):
    mail = make_mail(session, key="a", sent_at=None)
    session.add(
        Job(
            name="mail.send",
            key="a",
            payload={},
            state=JobState.FAILED,
            tries=5,
            fault="OSError('no route')",
            run_after=mail.created_at,
            created_at=mail.created_at,
        )
    )
    session.commit()

    text = client.page(f"/admin/mails/{mail.id}").text

    assert "no route" in text
    assert "Not sent" in text


def test_hr_sends_a_mail_again_and_both_can_be_traced(session, client, hr):
    reader = make_employee(session, email="new@company.example")
    mail_id = make_mail(session, reader.id, recipient="old@company.example").id
    session.commit()

    response = client.post(f"/admin/mails/{mail_id}/again")

    again = db.session.scalars(select(Mail).where(Mail.resent_from_id == mail_id)).one()
    assert response.location.endswith(f"/admin/mails/{again.id}")
    assert again.recipient == "new@company.example"


def test_nobody_reads_or_repeats_a_mail_with_a_link_for_one_use(session, client, hr):
    mail_id = make_mail(session, hr.id, kind="people.reset", body="/reset/secret-token").id
    session.commit()

    assert "secret-token" not in client.page(f"/admin/mails/{mail_id}").text
    assert client.post(f"/admin/mails/{mail_id}/again").status_code == 422


def test_an_administrator_sees_that_a_mail_left_but_not_what_it_says(session, client):
    client.sign_in(make_employee(session, rights=(Right.ADMIN,)))
    mail_id = make_mail(session, subject="You failed", body="The words").id
    session.commit()

    text = client.page("/admin/mails").text + client.page(f"/admin/mails/{mail_id}").text

    assert "You failed" not in text
    assert "The words" not in text


WORDS = {
    "version": "0",
    "zh_title": "通过：{title}",
    "zh_body": "得分\r\n{percent}",
    "en_title": "Well done: {title}",
    "en_body": "{percent} percent",
}


def test_looking_at_a_text_saves_nothing(session, client, hr):
    response = client.post("/admin/notices/quiz_passed", data=WORDS | {"preview": "1"})

    assert b"Well done: Customer data basics" in response.data
    assert session.scalars(select(NoticeWording)).all() == []


def test_hr_saves_a_text_and_takes_it_back(session, client, hr):
    client.post("/admin/notices/quiz_passed", data=WORDS)
    saved = client.get("/admin/notices/quiz_passed").text
    client.post("/admin/notices/quiz_passed/restore")

    assert "Well done" in saved
    assert "You passed {title}" in client.get("/admin/notices/quiz_passed").text


def test_a_text_with_an_unknown_placeholder_keeps_what_was_typed(client, hr):
    response = client.post("/admin/notices/quiz_passed", data=WORDS | {"en_body": "{salary} kept"})

    assert response.status_code == 422
    assert b"{salary} kept" in response.data


def test_somebody_who_worded_it_meanwhile_is_not_overwritten(client, hr):
    client.post("/admin/notices/quiz_passed", data=WORDS)

    assert client.post("/admin/notices/quiz_passed", data=WORDS).status_code == 409


def test_the_list_of_notices_speaks_the_words_of_hr(session, client, hr):
    from training_platform.notices import services  # noqa: PLC0415

    services.notify(session, hr.id, "quiz_passed", key="k", href="/", title="A", percent=90)
    session.commit()
    client.post("/admin/notices/quiz_passed", data=WORDS)

    assert "Well done: A" in client.page("/notices").text


def test_hr_changes_when_people_are_reminded(session, client, hr):
    data = {"version": "1", "days_before": "14，3", "days_after": "", "escalate_after": "10"}

    assert client.post("/admin/reminders/courses", data=data).status_code == 303

    kept = session.get(ReminderPolicy, "courses")
    assert (kept.days_before, kept.days_after, kept.escalate_after) == ([14, 3], [], 10)


@pytest.mark.parametrize("days", ["soon", "-1", "400", "1,2,3,4,5,6,7"])
def test_days_that_make_no_sense_are_refused(client, hr, days):
    data = {"version": "1", "days_before": days, "days_after": "", "escalate_after": ""}

    assert client.post("/admin/reminders/courses", data=data).status_code == 422
