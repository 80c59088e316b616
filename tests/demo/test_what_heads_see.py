"""In a lived-in company a head meets nobody from outside: pages, searches, mails, the calendar."""

import pytest
from sqlalchemy import select

from tests import test_pages
from training_platform.core.db import db, writing
from training_platform.core.outbox import Mail
from training_platform.notices import calendar
from training_platform.people.models import Department, Employee
from training_platform.people.viewer import viewer_of

#: Lists that take words; each is asked for somebody from outside.
SEARCHES = (
    "/search?q={}",
    "/team?q={}",
    "/archives/?q={}",
    "/archives/?person={}",
    "/archives/people?q={}",
    "/archives/compliance/?q={}",
    "/team/readiness?q={}",
    "/external-training/all?q={}",
    "/external-training/library?q={}",
    "/coaching/spot-checks?q={}",
    "/coaching/usage?q={}",
    "/evaluation/rounds?q={}",
    "/practice-work/all?q={}",
)


@pytest.fixture
def house(demo_app):
    """The head of Marketing, her browser, and whoever is not hers: number and name."""
    with demo_app.app_context():
        head = db.session.scalars(select(Employee).where(Employee.username == "head2")).one()
        client = demo_app.test_client()
        client.sign_in(head)
        rows = db.session.execute(
            select(Employee.staff_number, Employee.name, Department.path).join(
                Department, Department.id == Employee.department_id
            )
        )
        own = head.department.path
        outside = {row.staff_number: row.name for row in rows if not row.path.startswith(own)}
        yield head, client, outside
        db.session.remove()


def met(body, outside):
    return sorted(number for number in outside if number in body)


def test_no_page_shows_the_number_of_somebody_outside(house, monkeypatch):
    _head, client, outside = house
    assert len(outside) > 20
    monkeypatch.setattr(test_pages, "AT_MOST", 150)

    visited = list(test_pages.visit(client, "/", "en"))

    assert len(visited) > 60
    assert {address: found for address, page in visited if (found := met(page.body, outside))} == {}


def test_no_search_finds_somebody_outside(house):
    _head, client, outside = house
    for number, name in list(outside.items())[::12]:
        for pattern in SEARCHES:
            response = client.get(pattern.format(name), follow_redirects=True)
            assert response.status_code == 200, pattern
            assert number not in response.get_data(as_text=True), pattern


def test_no_mail_and_no_calendar_names_somebody_outside(house):
    head, client, outside = house
    mails = db.session.scalars(select(Mail).where(Mail.employee_id == head.id)).all()
    assert mails
    assert met("".join(f"{each.subject}{each.body}" for each in mails), outside) == []
    db.session.remove()

    with writing() as session:
        token = calendar.renew_feed(session, viewer_of(session, session.merge(head)))
    feed = client.get(f"/calendar/{token}.ics")

    assert feed.status_code == 200
    assert met(feed.get_data(as_text=True), outside) == []
