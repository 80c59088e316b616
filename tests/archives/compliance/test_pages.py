"""The pages of compliance: the matrix, readiness, its rule, proofs."""

import pytest
from sqlalchemy import select

from tests.counting import count_statements
from tests.factories.certificates import make_certificate
from tests.factories.people import make_employee
from training_platform.archives.compliance.models import ComplianceProof, ReadinessRule
from training_platform.core.audit import AuditEvent
from training_platform.core.jobs import run_due


def test_the_matrix_shows_each_persons_state_in_words(client, session, company):
    make_certificate(session, company.anna, "course")
    session.commit()
    client.sign_in(company.head)

    page = client.page("/archives/compliance/")

    assert f"/archives/compliance/people/{company.anna.id}" in page.links()
    assert "Fulfilled" in page.text
    assert "Not due yet" in page.text


def test_the_matrix_is_narrowed_to_a_state_of_an_item(client, session, company):
    make_certificate(session, company.anna, "course")
    session.commit()
    client.sign_in(company.hr)

    page = client.page("/archives/compliance/?item=certificate:course&state=done")

    assert "Anna" in page.text
    assert "Bert" not in page.text


def test_another_departments_head_finds_nobody(client, company):
    client.sign_in(company.head2)

    assert "Anna" not in client.page("/archives/compliance/?q=anna").text
    assert "Anna" not in client.page("/team/readiness").text
    client.page(f"/archives/compliance/people/{company.anna.id}", status=404)
    export = client.post("/archives/compliance/export?format=csv")
    assert "Anna" not in export.get_data(as_text=True)


def test_the_matrix_asks_no_more_for_more_people(client, session, company):
    client.sign_in(company.hr)
    before = count_statements(client, "/archives/compliance/")
    for _ in range(5):
        make_certificate(session, make_employee(session, department=company.team), "course")
    session.commit()

    assert count_statements(client, "/archives/compliance/") == before <= 14


def test_an_export_is_noted_with_how_it_was_narrowed(client, session, company):
    client.sign_in(company.head)

    answer = client.post("/archives/compliance/export?format=csv&role=specialist")

    assert answer.get_data(as_text=True).count("Anna") == 2  # the course and its certificate
    event = session.scalars(
        select(AuditEvent).where(AuditEvent.action == "compliance.export")
    ).one()
    assert event.details["job_role"] == "specialist"
    session.rollback()
    assert client.post("/archives/compliance/export").data.startswith(b"PK")


def test_readiness_names_the_proof_and_what_is_missing(client, session, company):
    certificate = make_certificate(session, company.anna, "course")
    session.commit()
    client.sign_in(company.head)

    page = client.page("/team/readiness?ready=ready")
    assert f"/certificates/{certificate.code}" in page.links()
    assert "2099-12-31" in page.text
    assert "Bert" not in page.text
    assert "Bert" in client.page("/team/readiness?ready=not_ready").text


def test_hr_changes_what_is_needed_and_the_log_keeps_both(client, session, company):
    client.sign_in(company.hr)
    form = {"version": "0", "needs": ["certificate:course"], "due_days": "45"}
    address = "/archives/compliance/rules/specialist"

    assert client.post(address, data=form).status_code == 303
    assert client.post(address, data=form).status_code == 409
    assert client.post(address, data=form | {"version": "1", "needs": []}).status_code == 422
    assert client.post(address, data=form | {"due_days": "900"}).status_code == 422

    assert session.scalars(select(ReadinessRule)).one().due_days == 45
    event = session.scalars(
        select(AuditEvent).where(AuditEvent.action == "compliance.change_rule")
    ).one()
    assert event.details["needs"] == event.details["before"] == ["certificate:course"]
    client.page("/archives/compliance/rules")


@pytest.fixture
def proven(client, session, company):
    """A proof that HR asked for, twice with the same form, drawn by the job."""
    make_certificate(session, company.anna, "course")
    session.commit()
    client.sign_in(company.hr)
    return {
        "course_id": "course",
        "day": "2099-01-01",
        "job_role_id": "specialist",
        "department_id": "",
        "purpose": "Audit by the customer",
        "once": "a-token",
    }


def test_a_proof_of_a_day_to_come_is_refused(client, session, proven):
    assert client.post("/archives/compliance/proofs/new", data=proven).status_code == 422
    assert session.scalars(select(ComplianceProof)).first() is None


def test_a_proof_is_made_once_drawn_signed_and_given(app, client, session, proven):
    from training_platform.core import clock, signing  # noqa: PLC0415

    form = proven | {"day": clock.today().isoformat()}
    first = client.post("/archives/compliance/proofs/new", data=form)
    second = client.post("/archives/compliance/proofs/new", data=form)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert client.get(f"{first.location}/pdf").status_code == 404
    run_due()

    page = client.page(first.location)

    assert "1 of 2 people" in page.text
    assert "Bert" in page.text
    document = client.get(f"{first.location}/pdf").data
    assert signing.examine(document).reason.startswith("proof:")
    assert client.get(f"{first.location}/xlsx").data.startswith(b"PK")
    assert "Audit by the customer" in client.page("/archives/compliance/proofs").text
