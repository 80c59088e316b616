"""The pages of external training, as owner, head, leader and HR use them."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.factories.external_training import (
    first_day,
    make_at,
    make_budget,
    make_draft,
    make_office,
    make_provider,
)
from training_platform.core import clock
from training_platform.external_training.models import (
    ApprovalDelegation,
    ExternalTrainingApplication,
    ExternalTrainingReport,
    TrainingBudget,
)
from training_platform.external_training.rules import State
from training_platform.people.models import Employee

AREA = "/external-training/"
OWNERS = ("", "new", "inbox", "library", "providers")
OVERSEERS = ("all", "budgets", "delegations")
OFFICES = ("policy", "exceptions", "providers/new", "budgets/grant")


@pytest.fixture
def ids(session):
    """The ids of everybody, and a budget."""
    office = make_office(session)
    found = {name: each.id for name, each in office.items()}
    found["budget"] = make_budget(session, office["head"].department).id
    found["provider"] = make_provider(session).id
    session.commit()
    return found


@pytest.fixture
def at(session, ids):
    """Return a function that brings an application to a state."""

    def make(state, **changes):
        office = {name: session.get(Employee, ids[name]) for name in ("owner", "head", "leader")}
        made = make_at(session, office, state, **changes).id
        session.commit()
        session.expunge_all()
        return made

    return make


@pytest.fixture
def sign_in(session, client, ids):
    def enter(name):
        client.sign_in(session.get_one(Employee, ids[name]))
        session.rollback()

    return enter


def look(session, ident):
    session.rollback()
    session.expire_all()
    return session.get_one(ExternalTrainingApplication, ident)


def test_every_list_can_be_read(client, sign_in, at, ids):
    ident = at(State.CLOSED)
    sign_in("hr")
    for page in (*OWNERS, *OVERSEERS, *OFFICES):
        client.page(AREA + page)
    for page in (f"library/{ident}", f"providers/{ids['provider']}", f"budgets/{ids['budget']}"):
        client.page(AREA + page)
    client.page(f"{AREA}providers/{ids['provider']}/edit")
    client.page(f"{AREA}budgets/{ids['budget']}/transfer")


PAGES = {
    State.NOMINATED: ("", "/nomination"),
    State.DRAFT: ("", "/edit/what", "/edit/cost", "/edit/why", "/files", "/check", "/do/withdraw"),
    State.IN_APPROVAL: ("", "/do/take-back"),
    State.RETURNED: ("", "/edit/what", "/check"),
    State.APPROVED: ("", "/do/cancel", "/files"),
    State.ATTENDED: ("", "/report", "/sharing", "/do/correct"),
    State.REPORT_DUE: ("", "/report", "/sharing"),
    State.CLOSED: ("", "/report", "/follow-up", "/sharing"),
}


@pytest.mark.parametrize("state", PAGES, ids=str)
def test_its_owner_reads_every_page_of_a_state(client, sign_in, at, state):
    ident = at(state)
    sign_in("owner")

    for page in PAGES[state]:
        client.page(f"{AREA}{ident}{page}")
    client.page(AREA)


def test_a_draft_is_filled_in_checked_and_sent(client, sign_in, session, ids):
    sign_in("owner")
    begun = client.post(f"{AREA}new", data={"title": "研讨会", "kind": "seminar"})
    ident = int(begun.location.split("/")[-3])
    what = {
        "title": "研讨会",
        "kind": "seminar",
        "content": "Data.",
        "provider_id": str(ids["provider"]),
        "starts_on": first_day().isoformat(),
        "ends_on": first_day().isoformat(),
        "hours": "6.5",
        "place": "上海",
    }
    parts = {
        "what": what,
        "cost": {"fee_amount": "3,800.50"},
        "why": {"reason": "Because.", "use_plan": "Weekly."},
    }
    for part, data in parts.items():
        version = look(session, ident).version
        session.rollback()
        sent = client.post(f"{AREA}{ident}/edit/{part}", data={**data, "version": version})
        assert sent.status_code == 303
    version = look(session, ident).version
    session.rollback()
    assert client.post(f"{AREA}{ident}/check", data={"version": version}).status_code == 303

    made = look(session, ident)
    assert (made.state, str(made.total), made.minutes) == (State.IN_APPROVAL, "3800.50", 390)


def test_what_is_typed_is_kept_while_it_is_typed(client, sign_in, session, at):
    ident = at(State.DRAFT)
    sign_in("owner")
    version = look(session, ident).version
    session.rollback()
    kept = client.post(
        f"{AREA}{ident}/edit/why/draft", data={"reason": "Half a sen", "version": version}
    )

    assert kept.json["version"] == version + 1
    assert look(session, ident).reason == "Half a sen"


def test_reversed_dates_are_refused_beside_their_field(client, sign_in, session, at):
    ident = at(State.DRAFT)
    sign_in("owner")
    version = look(session, ident).version
    session.rollback()
    data = {"title": "T", "kind": "course", "starts_on": "2026-12-09", "ends_on": "2026-12-08"}
    page = client.post(f"{AREA}{ident}/edit/what", data={**data, "version": version})

    assert page.status_code == 422
    assert 'id="ends_on-error"' in page.text
    assert "2026-12-09" in page.text


def test_costs_that_cannot_be_are_refused_beside_their_field_and_all_is_kept(
    client, sign_in, session, at
):
    ident = at(State.DRAFT)
    before = look(session, ident)
    version, fee = before.version, before.fee_amount
    session.rollback()
    sign_in("owner")

    for wrong in ("-1", "1000000.01", "1e9", "0.001", "NaN", "Infinity", "a lot", "9" * 5000):
        data = {"fee_amount": wrong, "travel_amount": "321.50", "lodging_amount": ""}
        address = f"{AREA}{ident}/edit/cost"
        page = client.post(address, data={**data, "version": version})
        draft = client.post(f"{address}/draft", data={**data, "version": version})

        assert (page.status_code, draft.status_code) == (422, 422), wrong[:20]
        assert [*draft.get_json()["errors"]] == ["fee_amount"], wrong[:20]
        assert 'id="fee_amount-error"' in page.text, wrong[:20]
        assert 'id="travel_amount-error"' not in page.text
        assert f'value="{wrong}"' in page.text, wrong[:20]
        assert 'value="321.50"' in page.text
    kept = look(session, ident)
    assert (kept.version, kept.fee_amount) == (version, fee)


@pytest.mark.parametrize(
    ("state", "page"), [(State.DRAFT, "edit/cost"), (State.APPROVED, "attend")]
)
def test_several_wrong_costs_are_named_at_once(client, sign_in, session, at, state, page):
    ident = at(state)
    sign_in("owner")
    wrong = {"fee_amount": "-1", "travel_amount": "0.001", "lodging_amount": "2000000"}

    told = client.post(f"{AREA}{ident}/{page}", data=wrong | {"version": 1, "hours": "8"})

    assert told.status_code == 422
    assert [name for name in wrong if f'id="{name}-error"' in told.text] == list(wrong)


def test_reversed_days_are_named_together_with_whatever_else_is_wrong(client, sign_in, at):
    ident = at(State.DRAFT)
    wrong = {"starts_on": "2027-03-05", "ends_on": "2027-03-01", "hours": "-4", "version": 1}
    sign_in("owner")

    told = client.post(f"{AREA}{ident}/edit/what", data=wrong | {"title": "", "kind": "course"})

    assert told.status_code == 422
    for name in ("title", "ends_on", "hours"):
        assert f'id="{name}-error"' in told.text, name
    sign_in("head")
    told = client.post(f"{AREA}delegations", data=wrong | {"delegate": ""})
    assert told.status_code == 422
    for name in ("delegate", "ends_on"):
        assert f'id="{name}-error"' in told.text, name


def test_forty_pages_are_refused_beside_their_field_and_all_is_kept(client, sign_in, session, at):
    draft, report = at(State.DRAFT), at(State.REPORT_DUE)
    long = "字" * 40_000
    sign_in("owner")

    for ident, page_of, field, more in (
        (draft, "edit/what", "content", {"title": "T", "kind": "course"}),
        (draft, "edit/why", "reason", {"use_plan": "Half a plan"}),
        (report, "report", "learned", {"use_at_work": "Half a plan", "act": "hand_in"}),
    ):
        version = 0 if page_of == "report" else look(session, ident).version
        session.rollback()
        data = {field: long, "version": version, **more}
        page = client.post(f"{AREA}{ident}/{page_of}", data=data)

        assert page.status_code == 422, page_of
        assert f'id="{field}-error"' in page.text, page_of
        assert long in page.text, page_of
        assert more.get("use_plan", more.get("use_at_work", "T")) in page.text
    session.rollback()
    assert session.get(ExternalTrainingReport, report) is None
    assert look(session, draft).reason != long


def test_an_approver_decides_with_budget_and_conflicts_in_view(client, sign_in, session, at, ids):
    ident = at(State.IN_APPROVAL)
    at(State.IN_APPROVAL, title="Same days")
    sign_in("head")
    page = client.page(f"{AREA}{ident}/decision")
    assert "¥20,000.00" in page.text
    assert "Same days" in page.text
    version = look(session, ident).version
    session.rollback()
    data = {"decision": "returned", "note": "Which days?", "version": version}
    assert client.post(f"{AREA}{ident}/decision", data=data).status_code == 303

    assert look(session, ident).state is State.RETURNED


def test_a_refusal_without_a_reason_is_asked_for_one(client, sign_in, session, at):
    ident = at(State.IN_APPROVAL)
    sign_in("head")
    version = look(session, ident).version
    session.rollback()
    page = client.post(f"{AREA}{ident}/decision", data={"decision": "refused", "version": version})

    assert page.status_code == 422
    assert 'id="note-error"' in page.text


def test_several_are_approved_at_once(client, sign_in, session, at):
    first, second = at(State.IN_APPROVAL), at(State.IN_APPROVAL)
    sign_in("head")
    client.page(f"{AREA}inbox")
    chosen = [f"{ident}:{look(session, ident).version}" for ident in (first, second)]
    session.rollback()
    client.post(f"{AREA}inbox", data={"chosen": chosen})

    for ident in (first, second):
        assert look(session, ident).current_steps[0].decision is not None


def test_a_mails_link_leads_on_after_the_decision(client, sign_in, at):
    ident = at(State.APPROVED)
    sign_in("head")

    assert client.get(f"{AREA}{ident}/decision").status_code == 303


def test_a_mails_link_comes_back_after_sign_in(client, at):
    ident = at(State.IN_APPROVAL)
    found = client.get(f"{AREA}{ident}/decision")

    assert f"%2F{ident}%2Fdecision" in found.location or f"/{ident}/decision" in found.location


def test_attendance_takes_a_proof_and_costs(client, sign_in, session, at):
    ident = at(State.APPROVED)
    made = look(session, ident)
    made.starts_on = clock.today() - timedelta(days=1)
    session.commit()
    version = look(session, ident).version
    session.rollback()
    sign_in("owner")
    data = {
        "hours": "16",
        "fee_amount": "3000",
        "purpose": "proof",
        "version": version,
        "file": (io.BytesIO(b"%PDF-1.7"), "../../证明.pdf"),
    }
    assert client.post(f"{AREA}{ident}/attend", data=data).status_code == 303

    assert look(session, ident).state is State.ATTENDED


@pytest.mark.parametrize("name", ["proof.exe", "macro.xlsm", "fake.pdf"])
def test_a_hostile_file_is_refused(client, sign_in, at, name):
    ident = at(State.DRAFT)
    sign_in("owner")
    data = {"file": (io.BytesIO(b"MZ..."), name)}

    assert client.post(f"{AREA}{ident}/files", data=data).status_code == 422


def test_head_accepts_the_report(client, sign_in, session, at):
    ident = at(State.REPORT_IN)
    sign_in("head")
    client.page(f"{AREA}{ident}/report")
    version = look(session, ident).version
    session.rollback()
    client.post(f"{AREA}{ident}/report/accept", data={"version": version})

    assert look(session, ident).state is State.CLOSED


def test_a_report_needs_its_ratings(client, sign_in, session, at):
    ident = at(State.REPORT_DUE)
    sign_in("owner")
    data = {"learned": "a", "use_at_work": "b", "recommendation": "c", "version": 0}
    page = client.post(f"{AREA}{ident}/report", data={**data, "act": "hand_in"})

    assert page.status_code == 422
    session.rollback()
    assert session.get(ExternalTrainingReport, ident) is None


def test_a_head_confirms_proof_and_costs(client, sign_in, session, at, ids):
    ident = at(State.ATTENDED)
    sign_in("head")
    client.page(f"{AREA}{ident}/confirm")
    version = look(session, ident).version
    session.rollback()
    client.post(f"{AREA}{ident}/confirm", data={"version": version})

    assert str(session.get_one(TrainingBudget, ids["budget"]).spent_amount) == "3500.00"


def test_another_head_can_infer_nothing(client, sign_in, at, ids):
    ident = at(State.IN_APPROVAL, title="MARKER")
    sign_in("head2")

    for page in ("", "all", "all?q=marker", "inbox", "budgets", "library", "providers"):
        assert "MARKER" not in client.get(AREA + page).text.replace("q=marker", "")
    for page in (f"{ident}", f"{ident}/decision", f"{ident}/report", f"budgets/{ids['budget']}"):
        assert client.get(AREA + page).status_code == 404


def test_hr_sets_rules_budgets_and_exceptions(client, sign_in, session, ids, at):
    draft = at(State.DRAFT)
    sign_in("hr")
    client.page(f"{AREA}policy")
    days = dict.fromkeys(
        ("report_days", "sharing_days", "follow_up_days", "remind_days", "escalate_days"), "7"
    )
    chain = {"role_1": "department_head", "role_2": "hr", "least_amount_2": "5,000"}
    saved = client.post(f"{AREA}policy", data={**days, **chain, "version": 1})
    assert saved.status_code == 303
    sign_in("owner")
    steps = "Review by the department head. No payment"
    assert steps in client.page(f"{AREA}{draft}/check").text
    assert look(session, draft).total < 5000
    sign_in("hr")
    moved = client.post(
        f"{AREA}budgets/{ids['budget']}/transfer", data={"target_id": "1", "amount": "1"}
    )
    assert moved.status_code == 422
    name = session.get_one(Employee, ids["owner"]).staff_number
    session.rollback()
    until = clock.today().isoformat()
    made = client.post(
        f"{AREA}exceptions", data={"employee": name, "ends_on": until, "reason": "Ill."}
    )
    assert made.status_code == 303


def test_a_head_delegates_and_ends_it(client, sign_in, session, ids):
    sign_in("head")
    name = session.get_one(Employee, ids["colleague"]).staff_number
    session.rollback()
    day = clock.today().isoformat()
    client.post(f"{AREA}delegations", data={"delegate": name, "starts_on": day, "ends_on": day})
    given = session.scalars(select(ApprovalDelegation.id)).one()
    session.rollback()
    assert f"{given}/revoke" in client.page(f"{AREA}delegations").body
    session.get_one(ApprovalDelegation, given).ends_on -= timedelta(days=1)
    session.get_one(ApprovalDelegation, given).starts_on -= timedelta(days=1)
    session.commit()
    assert f"{given}/revoke" not in client.page(f"{AREA}delegations").body
    client.post(f"{AREA}delegations/{given}/revoke")

    assert session.get_one(ApprovalDelegation, given).revoked_at is not None


@pytest.mark.parametrize(
    ("lang", "heading"), [("zh", "外部培训申请表"), ("en", "External training")]
)
def test_the_form_is_printed_in_both_languages(client, sign_in, at, lang, heading):
    ident = at(State.APPROVED)
    sign_in("owner")
    sent = client.get(f"{AREA}{ident}/form/{lang}.pdf")

    assert sent.status_code == 200
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(sent.data)).pages)
    assert heading in text
    assert "客户数据分析师认证班" in text


def test_an_application_is_copied(client, sign_in, session, at):
    ident = at(State.IN_APPROVAL)
    sign_in("owner")
    led = client.post(f"{AREA}{ident}/copy").location
    copied = look(session, int(led.split("/")[-3]))

    assert (copied.state, copied.copied_from_id, str(copied.total)) == (
        State.DRAFT,
        ident,
        "3500.00",
    )


def test_a_draft_lacks_what_is_missing(client, sign_in, session, ids):
    made = make_draft(session, session.get_one(Employee, ids["owner"]), reason="")
    ident = made.id
    session.commit()
    sign_in("owner")

    assert "/edit/why#reason" in client.get(f"{AREA}{ident}/check").text
