"""Converting leads: existing customers first, only empty fields are filled; the score before it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.crm.selling import make_activity, make_contact, make_customer, make_lead, play
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.crm.models import Activity, CrmEvent, Customer, StageChange, WebVisit
from training_platform.crm.rules import scoring
from training_platform.crm.services.conversion import (
    Conversion,
    Deal,
    convert_lead,
    customer_candidates,
    nurture,
    score_lead,
)
from training_platform.crm.services.records import create_record, find_record

DEAL = Deal("水泵更新项目", Decimal("240000.00"), date(2025, 9, 30))


def test_a_lead_becomes_customer_contact_and_opportunity(desk):
    lead = make_lead(desk)

    made = convert_lead(desk, lead, Conversion(deal=DEAL), lead.version)

    assert (made.customer.name, made.customer.mobile) == (lead.company, lead.mobile)
    assert (made.customer.owner_id, made.customer.stage) == (desk.seller.id, "initial_contact")
    assert (made.contact.name, made.contact.is_primary) == ("葛临川", True)
    assert (made.opportunity.amount, made.opportunity.lead_id) == (DEAL.amount, lead.id)
    assert (made.lead.status, made.lead.converted_at) == ("converted", desk.now)
    assert made.lead.converted_customer_id == made.customer.id
    assert made.lead.converted_opportunity_id == made.opportunity.id


def test_the_opportunity_begins_its_stage_history(desk):
    made = convert_lead(desk, make_lead(desk), Conversion(deal=DEAL))

    change = desk.session.scalars(
        select(StageChange).where(StageChange.opportunity_id == made.opportunity.id)
    ).one()
    assert (change.from_stage, change.to_stage) == (None, "initial_contact")


def test_without_a_deal_there_is_no_opportunity(desk):
    made = convert_lead(desk, make_lead(desk), Conversion())

    assert made.opportunity is None
    assert made.lead.converted_opportunity_id is None


def test_an_existing_customer_keeps_its_values_and_gets_the_missing_ones(desk):
    customer = make_customer(desk, name="温州漱石泵业", email=None, mobile="15412340077")
    lead = make_lead(desk)

    made = convert_lead(desk, lead, Conversion(customer_id=customer.id))

    assert made.customer.id == customer.id
    assert (made.customer.mobile, made.customer.email) == ("15412340077", lead.email)
    assert "email" in made.filled
    assert "mobile" not in made.filled


def test_a_new_customer_that_looks_like_one_needs_a_reason(desk):
    make_customer(desk, name="温州漱石泵业")
    lead = make_lead(desk)

    with pytest.raises(RuleError, match="V11") as refused:
        convert_lead(desk, lead, Conversion())
    assert refused.value.field == "duplicate_reason"
    made = convert_lead(desk, lead, Conversion(duplicate_reason="同名不同公司，已核对执照"))

    event = desk.session.scalars(select(CrmEvent).where(CrmEvent.act == "convert")).one()
    assert event.context["duplicate_reason"] == "同名不同公司，已核对执照"
    assert made.customer.name == lead.company


def test_candidates_are_customers_only(desk):
    customer = make_customer(desk, name="温州漱石泵业")
    lead, _other = make_lead(desk), make_lead(desk)

    assert [each.id for each in customer_candidates(desk, lead)] == [customer.id]


def test_many_leads_alike_hide_no_customer(desk):
    customer = make_customer(desk, name="温州漱石泵业")
    leads = [make_lead(desk) for _number in range(7)]

    assert [each.id for each in customer_candidates(desk, leads[0])] == [customer.id]


def test_the_same_person_is_no_second_contact(desk):
    customer = make_customer(desk, name="温州漱石泵业")
    known = make_contact(desk, customer, name="葛临川", mobile="16012349002")

    assert convert_lead(desk, make_lead(desk), Conversion(customer.id)).contact.id == known.id


def test_a_chosen_contact_must_be_the_customers(desk):
    customer = make_customer(desk, name="温州漱石泵业")
    elsewhere = make_contact(desk, make_customer(desk, mobile="16412340001"))

    with pytest.raises(RuleError) as refused:
        convert_lead(desk, make_lead(desk), Conversion(customer.id, elsewhere.id))
    assert refused.value.field == "contact"


def test_follow_ups_come_along(desk):
    lead = make_lead(desk)
    activity = make_activity(desk, lead_id=lead.id)

    made = convert_lead(desk, lead, Conversion(deal=DEAL))

    moved = find_record(desk, Activity, activity.id)
    assert (moved.lead_id, moved.customer_id) == (lead.id, made.customer.id)
    assert moved.opportunity_id == made.opportunity.id


@pytest.mark.parametrize("status", ["converted", "invalid"])
def test_a_closed_lead_is_not_converted(desk, status):
    with pytest.raises(InvalidTransitionError):
        convert_lead(desk, make_lead(desk, status=status), Conversion())


def test_two_tabs_convert_once(desk):
    lead = make_lead(desk)
    seen = lead.version
    convert_lead(desk, lead, Conversion(), seen)

    with pytest.raises((ConflictError, InvalidTransitionError)):
        convert_lead(desk, lead, Conversion(), seen)


def test_others_leads_and_customers_are_not_touched(desk):
    foreign = make_customer(desk, name="温州漱石泵业", owner_id=4)
    with pytest.raises(NotPermittedError):
        convert_lead(desk, make_lead(desk), Conversion(foreign.id))
    with pytest.raises(NotPermittedError):
        convert_lead(desk, make_lead(desk, owner_id=4), Conversion())
    play(desk, 2)

    assert convert_lead(desk, make_lead(desk), Conversion(foreign.id)).customer.id == foreign.id


def test_nothing_stays_of_a_conversion_that_is_refused(desk):
    lead = make_lead(desk)
    before = desk.session.scalars(select(Customer.id)).all()

    with pytest.raises(RuleError, match="V10"), desk.session.begin_nested():
        convert_lead(desk, lead, Conversion(deal=Deal("x", Decimal(0), date(2025, 9, 1))))

    assert desk.session.scalars(select(Customer.id)).all() == before


def test_the_best_lead_has_a_hundred_points():
    best = dict.fromkeys(scoring.COMPLETE, "x") | {
        "source": "referral",
        "industry": "machinery",
        "potential": "high",
    }

    assert scoring.score(best, visits=5).total == 100
    assert scoring.score({}).total == 0


@pytest.mark.parametrize(
    ("points", "grade"), [(70, "hot"), (69, "warm"), (45, "warm"), (44, "cold")]
)
def test_grades_begin_at_70_and_45(points, grade):
    part = scoring.Part("", points, 100, "", {})

    assert scoring.Score((part,)).grade == grade


def test_each_part_of_a_score_is_explained(desk):
    customer = make_customer(desk, name="温州漱石泵业")
    for days in (1, 80, 91):
        visited = desk.now - timedelta(days=days)
        values = {"customer_id": customer.id, "page": "price", "visited_at": visited}
        create_record(desk, WebVisit, values | {"seconds_count": 30})

    found = score_lead(desk, make_lead(desk))

    points = {part.label: part.points for part in found.parts}
    assert points == {
        "Source": 15,
        "Industry": 20,
        "Potential": 0,
        "Interest": 6,
        "Completeness": 10,
    }
    assert all(part.points <= part.most for part in found.parts)


def test_nurturing_goes_step_by_step_to_its_end(desk):
    lead = make_lead(desk)
    steps = []
    while scoring.next_step(lead.nurture_step):
        lead = nurture(desk, lead, lead.version)
        steps.append(lead.nurture_step)

    assert steps == ["welcome", "case_study", "invitation", "ready"]
    with pytest.raises(InvalidTransitionError):
        nurture(desk, lead)
