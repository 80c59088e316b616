"""The page of an attempt: what is typed into its fields is saved while it is typed."""

from flask_babel import force_locale

from tests.factories.crm import load_small_company
from tests.factories.disputes import LOST
from tests.factories.people import make_employee
from tests.factories.practicals import make_attempt
from tests.practicals.sitting import publish
from training_platform.practicals.rules import Mode
from training_platform.practicals.views.access import Field
from training_platform.practicals.views.results import filled_in


def test_the_page_of_an_attempt_saves_answers_as_they_are_typed(session, client):
    load_small_company(session)
    person = make_employee(session)
    attempt = make_attempt(session, person.id)
    written = publish(session, "campaign-and-roi")
    attempt.practical_id, attempt.revision_id = written.id, written.revision_id
    client.sign_in(person)
    session.commit()

    page = client.page(f"/practicals/attempts/{attempt.token}")

    [task] = page.select("//*[@data-task]")
    assert task.get("data-answers") == f"/practicals/attempts/{attempt.token}/answers"
    assert task.xpath(".//textarea[@data-answer]")
    assert page.select("//script[contains(@src, 'practical-task')]")


def test_in_practice_no_page_says_that_people_score_a_text(session, client):
    load_small_company(session)
    person = make_employee(session)
    text = LOST | {"status": "awaiting", "points": "0.00", "values": None}
    practised = make_attempt(session, person.id, is_over=True, outcomes=[text]).token
    exam = make_attempt(session, person.id, is_over=True, mode=Mode.EXAM, outcomes=[text]).token
    session.commit()
    client.sign_in(person)

    assert "nobody scores this text" in client.page(f"/practicals/attempts/{practised}/result").text
    assert "People read and score" in client.page(f"/practicals/attempts/{exam}/result").text


def test_the_worked_solution_names_the_fields_that_it_fills_in(app):
    stages = ({"zh": "方案报价", "en": "Proposal"}, {"zh": "谈判", "en": "Negotiation"})
    label = {"zh": "最漏的一环", "en": "The worst leak"}
    field = Field("worst", label, "choice", "", [(each["zh"], each) for each in stages])

    with app.test_request_context(), force_locale("en"):
        assert filled_in([field], "worst", "谈判") == ("The worst leak", "Negotiation")
        assert filled_in([field], "other", "7") == ("other", "7")
