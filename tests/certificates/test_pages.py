"""The wall, one certificate, its PDF, and what strangers learn."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.counting import count_statements
from tests.factories.certificates import make_certificate
from tests.factories.people import make_department, make_employee
from training_platform.certificates import codes, documents, services
from training_platform.core import pdf
from training_platform.core.permissions import Right
from training_platform.people.viewer import viewer_of


@pytest.fixture
def holder(session):
    return make_employee(session, name="王小满", name_latin="Wang Xiaoman")


@pytest.fixture
def certificate(session, holder):
    made = make_certificate(session, holder)
    session.commit()
    return made


@pytest.fixture
def hr(session):
    return make_employee(session, rights=(Right.HR,))


def test_the_wall_shows_ones_own_certificates(client, session, holder, certificate):
    make_certificate(session, make_employee(session), title={"zh": "别人", "en": "Somebody's"})
    session.commit()
    client.sign_in(holder)

    page = client.page("/certificates/")

    assert "Customer Data Basics" in page.text
    assert "Somebody's" not in page.text


def test_an_empty_wall_says_the_next_step(client, holder, session):
    client.sign_in(holder)

    assert "No certificate yet" in client.page("/certificates/").text


def test_a_certificate_of_another_answers_as_an_unknown_one(client, session, certificate):
    client.sign_in(make_employee(session))

    other = codes.new_code()
    strange = client.get(f"/certificates/{certificate.code}")
    unknown = client.get(f"/certificates/{other}")

    assert strange.status_code == unknown.status_code == 404
    first, second = (each.data.partition(b"<main")[2] for each in (strange, unknown))
    assert first.partition(b"</main>")[0] == second.partition(b"</main>")[0] != b""


def test_only_heads_of_the_own_department_see_it(client, session, certificate, holder):
    other = make_department(session, code="OTHER")
    head = make_employee(session, rights=(Right.DEPARTMENT_HEAD,))
    head2 = make_employee(session, rights=(Right.DEPARTMENT_HEAD,), department=other)
    address = f"/certificates/{certificate.code}"

    client.sign_in(head)
    client.page(address)
    client.sign_in(head2)
    client.page(address, status=404)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pdf_says_it_in_both_languages(client, holder, certificate, lang):
    client.sign_in(holder)

    response = client.get(f"/certificates/{certificate.code}/{lang}.pdf")

    assert response.status_code == 200
    text = PdfReader(BytesIO(response.data)).pages[0].extract_text()
    for words in ("客户资料管理基础", "Customer Data Basics", "王小满", "Wang Xiaoman"):
        assert words in text
    assert certificate.code[:14] in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pdf_of_a_curriculum_speaks_of_a_curriculum(client, session, holder, lang):
    title = {"zh": "专员课程体系", "en": "Specialist Curriculum"}
    made = make_certificate(session, holder, "specialist", kind="curriculum", title=title)
    address = f"/certificates/{made.code}/{lang}.pdf"
    client.sign_in(holder)

    text = PdfReader(BytesIO(client.get(address).data)).pages[0].extract_text()

    assert "已完成下列课程体系的全部必修课程" in text
    assert "every required course of this curriculum" in text
    assert "completed this course" not in text


@pytest.mark.parametrize("address", ["/certificates/", "/certificates/{code}", "/certificates/all"])
def test_pages_need_few_statements(client, session, holder, hr, address):
    people = [holder, *(make_employee(session) for _number in range(20))]
    codes_ = [make_certificate(session, each).code for each in people]
    for number in range(20):
        make_certificate(session, holder, f"course-{number}")
    address = address.format(code=codes_[0])
    client.sign_in(hr if "all" in address else holder)

    assert count_statements(client, address) <= 12


def test_a_pdf_is_drawn_once(client, holder, certificate, monkeypatch):
    client.sign_in(holder)
    address = f"/certificates/{certificate.code}/zh.pdf"
    first = client.get(address).data

    monkeypatch.setattr(pdf, "render", None)  # drawing again would fail

    assert client.get(address).data == first


def test_the_address_with_a_language_works_too(client, holder, certificate):
    client.sign_in(holder)

    response = client.get(f"/certificates/{certificate.code}/pdf?lang=en")

    assert response.mimetype == "application/pdf"
    assert "Customer%20Data%20Basics" in response.headers["Content-Disposition"]


def test_without_pango_an_administrator_reads_the_command(
    client, session, certificate, holder, monkeypatch
):
    def fail(*_args, **_kwargs):
        raise pdf.PdfUnavailableError("Pango is missing", "apt-get install pango")

    monkeypatch.setattr(documents.pdf, "render", fail)
    address = f"/certificates/{certificate.code}/zh.pdf"

    client.sign_in(holder)
    page = client.page(address, status=503)
    assert "apt-get" not in page.text
    assert f"/certificates/{certificate.code}/print" in page.links()

    client.sign_in(make_employee(session, rights=(Right.ADMIN,)))
    assert "apt-get install pango" in client.page(address, status=503).text


def test_the_print_view_carries_the_address(client, holder, certificate):
    client.sign_in(holder)

    page = client.page(f"/certificates/{certificate.code}/print")

    assert f"/verify/{certificate.code}" in page.text


def test_hr_finds_and_revokes(client, session, certificate, hr):
    client.sign_in(hr)
    assert certificate.code in client.page("/certificates/all?q=wang+xiaoman").text
    assert certificate.code in client.page(f"/certificates/all?q={certificate.code[:9]}").text
    assert certificate.code not in client.page("/certificates/all?state=revoked").text
    address = f"/certificates/{certificate.code}/revoke"
    assert "cannot be undone" in client.page(address).text

    empty = client.post(address, data={"version": 1, "reason": ""})
    done = client.post(address, data={"version": 1, "reason": "Another person sat the quiz."})

    assert (empty.status_code, done.status_code) == (422, 303)
    page = client.page(f"/certificates/{certificate.code}")
    assert "Another person sat the quiz." in page.text
    assert client.get(f"/certificates/{certificate.code}/zh.pdf").status_code == 409


def test_a_stale_revocation_is_a_conflict(client, certificate, hr):
    client.sign_in(hr)

    response = client.post(
        f"/certificates/{certificate.code}/revoke", data={"version": 7, "reason": "Why"}
    )

    assert response.status_code == 409


def test_employees_may_not_list_all(client, holder):
    client.sign_in(holder)

    assert client.get("/certificates/all").status_code == 403


def test_a_stranger_reads_a_masked_name(client, certificate):
    page = client.page(f"/verify/{certificate.code}")

    assert page.h1 == "This certificate is genuine"
    assert "王*" in page.text
    assert "王小满" not in page.body
    assert "Xiaoman" not in page.body
    assert "客户资料管理基础" in page.text
    assert "Customer Data Basics" in page.text


def test_a_stranger_reads_that_it_expired(client, session, holder):
    made = make_certificate(session, holder, valid_until=date(2020, 1, 1))
    session.commit()

    assert client.page(f"/verify/{made.code}").h1 == "This certificate has expired"


def test_a_stranger_reads_that_it_was_revoked_but_not_why(client, session, certificate, hr):
    services.revoke(session, certificate, viewer_of(session, hr), "Secret reason", 1)
    session.commit()

    page = client.page(f"/verify/{certificate.code}")

    assert page.h1 == "This certificate was revoked"
    assert "Secret reason" not in page.body


def test_a_changed_character_is_named_as_the_fault(client, certificate):
    last = certificate.code[-1]
    wrong = certificate.code[:-1] + ("A" if last != "A" else "B")

    page = client.page(f"/verify/{wrong}", status=404)

    assert "check letter does not fit" in page.text


def test_a_whole_code_that_is_not_ours_is_refused(client):
    page = client.page(f"/verify/{codes.new_code()}", status=404)

    assert "We issued no certificate with this code." in page.text


def test_a_typed_code_may_be_sloppy(client, certificate):
    typed = certificate.code.lower().replace("-", " ")

    response = client.get("/verify/", query_string={"code": typed})

    assert response.status_code == 303
    assert response.location.endswith(f"/verify/{certificate.code}")


def test_the_form_asks_for_a_code(client):
    assert client.page("/verify/").h1 == "Verify a certificate"


def test_guessing_is_limited_by_network(client, certificate):
    for _number in range(30):
        assert client.get(f"/verify/{codes.new_code()}").status_code == 404

    limited = client.get(f"/verify/{certificate.code}")
    elsewhere = client.get(
        f"/verify/{certificate.code}", environ_base={"REMOTE_ADDR": "203.0.113.9"}
    )

    assert limited.status_code == 429
    assert int(limited.headers["Retry-After"]) <= 60
    assert elsewhere.status_code == 200


def test_the_persons_page_says_whether_she_was_certified_on_a_day(client, session, holder, hr):
    make_certificate(session, holder, valid_until=date(2099, 12, 31))
    session.commit()
    client.sign_in(hr)
    address = f"/records/people/{holder.id}"
    if (moved := client.get(address)).status_code in (301, 308):
        address = moved.location

    assert "Certified on 2099" in client.page(f"{address}?certified=2099-12-31").text
    assert "Not certified on" in client.page(f"{address}?certified=2020-01-01").text
    assert "Enter a day" in client.page(f"{address}?certified=soon").text
