"""The signed file with its badge, what strangers learn from it, and batches. Drawn once."""

import copy
import io
import json

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.factories.certificates import make_certificate
from tests.factories.curricula import make_course
from tests.factories.people import make_employee
from tests.page import Page
from training_platform.certificates import badges, batches, documents, services
from training_platform.certificates.jobs import issue_part
from training_platform.certificates.models import Certificate
from training_platform.core import authority, clock, pdf, signing
from training_platform.core.errors import NotPermittedError, RuleError
from training_platform.core.jobs import Job, JobContext
from training_platform.core.permissions import Right
from training_platform.curricula.models import CourseProgress
from training_platform.people.viewer import viewer_of

#: The second opinion on badges; there is none ready-made for Macs with Intel processors.
ob3 = pytest.importorskip("openbadgeslib.ob3")

_kept: dict[str, bytes] = {}


@pytest.fixture
def certificate(session):
    made = make_certificate(session, make_employee(session, name="王小满"))
    session.commit()
    return made


@pytest.fixture(autouse=True)
def _draw_one_page_for_all(monkeypatch):
    """Draw one certificate in this module; what is signed around it is each test's own."""
    draw = pdf.render

    def once(html, **options):
        if "page" not in _kept:
            _kept["page"] = draw(html, **options)
        return _kept["page"]

    monkeypatch.setattr(documents.pdf, "render", once)


def file_of(certificate):
    return documents.render(documents.values_of(certificate, "zh"))


def upload(client, data, name="certificate.pdf"):
    return client.post("/verify/", data={"file": (io.BytesIO(data), name)})


def test_the_file_is_small_and_carries_the_badge(session, certificate):
    data = file_of(certificate)

    attached = PdfReader(io.BytesIO(data)).attachments[documents.BADGE_NAME][0]
    assert json.loads(attached)["id"].endswith(f"/verify/{certificate.code}/badge.json")
    assert len(data) <= 110_000


def test_the_file_is_the_same_after_the_kept_one_is_gone(session, certificate):
    first = file_of(certificate)
    for each in documents.folder().iterdir():
        each.unlink()

    assert file_of(certificate) == first


def test_an_independent_program_verifies_the_badge_and_refuses_a_changed_one(session, certificate):
    badge = badges.credential(documents.values_of(certificate, "zh"))
    changed = copy.deepcopy(badge)
    changed["credentialSubject"]["achievement"]["name"] = "Another course"

    verifier = ob3.OB3LdpVerifier.for_issuer_did(badge["issuer"]["id"])
    verifier.verify(badge)
    with pytest.raises(ob3.OB3VerificationError):
        verifier.verify(changed)


def test_the_badge_does_not_tell_the_holders_name(client, session, certificate):
    response = client.get(f"/verify/{certificate.code}/badge.json")

    assert response.mimetype == "application/ld+json"
    assert "王小满" not in response.text
    assert certificate.employee.email not in response.text
    other = "Y" if certificate.code.endswith("X") else "X"
    assert client.get(f"/verify/{certificate.code[:-1]}{other}/badge.json").status_code == 404


def test_nothing_is_fetched_for_a_badge():
    with pytest.raises(ValueError, match="nothing is fetched"):
        badges._load("https://example.org/context.json")


def test_a_stranger_learns_what_a_genuine_file_proves(client, session, certificate):
    page = Page(upload(client, file_of(certificate)))

    assert page.h1 == "The file is genuine"
    assert "Signed by us and unchanged" in page.text
    assert certificate.code in page.text
    assert "王小满" not in page.body


def test_a_genuine_file_of_a_revoked_certificate_says_so(client, session, certificate):
    data = file_of(certificate)
    hr = viewer_of(session, make_employee(session, rights=(Right.HR,)))
    services.revoke(session, certificate, hr, "Secret reason", certificate.version)
    session.commit()

    page = Page(upload(client, data))

    assert "It does not count." in page.text
    assert "Secret reason" not in page.body


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: data.replace(b"%%EOF", b"%%E0F", 1), "The file was changed"),
        (lambda _data: _kept["page"], "The file is not signed"),
        (lambda _data: b"GIF89a", "The file is no PDF"),
        (lambda _data: b"%PDF-" + b" " * 200_000, "The file is too large"),
    ],
)
def test_every_other_file_gets_a_clear_answer(
    client, session, certificate, change, says, monkeypatch
):
    monkeypatch.setattr(signing, "MOST_BYTES", 200_000)  # larger ones go through the disk

    assert Page(upload(client, change(file_of(certificate)))).h1 == says


def test_no_file_is_asked_for_beside_the_field(client, session):
    response = client.post("/verify/", data={})

    assert response.status_code == 422
    assert "Choose a file first." in response.text


def test_files_count_against_the_same_limit_as_codes(client, session):
    for _number in range(30):
        upload(client, b"GIF89a")

    assert upload(client, b"GIF89a").status_code == 429


def test_anybody_gets_the_root_certificate(client, session):
    response = client.get("/verify/authority.pem")

    assert response.text == authority.current().root_pem
    assert "PRIVATE" not in response.text


@pytest.fixture
def trainer(session):
    return viewer_of(session, make_employee(session, rights=(Right.TRAINER,)))


@pytest.fixture
def finished(session):
    """Three people who completed a course without a certificate; a fourth has not."""
    course = make_course(session, "batch-course")
    people = [make_employee(session) for _number in range(4)]
    for number, each in enumerate(people):
        session.add(
            CourseProgress(
                employee_id=each.id,
                course_id=course.id,
                last_at=clock.now(),
                completed_at=clock.now() if number < 3 else None,
            )
        )
    session.commit()
    return people


def run(session, batch):
    parts = session.scalars(select(Job.payload).where(Job.name == batches.ISSUE_PART)).all()
    session.commit()
    for each in parts:
        issue_part(JobContext(0), each)


def test_a_batch_issues_each_once_however_often_it_runs(session, finished, trainer):
    batch = batches.start_batch(session, batches.Scope("batch-course"), trainer)
    run(session, batch)
    run(session, batch)

    holders = session.scalars(select(Certificate.employee_id).order_by(Certificate.id)).all()
    assert holders == [each.id for each in finished[:3]]


def test_the_preview_says_what_a_batch_does_and_changes_nothing(client, session, finished, trainer):
    numbers = " ".join(each.staff_number for each in finished)
    client.sign_in(trainer)
    address = f"/certificates/batches/new?course=batch-course&numbers={numbers},T99999"

    page = client.page(address)

    assert "Issue 3 certificates" in page.text
    assert "T99999" in page.text
    assert session.scalars(select(Certificate)).all() == []


def test_a_batch_is_begun_once_and_shows_how_far_it_is(client, session, finished, trainer):
    client.sign_in(trainer)
    form = {"course": "batch-course", "once": "one-token"}
    first = client.post("/certificates/batches/new", data=form)
    second = client.post("/certificates/batches/new", data=form)

    assert (first.status_code, first.location) == (303, second.location)
    page = client.page(first.location)
    assert "Issuing and signing" in page.text
    assert "batch" in client.page("/certificates/batches").body


def test_nobody_ready_is_said(session, finished, trainer):
    with pytest.raises(RuleError):
        batches.start_batch(session, batches.Scope("batch-course", staff_numbers=("X1",)), trainer)


def test_an_employee_may_not_issue(session, finished):
    with pytest.raises(NotPermittedError):
        batches.start_batch(
            session, batches.Scope("batch-course"), viewer_of(session, make_employee(session))
        )


def test_a_page_says_who_was_certified_on_a_day(client, session, certificate):
    client.sign_in(certificate.employee)
    today = clock.today().isoformat()

    assert (
        f"Certified on {today}" in client.page(f"/certificates/{certificate.code}?on={today}").text
    )
    before = client.page(f"/certificates/{certificate.code}?on=2020-01-01").text
    assert "Not certified on 2020-01-01" in before
    assert "Enter a day" in client.page(f"/certificates/{certificate.code}?on=soon").text


def test_the_wall_hangs_what_is_over_apart(client, session, certificate):
    holder = certificate.employee
    certificate.valid_until = clock.today().replace(year=clock.today().year - 1)
    client.sign_in(holder)

    assert "Earlier certificates" in client.page("/certificates/").text
