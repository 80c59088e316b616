"""Corrections: asked for by the person, decided by two others, both versions shown."""

import io

import pytest

from tests.factories.people import make_department, make_employee
from tests.factories.records import make_correction, make_record
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.core.permissions import Right
from training_platform.notices.models import Notice
from training_platform.people.viewer import viewer_of
from training_platform.records import queries, services
from training_platform.records.corrections import services as corrections
from training_platform.records.corrections.models import RecordCorrection
from training_platform.records.corrections.rules import CorrectionState, Proposal
from training_platform.records.rules import Effect

REMARK = Proposal(Effect.VALUES, "In room 3", "Room was wrong", "Plan 4")
RESULT = Proposal(Effect.VALUES, "86 %", "Marked wrongly", "Protocol 12", {"percent": 86})
VOID = Proposal(Effect.VOID, "Not taken", "Wrong person", "Mail")


@pytest.fixture
def owner(session):
    return make_employee(session, department=make_department(session, "TEAM"))


@pytest.fixture
def hr(session):
    return make_employee(session, name="人事甲", rights=(Right.HR,))


@pytest.fixture
def second(session):
    return make_employee(session, name="人事乙", rights=(Right.HR,))


@pytest.fixture
def record(session, owner):
    return make_record(session, owner, "quiz_passed", "p", percent=80)


def propose(session, record, person, proposal=RESULT):
    return corrections.propose_correction(
        session, record, viewer_of(session, person), proposal, expected_count=0
    )


def approve(session, found, person):
    corrections.approve_correction(
        session, found, viewer_of(session, person), "", expected_version=found.version
    )


def notices_of(session, person):
    return {each.kind for each in session.query(Notice).filter_by(employee_id=person.id)}


def test_a_mere_remark_stands_at_once(session, record, hr):
    found = propose(session, record, hr, REMARK)

    assert found.state is CorrectionState.APPLIED
    assert services.count_corrections(session, record.id) == 1


@pytest.mark.parametrize(
    "proposal",
    [
        RESULT,
        VOID,
        Proposal(Effect.VALUES, "c", "r", "e", {"happened_on": "2020-02-03"}),
        Proposal(Effect.VALUES, "c", "r", "e", {"minutes": 90}),
    ],
)
def test_result_day_hours_and_void_wait_for_a_second_person(session, record, hr, proposal):
    found = propose(session, record, hr, proposal)

    assert found.state is CorrectionState.PROPOSED
    assert services.count_corrections(session, record.id) == 0


def test_whoever_proposed_does_not_decide(session, record, hr):
    found = propose(session, record, hr)

    with pytest.raises(NotPermittedError):
        approve(session, found, hr)


def test_nobody_corrects_the_own_record(session, hr, second):
    own = make_record(session, hr, "quiz_passed", "p", percent=80)

    with pytest.raises(NotPermittedError):
        propose(session, own, hr)
    found = propose(session, own, second)
    with pytest.raises(NotPermittedError):
        approve(session, found, hr)


def test_the_second_person_lets_it_stand_and_the_person_is_told(session, owner, record, hr, second):
    found = propose(session, record, hr)

    approve(session, found, second)

    assert found.state is CorrectionState.APPLIED
    assert "record_corrected" in notices_of(session, owner)
    assert "correction_waits" in notices_of(session, second)
    assert "correction_waits" not in notices_of(session, hr)


def test_the_head_of_the_department_may_be_the_second_person(session, owner, record, hr):
    head = make_employee(session, headed=owner.department)
    stranger = make_employee(session, headed=make_department(session, "OTHER"))
    found = propose(session, record, hr)

    with pytest.raises(NotPermittedError):
        approve(session, found, stranger)
    approve(session, found, head)

    assert found.state is CorrectionState.APPLIED


def test_two_at_once_decide_once(session, record, hr, second):
    found = propose(session, record, hr)
    seen = found.version
    approve(session, found, second)

    with pytest.raises(ConflictError):
        corrections.refuse_correction(
            session, found, viewer_of(session, second), "no", expected_version=seen
        )
    with pytest.raises(InvalidTransitionError):
        approve(session, found, second)


def test_a_record_waits_for_one_correction_at_a_time(session, record, hr, second):
    propose(session, record, hr)

    with pytest.raises(RuleError):
        propose(session, record, second)


def test_a_void_pass_tells_human_resources_of_its_certificate(session, owner, hr, second):
    passed = make_record(session, owner, "course_completed", "course")
    make_record(session, owner, "certificate_issued", "course", code="C1", href="/certificates/C1")
    found = propose(session, passed, hr, VOID)

    approve(session, found, second)

    assert queries.subjects_with(session, owner.id, "course_completed") == set()
    assert queries.subjects_with(session, owner.id, "certificate_issued") == {"course"}
    assert "certificate_rests_on_void" in notices_of(session, hr)


@pytest.mark.parametrize(
    "values", [{"percent": 101}, {"minutes": 0}, {"happened_on": "2999-01-01"}]
)
def test_what_cannot_be_is_refused(session, record, hr, values):
    with pytest.raises(RuleError):
        propose(session, record, hr, Proposal(Effect.VALUES, "c", "r", "e", values))


def test_an_employee_asks_and_two_others_decide(client, session, owner, record, hr, second):
    ident = record.id
    session.commit()
    client.sign_in(owner)
    asked = client.post(
        f"/records/corrections/request/{ident}",
        data={
            "changes": "86 %",
            "reason": "One answer counts",
            "evidence": "Protocol 12",
            "file": (io.BytesIO(b"%PDF-1.7 x"), "protocol.pdf"),
        },
    )
    assert asked.status_code == 303
    address = asked.location
    client.sign_in(hr)
    assert "Correction asked for" in client.page("/records/corrections/").text
    assert client.get(f"{address}/evidence").data == b"%PDF-1.7 x"
    proposal = {
        "version": 1,
        "effect": "values",
        "percent": 86,
        "changes": "86 %",
        "reason": "Marked wrongly",
        "evidence": "Protocol 12",
    }
    assert client.post(f"{address}/propose", data=proposal).status_code == 303
    assert "Another person decides" in client.page(f"{address}/decide").text
    client.sign_in(second)
    decided = client.post(f"{address}/decide", data={"version": 2, "verdict": "approve"})
    assert decided.status_code == 303

    client.sign_in(owner)
    page = client.page("/records/")

    assert [each.text_content() for each in page.select("//del")][:1] == ["80 %"]
    assert page.select("//ins")[0].text_content() == "86 %"
    for words in ("By 人事甲; the first record stays.", "Checked by 人事乙.", "Open the evidence"):
        assert words in page.text


def test_a_refusal_needs_a_reason_that_the_person_reads(client, session, owner, hr, record):
    found = corrections.request_correction(session, record, viewer_of(session, owner), REMARK)
    address = f"/records/corrections/{found.id}"
    session.commit()
    client.sign_in(hr)

    assert client.post(f"{address}/refuse", data={"version": 1, "note": ""}).status_code == 422
    refused = client.post(f"{address}/refuse", data={"version": 1, "note": "The list says 80 %."})

    assert refused.status_code == 303
    client.sign_in(owner)
    assert "The list says 80 %." in client.page(address).text


def test_nobody_asks_for_anothers_record(client, session, record, hr):
    ident = record.id
    session.commit()
    client.sign_in(hr)

    assert client.get(f"/records/corrections/request/{ident}").status_code == 404


@pytest.mark.parametrize(
    ("name", "data"),
    [("x.exe", b"MZ"), ("x.pdf", b"<html>"), ("x.xlsm", b"PK\x03\x04"), ("x.svg", b"<svg>")],
)
def test_evidence_is_a_paper_and_nothing_else(client, session, owner, record, name, data):
    ident = record.id
    session.commit()
    client.sign_in(owner)

    answer = client.post(
        f"/records/corrections/request/{ident}",
        data={
            "changes": "c",
            "reason": "r",
            "evidence": "e",
            "file": (io.BytesIO(data), name),
        },
    )

    assert answer.status_code == 422
    assert b"Choose a PDF, Office, text or picture file." in answer.data
    assert session.query(RecordCorrection).count() == 0


def test_a_withdrawn_request_leaves_the_record_as_it_is(session, owner, record):
    actor = viewer_of(session, owner)
    found = corrections.request_correction(session, record, actor, REMARK)

    corrections.withdraw_correction(session, found, actor, expected_version=found.version)

    assert found.state is CorrectionState.WITHDRAWN
    assert services.count_corrections(session, record.id) == 0


def test_a_stranger_finds_no_correction(client, session, owner):
    found = make_correction(session, owner)
    address = f"/records/corrections/{found.id}"
    stranger = make_employee(session)
    session.commit()
    client.sign_in(stranger)

    assert client.get(address).status_code == 404
    assert client.get("/records/corrections/").status_code == 403


def test_what_rests_on_a_corrected_result_reads_the_right_value(session, owner, record, hr, second):
    make_record(session, owner, "quiz_passed", "p", percent=70, source="t:later")
    for percent in (86, 91):
        wanted = Proposal(Effect.VALUES, "Right", "Wrong", "Protocol", {"percent": percent})
        count = services.count_corrections(session, record.id)
        found = corrections.propose_correction(
            session, record, viewer_of(session, hr), wanted, expected_count=count
        )
        approve(session, found, second)

    said = queries.values_of(session, owner.id, "quiz_passed", "p")

    assert [values["percent"] for values in said] == [91, 70]
    assert record.value.data["percent"] == 80  # the record itself is never changed
