"""The pages of compliance: the matrix, readiness, its rule, proofs."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete, select

from tests.counting import count_statements
from tests.factories.certificates import make_certificate
from tests.factories.people import make_employee
from training_platform.archives.compliance import exports
from training_platform.archives.compliance.jobs import make_export
from training_platform.archives.compliance.models import ComplianceProof, ReadinessRule
from training_platform.core import clock
from training_platform.core.audit import AuditEvent
from training_platform.core.errors import NotPermittedError
from training_platform.core.files import StoredFile
from training_platform.core.jobs import Job, JobContext, run_due
from training_platform.notices.models import Notice
from training_platform.people.models import AccessGrant


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
    book = load_workbook(BytesIO(client.post("/archives/compliance/export").data))
    facts = dict(book.worksheets[1].iter_rows(max_col=2, values_only=True))
    assert facts["Pulled by"] == company.head.name


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
    listed, about = load_workbook(BytesIO(client.get(f"{first.location}/xlsx").data)).worksheets
    facts = dict(about.iter_rows(max_col=2, values_only=True))
    assert (listed.max_row, facts["结果 Result"]) == (3, "1 / 2")
    assert facts["用途 Purpose"] == "Audit by the customer"
    assert "Audit by the customer" in client.page("/archives/compliance/proofs").text


@pytest.fixture
def large(monkeypatch, company):
    """Two people are too many for one request."""
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 1)
    return company


def test_a_large_export_is_made_by_a_job_once_and_kept_for_its_owner(client, session, large):
    client.sign_in(large.hr)
    for _ in range(2):
        answer = client.post("/archives/compliance/export?format=csv&role=specialist&q=a")
        assert (answer.status_code, answer.location) == (303, "/archives/compliance/export")
    assert "Being made" in client.page("/archives/compliance/export").text
    assert client.get("/archives/compliance/export/file").status_code == 404
    job = session.scalars(select(Job).where(Job.name == exports.JOB)).one()
    ident, payload = job.id, dict(job.payload)
    session.rollback()

    for _delivery in range(3):
        make_export(JobContext(ident), payload)

    client.page("/archives/compliance/export")
    text = client.get("/archives/compliance/export/file").get_data(as_text=True)
    assert text.startswith("\ufeffStaff number,Name")
    assert "Anna" in text
    assert session.scalars(select(Notice).where(Notice.kind == "archive_pull_ready")).one()
    event = session.scalars(
        select(AuditEvent).where(AuditEvent.action == "compliance.export")
    ).one()
    assert event.details["query"] is True  # that a name was typed, not which
    client.sign_in(large.head)
    assert client.get("/archives/compliance/export/file").status_code == 404


def test_a_large_export_reaches_no_further_than_its_owner_does_when_it_is_made(
    client, session, large
):
    client.sign_in(large.head)
    client.post("/archives/compliance/export?format=csv")
    job = session.scalars(select(Job).where(Job.name == exports.JOB)).one()
    ident, payload = job.id, dict(job.payload)
    session.execute(delete(AccessGrant).where(AccessGrant.employee_id == large.head.id))
    session.commit()

    with pytest.raises(NotPermittedError):
        make_export(JobContext(ident), payload)

    assert session.scalars(select(StoredFile)).first() is None


def test_the_file_of_a_large_export_is_gone_after_a_day(client, session, large):
    client.sign_in(large.hr)
    client.post("/archives/compliance/export")
    run_due()
    assert client.get("/archives/compliance/export/file").data.startswith(b"PK")

    with clock.stopped(clock.now() + timedelta(hours=25)):
        assert exports.latest(session, large.hr.id)[1] is None


def test_a_proof_leads_to_its_people_and_the_rates_to_every_view(client, session, proven, company):
    form = proven | {"day": clock.today().isoformat()}
    proof = client.post("/archives/compliance/proofs/new", data=form).location

    assert f"/archives/compliance/people/{company.bert.id}" in client.page(proof).links()
    assert "/archives/compliance/proofs" in client.page("/archives/compliance/rates").links()
