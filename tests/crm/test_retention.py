"""Anonymizing a customer: no text names a person any more, and the figures stay."""

from decimal import Decimal

import pytest
from sqlalchemy import inspect, select

from tests.crm.selling import (
    make_activity,
    make_contact,
    make_customer,
    make_lead,
    make_opportunity,
    make_payment,
    play,
)
from training_platform.crm.layering import layered_models
from training_platform.crm.models import (
    Alert,
    CrmEvent,
    Feedback,
    Opportunity,
    Payment,
    ProblemReport,
    Quote,
    StageChange,
    Survey,
    Ticket,
)
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules.stages import Move
from training_platform.crm.services import entry, merging, records, retention, stages, tickets

WHO = "郑试练"
TOLD = f"{WHO}经理来电，分机 8086"


@pytest.fixture
def ticket(desk, customer) -> Ticket:
    """A ticket whose every text names a person, solved, surveyed and answered."""
    raw = {"channel": "phone", "category": "repair", "severity": "high"}
    raw |= {"customer_id": str(customer.id), "subject": f"{WHO}报修", "description": TOLD}
    made = entry.create_entry(desk, ENTITIES["ticket"], raw)
    made = tickets.assign_ticket(desk, made, desk.seller.id, TOLD, made.version)
    made = tickets.log_step(desk, made, {"kind": "replied", "text": TOLD}, made.version)
    made = tickets.solve_ticket(desk, made, TOLD, made.version)
    survey = tickets.send_survey(desk, made, made.version)
    survey = tickets.answer_survey(desk, survey)
    records.change_record(desk, survey, {"comment": TOLD})
    alert = {"kind": "response_late", "cause": "t", "about_entity": "ticket", "about_id": made.id}
    details = {"raised_at": desk.now, "details": {"title": made.subject}}
    records.create_record(desk, Alert, alert | details)
    return tickets.close_ticket(desk, made, made.version)


@pytest.fixture
def sale(desk, customer) -> Opportunity:
    """A sale of the customer with what people wrote down on its way."""
    texts = {"remarks": TOLD, "probability_reason": TOLD}
    made = make_opportunity(desk, customer, **texts)
    move = Move("lost", reason=TOLD, lost_reason="other", lost_notes=TOLD)
    made = stages.move_stage(desk, made, move)
    quote = {"customer_id": customer.id, "opportunity_id": made.id, "amount": Decimal("9.00")}
    records.create_record(desk, Quote, quote | {"remarks": TOLD, "discount_reason": TOLD})
    make_payment(desk, customer_id=customer.id, remarks=TOLD)
    return made


@pytest.fixture
def words(desk, customer) -> None:
    """What was said elsewhere: feedback, a report of a problem, follow-ups, a former lead."""
    make_contact(desk, customer, name=WHO)
    said = {"customer_id": customer.id, "kind": "complaint", "subject": TOLD}
    said |= {"text": TOLD, "answer": TOLD, "received_at": desk.now}
    records.create_record(desk, Feedback, said)
    wrong = {"customer_id": customer.id, "kind": "other", "severity": "low", "subject": TOLD}
    records.create_record(desk, ProblemReport, wrong | {"description": TOLD, "solution": TOLD})
    lead = make_lead(
        desk, person=WHO, status="converted", converted_customer_id=customer.id, remarks=TOLD
    )
    make_activity(desk, lead_id=lead.id, subject=TOLD, summary=TOLD, reaction=TOLD, next_step=TOLD)


def anonymize(desk, customer) -> None:
    play(desk, 2)  # the lead of the team
    version = records.find_record(desk, type(customer), customer.id).version
    retention.retain(desk, customer, "anonymize", expected_version=version)
    desk.session.flush()


def places_of(desk, text: str) -> set[str]:
    """Return where a text can still be read: <entity>.<column> of what the workspace shows."""
    found = set()
    for model in layered_models():
        names = [attribute.key for attribute in inspect(model).column_attrs]
        for record in desk.session.scalars(select(model).where(model.layer_id == desk.layer.id)):
            found |= {f"{model.entity}.{n}" for n in names if text in str(getattr(record, n))}
    return found


def test_no_text_names_a_person_any_more(desk, customer, ticket, sale, words):
    assert {"ticket.description", "ticket_step.text", "feedback.text"} <= places_of(desk, WHO)

    anonymize(desk, customer)

    assert places_of(desk, WHO) == set()
    events = desk.session.scalars(
        select(CrmEvent).where(CrmEvent.layer_id == desk.layer.id, CrmEvent.act != "anonymize")
    )
    assert not [event.act for event in events if WHO in str(event.context)]


def test_pages_tell_nothing_of_a_person(desk, customer, ticket, sale, words, crm_client, base):
    anonymize(desk, customer)

    for path in (
        f"customer/{customer.id}",
        f"ticket/{ticket.id}",
        f"ticket/{ticket.id}?tab=changes",
        f"ticket/{ticket.id}/work",
        f"ticket/{ticket.id}/customer-view",
        f"opportunity/{sale.id}",
        f"opportunity/{sale.id}?tab=changes",
        f"opportunity/{sale.id}/deal",
        "",
        "alerts",
    ):
        response = crm_client.get(f"{base}/{path}")
        assert response.status_code == 200, path
        assert WHO not in response.get_data(as_text=True), path


def test_figures_of_an_anonymized_customer_stay(desk, customer, ticket, sale, words):
    anonymize(desk, customer)

    kept = records.find_record(desk, Ticket, ticket.id)
    assert (kept.status, kept.category, kept.severity) == ("closed", "repair", "high")
    assert kept.subject == kept.code
    assert kept.solution  # V16: closed with a solution
    assert kept.first_responded_at
    assert kept.resolved_at
    score = desk.session.scalars(select(Survey.score).where(Survey.ticket_id == ticket.id)).one()
    assert score is not None
    lost = records.find_record(desk, Opportunity, sale.id)
    assert (lost.amount, lost.stage, lost.lost_reason) == (sale.amount, "lost", "other")
    changes = select(StageChange).where(StageChange.opportunity_id == sale.id)
    assert len(desk.session.scalars(changes).all()) == 2
    paid = select(Payment.amount).where(Payment.customer_id == customer.id)
    assert desk.session.scalars(paid).all() == [Decimal("1000.00")]


@pytest.mark.parametrize("entity", ["customer", "contact"])
def test_merge_before_it_brings_nobody_back(desk, customer, entity):
    """The other record of the merge still holds its person."""
    if entity == "customer":
        other = make_customer(desk, contact_name=WHO)
        survivor = customer
    else:
        survivor = make_contact(desk, customer, name="宋闻溪")
        other = make_contact(desk, customer, name=WHO)
    merging.merge(desk, merging.Plan(entity, (survivor.id, other.id), survivor.id))
    seq = merging.open_merges(desk)[0].seq

    anonymize(desk, customer)

    with pytest.raises(entry.RuleError, match="anonymized"):
        merging.undo_merge(desk, seq)
    assert places_of(desk, WHO) == set()


def test_own_probability_goes_on_to_count(desk, customer):
    own = make_opportunity(desk, customer, probability_percent=80, probability_reason=TOLD)

    anonymize(desk, customer)

    kept = records.find_record(desk, Opportunity, own.id)
    assert (kept.probability_percent, kept.probability_reason) == (80, "—")


def test_texts_of_other_customers_stay(desk, customer, ticket):
    other = make_opportunity(desk, remarks=TOLD)

    anonymize(desk, customer)

    assert records.find_record(desk, Opportunity, other.id).remarks == TOLD
