"""Who of a group held a certificate on a day: boundary days, changes of job role, leavers."""

from datetime import timedelta

import pytest

from tests.factories.certificates import make_certificate
from tests.factories.people import make_job_role
from training_platform.archives.compliance.keeping import let_go_of_proofs
from training_platform.archives.compliance.membership import Group
from training_platform.archives.compliance.services import Claim, digest_of, make_proof
from training_platform.core import clock
from training_platform.core.errors import NotPermittedError, RuleError
from training_platform.core.files import StoredFile, store
from training_platform.core.permissions import SYSTEM
from training_platform.people import services as people
from training_platform.people.services.employees import mark_left
from training_platform.people.viewer import viewer_of
from training_platform.records.retention import services as retention
from training_platform.records.retention.rules import DEFAULTS
from training_platform.records.texts import GROUPS

SPECIALISTS = Group("specialist")


@pytest.fixture
def prove(session, company):
    """Prove a day for specialists, as HR; return the names and what each held."""

    def run(day):
        hr = viewer_of(session, company.hr)
        made = make_proof(session, hr, Claim("course", SPECIALISTS, day, "An audit"))
        assert made.digest == digest_of(made.rows)
        return {row["name"]: row["worth"] for row in made.rows}

    return run


def test_the_last_day_of_a_certificate_counts_and_the_next_does_not(session, company, prove):
    today = clock.today()
    with clock.stopped(clock.now() - timedelta(days=100)):
        make_certificate(
            session, company.anna, valid_until=today - timedelta(days=1), subject="course"
        )

    assert prove(today - timedelta(days=101))["Anna"] == "not_yet"
    assert prove(today - timedelta(days=100))["Anna"] == "valid"
    assert prove(today - timedelta(days=1)) == {"Anna": "valid", "Bert": "not_yet"}
    assert prove(today)["Anna"] == "expired"


def test_a_later_job_role_changes_nothing_of_an_earlier_day(session, company, prove):
    today = clock.today()
    make_job_role(session, "supervisor")
    people.change_job_role(
        session, company.anna, SYSTEM, "supervisor", today, expected_version=company.anna.version
    )

    assert set(prove(today - timedelta(days=1))) == {"Anna", "Bert"}
    assert set(prove(today)) == {"Bert"}


def test_whoever_left_belonged_until_the_last_day(session, company, prove):
    with clock.stopped(clock.now() - timedelta(days=5)):
        people.mark_left(session, company.anna, SYSTEM, expected_version=company.anna.version)
    today = clock.today()

    assert "Anna" in prove(today - timedelta(days=5))
    assert "Anna" not in prove(today - timedelta(days=4))


def test_a_proof_needs_hr_a_purpose_and_people(session, company):
    hr, day = viewer_of(session, company.hr), clock.today()
    with pytest.raises(NotPermittedError):
        make_proof(session, viewer_of(session, company.head), Claim("course", Group(), day, "x"))
    with pytest.raises(RuleError):
        make_proof(session, hr, Claim("course", Group(), day, " "))
    with pytest.raises(RuleError):
        make_proof(session, hr, Claim("course", Group("nobody"), day, "x"))


def test_the_page_of_leavers_lists_the_proofs_that_keep_their_names(client, session, company):
    hr = viewer_of(session, company.hr)
    made = make_proof(session, hr, Claim("course", SPECIALISTS, clock.today(), "An audit"))
    session.commit()
    client.sign_in(company.hr)
    address = f"/archives/compliance/proofs/{made.id}"
    assert address not in client.get("/records/retention/leavers").text

    mark_left(session, company.anna, hr, expected_version=company.anna.version)
    session.commit()

    page = client.get("/records/retention/leavers").text
    assert address in page
    assert f"{clock.today().year + 10}" in page


def test_each_kind_of_what_is_kept_has_its_years():
    assert {*GROUPS, "proofs", "other"} == {*DEFAULTS}


def test_the_names_go_when_their_years_are_over(client, session, company):
    hr = viewer_of(session, company.hr)
    claim = Claim("course", SPECIALISTS, clock.today(), "An audit")
    old, young = (make_proof(session, hr, claim) for _each in range(2))
    old.made_at -= timedelta(days=366 * 11)
    old.pdf_id = store(
        session, b"%PDF", name="p.pdf", media_type="application/pdf", purpose="t", owner_id=hr.id
    ).id
    stored, digest = session.get_one(StoredFile, old.pdf_id), old.digest
    hold = retention.place_hold(
        session, hr, employee_id=company.anna.id, from_day=None, until_day=None, reason="A suit"
    )

    assert let_go_of_proofs(session) == 0, "a legal hold covers it"
    retention.release_hold(session, hold, hr, "Settled.", expected_version=hold.version)
    assert (let_go_of_proofs(session), let_go_of_proofs(session)) == (1, 0)

    assert (old.rows, old.pdf_id, old.people_count, old.digest) == ([], None, 2, digest)
    assert stored.expires_at is not None
    assert young.rows
    session.commit()
    client.sign_in(company.hr)
    page = client.page(f"/archives/compliance/proofs/{old.id}")
    assert "Its years are over" in page.text
    assert "Anna" not in page.text
    assert client.get(f"/archives/compliance/proofs/{old.id}/xlsx").status_code == 404
