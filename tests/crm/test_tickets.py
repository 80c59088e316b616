"""The service desk: a ticket from its arrival to the survey."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.crm.dataset import service as dataset
from training_platform.crm.models import Article, CrmEvent, Customer, Order, Seller, Ticket
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules import tickets as rules
from training_platform.crm.rules.calendar import add_working_minutes
from training_platform.crm.services import clock, entry, records, tickets
from training_platform.crm.services.sla import level_of


@pytest.fixture
def customer(desk) -> Customer:
    return records.create_record(
        desk, Customer, {"name": "云岫机械有限公司", "owner_id": desk.seller.id}
    )


def make_vip(desk, customer: Customer) -> None:
    values = {
        "customer_id": customer.id,
        "ordered_at": desk.now - timedelta(days=30),
        "paid_at": desk.now - timedelta(days=20),
        "amount": Decimal("500000.00"),
        "status": "paid",
    }
    records.create_record(desk, Order, values)


def arrive(desk, customer: Customer, **raw: str) -> Ticket:
    """A ticket as somebody types it in."""
    given = {
        "customer_id": str(customer.id),
        "subject": "输送带异响",
        "channel": "phone",
        "category": "repair",
        "severity": "high",
        **raw,
    }
    made = entry.create_entry(desk, ENTITIES["ticket"], given)
    assert isinstance(made, Ticket)
    return made


def taken(desk, customer: Customer, **raw: str) -> Ticket:
    """A ticket that the seller has taken."""
    ticket = arrive(desk, customer, **raw)
    return tickets.assign_ticket(desk, ticket, desk.seller.id, "我来", ticket.version)


def kinds_of(desk, ticket: Ticket) -> list[str]:
    return [step.kind for step in tickets.steps_of(desk, ticket)]


# ---- Arrival -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "severity", "priority"),
    [
        ("vip", "high", "urgent"),
        ("vip", "low", "medium"),
        ("key", "high", "high"),
        ("key", "medium", "medium"),
        ("regular", "low", "low"),
    ],
)
def test_priority_follows_from_tier_and_severity(tier, severity, priority):
    assert rules.priority_of(tier, severity) == priority


def test_dataset_gives_the_same_priorities():
    assert dataset.PRIORITIES == rules.PRIORITIES


def test_new_ticket_keeps_the_tier_of_its_arrival_and_has_its_due_times(desk, customer):
    make_vip(desk, customer)
    ticket = arrive(desk, customer)
    level = level_of(desk, "ticket", "vip", "urgent")

    assert (ticket.tier_at_creation, ticket.priority, ticket.status) == ("vip", "urgent", "new")
    assert ticket.owner_id is None
    assert ticket.response_due_at == add_working_minutes(desk.now, level.response_minutes)
    assert ticket.resolve_due_at == add_working_minutes(desk.now, level.resolve_minutes)
    assert kinds_of(desk, ticket) == ["received"]


# ---- Assigning -----------------------------------------------------------------------------------


def seller_of(desk, role: str) -> Seller:
    return desk.session.scalars(
        select(Seller).where(Seller.role == role).order_by(Seller.id).limit(1)
    ).one()


def test_ticket_of_a_vip_goes_to_a_senior_agent_or_says_why_not(desk, customer):
    make_vip(desk, customer)
    ticket = arrive(desk, customer)
    with pytest.raises(RuleError, match="senior agent") as refused:
        tickets.assign_ticket(desk, ticket, desk.seller.id, " ", ticket.version)
    assert refused.value.field == "reason"

    senior = seller_of(desk, "senior_agent")
    ticket = tickets.assign_ticket(desk, ticket, senior.id, "", ticket.version)
    assert (ticket.owner_id, ticket.status) == (senior.id, "assigned")
    assert kinds_of(desk, ticket) == ["received", "assigned"]


def test_reason_of_an_assignment_is_kept(desk, customer):
    make_vip(desk, customer)
    taken(desk, customer)

    event = desk.session.scalars(select(CrmEvent).where(CrmEvent.act == "ticket_assign")).one()
    assert event.context["reason"] == "我来"


def test_ticket_of_somebody_else_is_not_hers_to_work_on(desk, customer):
    ticket = arrive(desk, customer)
    ticket = tickets.assign_ticket(desk, ticket, 9, "", ticket.version)

    with pytest.raises(NotPermittedError):
        tickets.assign_ticket(desk, ticket, desk.seller.id, "", ticket.version)
    with pytest.raises(NotPermittedError):
        tickets.log_step(desk, ticket, {"kind": "note", "text": "看看"}, ticket.version)


# ---- Working ----------------------------------------------------------------------------------


def test_first_reply_is_the_first_response(desk, customer):
    ticket = taken(desk, customer)
    assert ticket.first_responded_at is None
    ticket = tickets.log_step(
        desk, ticket, {"kind": "replied", "text": "已联系", "is_waiting": "1"}, ticket.version
    )

    assert ticket.first_responded_at == desk.now
    assert ticket.status == "waiting"


@pytest.mark.parametrize(
    ("raw", "field"),
    [({"kind": "closed", "text": "x"}, "kind"), ({"kind": "replied", "text": " "}, "text")],
)
def test_step_needs_its_kind_and_its_text(desk, customer, raw, field):
    ticket = taken(desk, customer)

    with pytest.raises(RuleError) as refused:
        tickets.log_step(desk, ticket, raw, ticket.version)
    assert refused.value.field == field


def test_change_of_data_waits_for_the_identity(desk, customer):
    ticket = taken(desk, customer, category="data_change")
    with pytest.raises(RuleError, match="who is asking"):
        tickets.solve_ticket(desk, ticket, "已改地址", ticket.version)

    given = {"kind": "identity_checked", "text": "回拨登记号码核实"}
    ticket = tickets.log_step(desk, ticket, given, ticket.version)
    assert tickets.solve_ticket(desk, ticket, "已改地址", ticket.version).status == "resolved"


def test_ticket_closes_with_solution_and_survey_only(desk, customer):
    ticket = taken(desk, customer)
    with pytest.raises(RuleError, match="V16"):
        tickets.solve_ticket(desk, ticket, "  ", ticket.version)
    with pytest.raises(InvalidTransitionError):
        tickets.close_ticket(desk, ticket, ticket.version)
    ticket = tickets.solve_ticket(desk, ticket, "更换托辊轴承", ticket.version)
    with pytest.raises(RuleError, match="V16"):
        tickets.close_ticket(desk, ticket, ticket.version)

    tickets.send_survey(desk, ticket, ticket.version)
    ticket = tickets.close_ticket(desk, ticket, ticket.version)
    assert (ticket.status, ticket.closed_at) == ("closed", desk.now)


@pytest.mark.parametrize("is_closed", [True, False])
def test_solution_of_a_solved_ticket_is_not_taken_away(desk, customer, is_closed):
    ticket = taken(desk, customer)
    ticket = tickets.solve_ticket(desk, ticket, "更换托辊轴承", ticket.version)
    if is_closed:
        tickets.send_survey(desk, ticket, ticket.version)
        ticket = tickets.close_ticket(desk, ticket, ticket.version)

    with pytest.raises(entry.EntryErrors) as refused:
        entry.change_entry(
            desk, ticket, {"solution": " "}, expected_version=ticket.version, is_partial=True
        )
    assert refused.value.faults["solution"].code == "V16"
    better = {"solution": "更换托辊轴承并加润滑"}
    entry.change_entry(desk, ticket, better, expected_version=ticket.version, is_partial=True)


def test_solution_of_an_open_ticket_may_be_empty(desk, customer):
    ticket = taken(desk, customer)
    raw = {"solution": "", "severity": "low"}

    entry.change_entry(desk, ticket, raw, expected_version=ticket.version, is_partial=True)


def edited(desk, ticket: Ticket, **raw: str) -> Ticket:
    return entry.change_entry(desk, ticket, raw, expected_version=ticket.version, is_partial=True)


def test_promises_follow_the_priority(desk, customer):
    ticket = taken(desk, customer, severity="low")
    received = ticket.received_at
    clock.advance(desk, desk.now + timedelta(days=1))
    ticket = edited(desk, records.find_record(desk, Ticket, ticket.id), priority="urgent")
    level = level_of(desk, "ticket", "regular", "urgent")

    assert ticket.response_due_at == add_working_minutes(received, level.response_minutes)
    assert ticket.resolve_due_at == add_working_minutes(received, level.resolve_minutes)


def test_priority_follows_the_severity_unless_somebody_sets_it(desk, customer):
    ticket = taken(desk, customer, severity="low")
    assert ticket.priority == "low"

    ticket = edited(desk, ticket, severity="high")
    assert ticket.priority == "high"
    ticket = edited(desk, ticket, severity="low", priority="urgent")
    assert ticket.priority == "urgent"


def test_promise_that_was_met_stays_as_it_was(desk, customer):
    ticket = taken(desk, customer, severity="low")
    ticket = tickets.log_step(desk, ticket, {"kind": "replied", "text": "您好"}, ticket.version)
    before = ticket.response_due_at, ticket.resolve_due_at

    ticket = edited(desk, ticket, priority="urgent")

    assert ticket.response_due_at == before[0]
    assert ticket.resolve_due_at < before[1]


def test_survey_of_somebody_elses_ticket_is_not_hers_to_answer(desk, customer, crm_client, base):
    ticket = taken(desk, customer)
    ticket = tickets.solve_ticket(desk, ticket, "更换", ticket.version)
    survey = tickets.send_survey(desk, ticket, ticket.version)
    records.change_record(desk, ticket, {"owner_id": None})

    response = crm_client.post(f"{base}/ticket/{ticket.id}/work/answer", data={"version": "9"})

    assert response.status_code == 403
    desk.session.expire_all()
    assert records.find_record(desk, type(survey), survey.id).answered_at is None


def test_survey_is_sent_once_and_after_the_solution(desk, customer):
    ticket = taken(desk, customer)
    with pytest.raises(InvalidTransitionError):
        tickets.send_survey(desk, ticket, ticket.version)
    ticket = tickets.solve_ticket(desk, ticket, "更换", ticket.version)
    survey = tickets.send_survey(desk, ticket, ticket.version)
    assert survey.seller_id == desk.seller.id

    with pytest.raises(RuleError, match="already"):
        tickets.send_survey(desk, ticket, ticket.version)


def test_reopened_ticket_counts_is_due_anew_and_asks_again_after_its_solution(desk, customer):
    ticket = taken(desk, customer)
    ticket = tickets.solve_ticket(desk, ticket, "更换", ticket.version)
    tickets.send_survey(desk, ticket, ticket.version)
    clock.advance(desk, desk.now + timedelta(days=1))
    with pytest.raises(RuleError, match="opened again"):
        tickets.reopen_ticket(desk, ticket, "", ticket.version)
    ticket = tickets.reopen_ticket(desk, ticket, "又响了", ticket.version)

    assert (ticket.status, ticket.reopened_count, ticket.resolved_at) == ("reopened", 1, None)
    assert ticket.resolve_due_at > desk.now
    ticket = tickets.solve_ticket(desk, ticket, "换整组", ticket.version)
    assert tickets.survey_of(desk, ticket) is None


def test_two_at_once_are_told_apart_by_the_version(desk, customer):
    ticket = taken(desk, customer)

    with pytest.raises(ConflictError):
        tickets.solve_ticket(desk, ticket, "更换", ticket.version - 1)


# ---- What the customer says ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("luck", "late", "reopened", "score"),
    [
        (0.1, False, 0, 5),
        (0.5, False, 0, 4),
        (0.1, True, 0, 4),
        (0.1, True, 2, 2),
        (0.99, True, 2, 1),
    ],
)
def test_score_is_lower_where_it_took_long_or_came_back(luck, late, reopened, score):
    assert rules.survey_score(luck, is_late=late, reopened=reopened) == score


def test_customer_answers_the_same_each_time_and_only_after_some_hours(desk, customer):
    ticket = taken(desk, customer)
    ticket = tickets.solve_ticket(desk, ticket, "更换", ticket.version)
    survey = tickets.send_survey(desk, ticket, ticket.version)
    assert tickets.answer_due_surveys(desk) == 0
    clock.advance(desk, desk.now + timedelta(hours=4))

    answered = tickets.answer_survey(desk, survey)
    again = tickets.answer_survey(desk, answered)
    assert answered.score == again.score
    assert answered.comment == tickets.COMMENTS[answered.score]


def test_customer_sees_the_steps_meant_for_her_only(desk, customer):
    ticket = taken(desk, customer)
    ticket = tickets.log_step(desk, ticket, {"kind": "note", "text": "内部"}, ticket.version)
    ticket = tickets.log_step(desk, ticket, {"kind": "replied", "text": "您好"}, ticket.version)

    seen = tickets.steps_of(desk, ticket, for_customer=True)
    assert [step.kind for step in seen] == ["received", "assigned", "replied"]


# ---- Knowledge -----------------------------------------------------------------------------------


def article(desk, **values: str) -> Article:
    given = {
        "title": "输送带异响怎么办",
        "keywords": "异响,托辊",
        "category": "repair",
        "body": "先停机。",
        "status": "published",
        **values,
    }
    return records.create_record(desk, Article, given)


def test_published_articles_are_suggested_by_their_keywords(desk, customer):
    right, draft = (
        article(desk, keywords="罕见怪响"),
        article(desk, keywords="罕见怪响", status="draft"),
    )
    other = article(desk, keywords="开票,税号", category="invoice")
    ticket = taken(desk, customer, subject="设备罕见怪响")

    found = [each.id for each in tickets.suggest_articles(desk, ticket)]
    assert found[0] == right.id
    assert not {draft.id, other.id} & set(found)


def test_only_a_published_article_is_linked(desk, customer):
    ticket = taken(desk, customer)
    with pytest.raises(RuleError, match="not published"):
        tickets.link_article(desk, ticket, article(desk, status="draft").id, ticket.version)

    linked = article(desk)
    assert tickets.link_article(desk, ticket, linked.id, ticket.version).article_id == linked.id


# ---- Pages ---------------------------------------------------------------------------------------


def test_ticket_goes_its_way_through_the_pages(desk, customer, crm_client):
    ticket = arrive(desk, customer)
    home = f"/crm/{desk.workspace.id}/ticket/{ticket.id}"
    assert f"{ticket.id}/work" in crm_client.get(home).get_data(as_text=True)

    def do(act: str, **data: object) -> int:
        page = crm_client.get(f"{home}/work").get_data(as_text=True)
        version = page.split('name="version" value="')[1].split('"')[0]
        return crm_client.post(f"{home}/work/{act}", data={"version": version, **data}).status_code

    assert do("assign", seller_id=desk.seller.id, once="1") == 303
    assert do("step", kind="replied", text="您好，已收到", once="2") == 303
    assert do("solve", solution="更换托辊轴承", once="3") == 303
    assert do("close", once="4") == 422
    assert do("survey", once="5") == 303
    assert do("answer", once="6") == 303
    assert do("close", once="7") == 303
    page = crm_client.get(f"{home}/customer-view").get_data(as_text=True)
    assert "您好，已收到" in page
    assert "更换托辊轴承" in page
    assert "我来" not in page


def test_refused_form_keeps_what_was_typed(desk, customer, crm_client):
    ticket = taken(desk, customer, category="data_change")
    address = f"/crm/{desk.workspace.id}/ticket/{ticket.id}/work"
    data = {"version": ticket.version, "solution": "已改地址", "once": "t"}
    response = crm_client.post(f"{address}/solve", data=data)

    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "已改地址" in page
    assert "f-solution-error" in page
