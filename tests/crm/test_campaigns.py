"""Segments, campaigns that leave out whom they must, and rewards for referrals."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from training_platform.core.errors import ConflictError, InvalidTransitionError, RuleError
from training_platform.crm.models import (
    Campaign,
    CampaignMember,
    Contact,
    CrmEvent,
    Customer,
    Order,
    Referral,
    Segment,
)
from training_platform.crm.queries import lists
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules import campaigns as rules
from training_platform.crm.services import campaigns, records, referrals
from training_platform.crm.services.access import may_edit


def customer(desk, name: str, **values) -> Customer:
    given = {"name": f"青瓷{name}有限公司", "owner_id": desk.seller.id, "email": "a@b.example"}
    return records.create_record(desk, Customer, {**given, **values})


def contact(desk, of: Customer, **values) -> Contact:
    given = {"customer_id": of.id, "name": "王小满", "email": "w@b.example", **values}
    return records.create_record(desk, Contact, given)


def listed(desk, text: str = "青瓷") -> lists.ListState:
    arguments = MultiDict({"view": "all", "q": text})
    return lists.read_state(desk, ENTITIES["customer"], arguments)


def planned(desk, **values) -> Campaign:
    """A campaign to all customers that the test has made."""
    segment = campaigns.freeze_segment(desk, "青瓷客户", listed(desk))
    given = {
        "name": "夏季保养提醒",
        "kind": "email",
        "segment_id": segment.id,
        "owner_id": desk.seller.id,
        "starts_on": desk.now.date(),
        "cost_amount": Decimal("1000.00"),
    }
    return records.create_record(desk, Campaign, {**given, **values})


# ---- Segments ----------------------------------------------------------------------------------


def test_segment_keeps_its_members_whatever_the_list_shows_later(desk):
    first = customer(desk, "甲")
    segment = campaigns.freeze_segment(desk, " 青瓷客户 ", listed(desk))
    customer(desk, "乙")

    assert (segment.name, segment.member_ids) == ("青瓷客户", [first.id])
    assert segment.definition["q"] == "青瓷"
    assert segment.frozen_at == desk.now


@pytest.mark.parametrize(("name", "text"), [(" ", "青瓷"), ("空", "没有这样的客户")])
def test_segment_needs_a_name_and_members(desk, name, text):
    customer(desk, "甲")

    with pytest.raises(RuleError):
        campaigns.freeze_segment(desk, name, listed(desk, text))


# ---- Whom it reaches -----------------------------------------------------------------------------


def test_who_must_not_be_reached_is_left_out_with_the_reason(desk):
    fine = customer(desk, "可达")
    left_out = {
        customer(desk, "勿扰", is_do_not_contact=True).id: "do_not_contact",
        customer(desk, "只许电话", consent="phone").id: "no_consent",
        customer(desk, "都不许", consent="none").id: "no_consent",
        customer(desk, "没有邮箱", email=None).id: "no_address",
        customer(desk, "归档", retention="archived").id: "not_active",
    }
    gone = customer(desk, "退订")
    contact(desk, gone, has_opted_out=True)
    left_out[gone.id] = "opted_out"
    audience = campaigns.audience_of(desk, planned(desk))

    reached = {each.customer.id for each in audience.reached}
    excluded = {each.id: reason for each, reason in audience.excluded}
    archived = {ident for ident, reason in left_out.items() if reason == "not_active"}
    assert reached == {fine.id}
    assert {k: v for k, v in excluded.items() if k not in archived} == {
        k: v for k, v in left_out.items() if k not in archived
    }


def test_contact_who_opted_out_is_passed_over_for_another(desk):
    firm = customer(desk, "甲")
    contact(desk, firm, is_primary=True, has_opted_out=True)
    second = contact(desk, firm)
    (reached,) = campaigns.audience_of(desk, planned(desk)).reached

    assert reached.contact.id == second.id


@pytest.mark.parametrize(
    ("kind", "consent", "reason"),
    [
        ("sms", "email", "no_consent"),
        ("sms", "phone", None),
        ("email", "phone", "no_consent"),
        ("trade_fair", "phone", None),
        ("email", "all", None),
    ],
)
def test_channel_needs_its_consent(kind, consent, reason):
    given = {"consent": consent, "is_do_not_contact": False, "retention": "active"}

    assert rules.exclusion(kind, **given) == reason


# ---- Sending -------------------------------------------------------------------------------------


def test_sending_makes_members_and_answers_and_names_the_excluded(desk):
    for number in range(30):
        customer(desk, f"客户{number}")
    barred = customer(desk, "勿扰", is_do_not_contact=True)
    campaign = planned(desk)
    sent = campaigns.send_campaign(desk, campaign, campaign.version)

    members = desk.session.scalars(
        select(CampaignMember).where(CampaignMember.campaign_id == campaign.id)
    ).all()
    assert sent == len(members) == 30
    assert len({member.status for member in members}) > 2
    assert all(bool(each.revenue_amount) == (each.status == "won") for each in members)
    event = desk.session.scalars(select(CrmEvent).where(CrmEvent.act == "campaign_send")).one()
    assert event.context["excluded"] == {str(barred.id): "do_not_contact"}


def test_same_customers_answer_the_same(desk):
    assert rules.outcome("email", 0.5) == rules.outcome("email", 0.5)
    assert rules.outcome("email", 0.0) == "bounced"
    assert rules.outcome("email", 0.99) == "delivered"


def test_campaign_is_sent_once_and_needs_its_segment(desk):
    customer(desk, "甲")
    campaign = planned(desk)
    with pytest.raises(ConflictError):
        campaigns.send_campaign(desk, campaign, campaign.version + 1)
    campaigns.send_campaign(desk, campaign, campaign.version)
    sent = records.find_record(desk, Campaign, campaign.id)
    with pytest.raises(InvalidTransitionError):
        campaigns.send_campaign(desk, sent, sent.version)

    bare = planned(desk, segment_id=None)
    with pytest.raises(RuleError, match="segment"):
        campaigns.send_campaign(desk, bare, bare.version)


def test_campaign_that_reaches_nobody_is_not_sent(desk):
    customer(desk, "勿扰", is_do_not_contact=True)
    campaign = planned(desk)

    with pytest.raises(RuleError, match="V15"):
        campaigns.send_campaign(desk, campaign, campaign.version)
    assert (
        desk.session.scalar(
            select(func.count(CampaignMember.id)).where(CampaignMember.campaign_id == campaign.id)
        )
        == 0
    )


# ---- Referrals -----------------------------------------------------------------------------------


def claim(desk, **values) -> Referral:
    given = {
        "referrer_id": customer(desk, "推荐人").id,
        "referred_name": "青瓷新客有限公司",
        "claimed_at": desk.now,
        **values,
    }
    return records.create_record(desk, Referral, given)


def paid(desk, of: Customer, amount: str = "20000.00", **values) -> Order:
    given = {
        "customer_id": of.id,
        "ordered_at": desk.now,
        "paid_at": desk.now,
        "amount": Decimal(amount),
        "status": "paid",
    }
    return records.create_record(desk, Order, {**given, **values})


def test_reward_is_five_percent_of_the_first_paid_order(desk):
    new = customer(desk, "新客")
    first = paid(desk, new)
    paid(desk, new, "90000.00", paid_at=desk.now + timedelta(hours=1))
    referral = claim(desk)
    referral = referrals.reward_referral(desk, referral, referral.version)

    assert referral.reward_amount == Decimal("1000.00")
    assert (referral.status, referral.order_id, referral.referred_id) == ("valid", first.id, new.id)


def test_old_customer_brings_no_reward(desk):
    paid(desk, customer(desk, "新客"))
    referral = claim(desk, claimed_at=desk.now + timedelta(days=46))

    with pytest.raises(RuleError, match="customer before"):
        referrals.reward_referral(desk, referral, referral.version)


def test_refunded_first_order_brings_no_reward(desk):
    paid(desk, customer(desk, "新客"), refunded_amount=Decimal("100.00"))
    referral = claim(desk)

    with pytest.raises(RuleError, match="refunded"):
        referrals.reward_referral(desk, referral, referral.version)


def test_nobody_recommends_herself(desk):
    new = customer(desk, "新客")
    paid(desk, new)
    referral = claim(desk, referrer_id=new.id)

    with pytest.raises(RuleError, match="itself"):
        referrals.reward_referral(desk, referral, referral.version)


def test_reward_waits_for_a_paid_order(desk):
    new = customer(desk, "新客")
    paid(desk, new, paid_at=None, status="open")
    referral = claim(desk)
    assert referrals.check_referral(desk, referral).is_open

    with pytest.raises(RuleError, match="no paid order"):
        referrals.reward_referral(desk, referral, referral.version)


def test_refusal_says_why_and_is_final(desk):
    referral = claim(desk)
    with pytest.raises(RuleError, match="why"):
        referrals.refuse_referral(desk, referral, " ", referral.version)
    referral = referrals.refuse_referral(desk, referral, "推荐前已是客户", referral.version)

    assert (referral.status, referral.refused_reason) == ("refused", "推荐前已是客户")
    with pytest.raises(InvalidTransitionError):
        referrals.reward_referral(desk, referral, referral.version)


# ---- Pages ---------------------------------------------------------------------------------------


def test_from_a_list_to_a_sent_campaign_through_the_pages(desk, crm_client):
    for number in range(5):
        customer(desk, f"客户{number}")
    home = f"/crm/{desk.workspace.id}"
    page = crm_client.get(f"{home}/customer/?view=all&q=青瓷").get_data(as_text=True)
    assert "/segments/new?" in page
    data = {"view": "all", "q": "青瓷", "name": "夏季人群", "once": "t1"}
    made = crm_client.post(f"{home}/segments/new", data=data)
    assert crm_client.get(made.location).status_code == 200
    segment = desk.session.scalars(select(Segment).where(Segment.name == "夏季人群")).one()
    campaign = planned(desk, segment_id=segment.id)
    page = crm_client.get(f"{home}/campaign/{campaign.id}/audience").get_data(as_text=True)
    assert 'name="version"' in page
    address = f"{home}/campaign/{campaign.id}/send"
    assert crm_client.post(address, data={"version": campaign.version}).status_code == 303

    page = crm_client.get(f"{home}/campaign/{campaign.id}?lang=en").get_data(as_text=True)
    assert "Revenue per cost" in page


def test_referral_is_decided_on_its_page(desk, crm_client):
    paid(desk, customer(desk, "新客"))
    referral = claim(desk)
    home = f"/crm/{desk.workspace.id}/referral/{referral.id}"
    assert "1,000.00" in crm_client.get(home).get_data(as_text=True)

    crm_client.post(f"{home}/reward", data={"version": referral.version})
    desk.session.expire_all()
    assert records.find_record(desk, Referral, referral.id).status == "valid"


def test_refusal_without_a_reason_is_said_beside_the_field(desk, crm_client):
    referral = claim(desk)
    address = f"/crm/{desk.workspace.id}/referral/{referral.id}/refuse"
    version = referral.version
    desk.session.commit()

    response = crm_client.post(address, data={"reason": " ", "version": version})
    assert response.status_code == 422
    assert "f-reason-error" in response.get_data(as_text=True)
    given = {"reason": "推荐前已是客户", "version": version}
    assert crm_client.post(address, data=given).status_code == 303


def test_mail_goes_to_the_contact_who_has_an_address(desk):
    firm = customer(desk, "甲", email=None)
    contact(desk, firm, email=None, is_primary=True)
    reached = contact(desk, firm, name="李有信")
    other = customer(desk, "乙")
    contact(desk, other, email=None)

    found = campaigns.audience_of(desk, planned(desk)).reached

    assert {each.customer.id: each.contact.id if each.contact else None for each in found} == {
        firm.id: reached.id,
        other.id: None,  # the firm's own address
    }


def test_whoever_looks_after_the_referrer_may_correct_a_claim(desk):
    mine, theirs = customer(desk, "介绍"), customer(desk, "同事的", owner_id=4)

    assert may_edit(desk, claim(desk, referrer_id=mine.id))
    assert not may_edit(desk, claim(desk, referrer_id=theirs.id))


def test_a_claim_is_corrected_on_its_form(desk, crm_client):
    referral = claim(desk, referred_name="青瓷简称")
    address = f"/crm/{desk.workspace.id}/referral/{referral.id}/edit"
    given = {
        "referrer_id": f"#{referral.referrer_id}",
        "referred_name": "青瓷新客有限公司",
        "status": "claimed",
        "rate_percent": "5",
        "version": referral.version,
    }
    desk.session.commit()

    assert crm_client.post(address, data=given).status_code == 303
    desk.session.expire_all()
    assert records.find_record(desk, Referral, referral.id).referred_name == "青瓷新客有限公司"
