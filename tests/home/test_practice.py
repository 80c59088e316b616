"""The head's page says how the own team, and no other, fares in practical exams."""

from tests.factories.crm import load_small_company
from tests.factories.people import make_employee
from tests.factories.practicals import make_attempt
from training_platform.practicals.models import PracticalGrading
from training_platform.practicals.rules import Mode


def exam(session, person, *, passed, lost=()):
    """Give somebody the final result of an exam."""
    attempt = make_attempt(session, person.id, is_over=True, mode=Mode.EXAM)
    attempt.is_passed = passed
    grading = PracticalGrading(
        attempt_id=attempt.id,
        cause="scored",
        kind="scored",
        revision_id=attempt.revision_id,
        points=0,
        percent=0,
        is_passed=passed,
        outcomes=[
            {"check": check, "status": "failed" if check in lost else "passed"}
            for check in ("customers", "known")
        ],
        graded_at=attempt.submitted_at,
    )
    session.add(grading)
    session.flush()
    attempt.grading_id = grading.id
    session.flush()


def test_pass_rates_count_people_once_and_name_the_weakest_check(session, client, company):
    load_small_company(session)
    good, late, bad = (make_employee(session, department=company.relations) for _ in range(3))
    exam(session, good, passed=True)
    exam(session, late, passed=False, lost={"known"})
    exam(session, late, passed=True)
    exam(session, bad, passed=False, lost={"known", "customers"})
    foreign = make_employee(session, department=company.sales)
    exam(session, foreign, passed=False, lost={"customers"})
    client.sign_in(company.head)

    page = client.page("/team?lang=en")

    exams = page.text.split("Practical exams")[1]
    assert "2 / 3" in exams
    assert "Known customers updated where they stand" in exams
    assert "lost in 2 of 4 exams" in exams
    client.sign_in(company.head2)
    assert "0 / 1" in client.page("/team?lang=en").text.split("Practical exams")[1]
