"""The list of tasks, and what it can be narrowed to."""

from tests.factories.crm import load_small_company
from tests.factories.curricula import make_course
from tests.factories.people import make_employee
from tests.practicals.sitting import publish


def test_a_course_leads_to_its_own_tasks(session, client):
    load_small_company(session)
    for slug in ("enter-customers", "card-race"):
        publish(session, slug).course_id = make_course(session, f"course-of-{slug}").id
    person = make_employee(session)
    client.sign_in(person)
    session.commit()

    narrowed = client.get("/practicals/?course=course-of-card-race").text

    assert 'href="/practicals/card-race"' in narrowed
    assert 'href="/practicals/enter-customers"' not in narrowed
    assert 'href="/practicals/enter-customers"' in client.get("/practicals/").text
