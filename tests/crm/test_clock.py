"""The sandbox's clock: service levels in working time, and what falls due when it moves."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from training_platform.core.errors import RuleError
from training_platform.crm.models import Alert, CrmEvent, Customer, Lead, ServiceLevel, Ticket
from training_platform.crm.rules import sla
from training_platform.crm.rules.calendar import CHINA
from training_platform.crm.rules.sla import Level
from training_platform.crm.services import clock, records
from training_platform.crm.services.sla import level_of


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


# ---- Working time --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "minutes", "due"),
    [
        ("2025-06-30 09:00", 60, "2025-06-30 10:00"),
        ("2025-06-30 17:30", 60, "2025-07-01 09:30"),
        ("2025-06-30 20:00", 30, "2025-07-01 09:30"),
        ("2025-07-04 17:00", 120, "2025-07-07 10:00"),
        ("2025-09-30 17:00", 120, "2025-10-09 10:00"),
        ("2025-09-26 17:00", 120, "2025-09-28 10:00"),
        ("2025-06-30 09:00", 1080, "2025-07-01 18:00"),
        ("2026-09-18 17:00", 120, "2026-09-20 10:00"),
        ("2026-09-24 17:00", 120, "2026-09-28 10:00"),
        ("2026-09-30 17:00", 120, "2026-10-08 10:00"),
        ("2026-10-09 17:00", 120, "2026-10-10 10:00"),
    ],
    ids=[
        "same day",
        "over night",
        "evening",
        "weekend",
        "national day",
        "worked sunday",
        "2 days",
        "worked sunday of 2026",
        "mid-autumn of 2026",
        "national day of 2026",
        "worked saturday of 2026",
    ],
)
def test_minutes_of_a_service_level_are_working_minutes(received, minutes, due):
    assert sla.due_dates(china(received), Level(minutes, None)) == (china(due), None)


def test_hours_of_the_clock_count_day_and_night_where_the_level_says_so():
    level = Level(1440, None, is_working_time=False)

    assert sla.due_dates(china("2025-07-04 17:00"), level)[0] == china("2025-07-05 17:00")


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2025-06-30 10:00", "2025-06-30 11:30", 90),
        ("2025-06-30 17:00", "2025-07-01 10:00", 120),
        ("2025-07-05 10:00", "2025-07-06 10:00", 0),
        ("2025-06-30 11:00", "2025-06-30 10:00", 0),
    ],
)
def test_working_minutes_between_two_instants(start, end, minutes):
    assert sla.working_minutes(china(start), china(end)) == minutes


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2025-06-30 09:00", "2025-07-01 09:00"),
        ("2025-06-30 07:00", "2025-06-30 09:00"),
        ("2025-07-04 12:00", "2025-07-07 09:00"),
        ("2025-09-30 12:00", "2025-10-09 09:00"),
    ],
)
def test_next_working_morning(now, morning):
    assert sla.next_working_morning(china(now)) == china(morning)


def test_level_that_names_tier_and_priority_goes_before_others():
    broad, exact = Level(60, 600), Level(30, 300, tier="vip", priority="urgent")

    assert sla.pick_level([broad, exact], "vip", "urgent") is exact
    assert sla.pick_level([exact, broad], "regular", "urgent") is broad
    assert sla.pick_level([], "vip", "low").response_minutes == 120


def test_levels_of_the_company_are_asked(desk):
    values = {"name": "自定", "about": "odd", "response_minutes": 7, "resolve_minutes": 70}
    records.create_record(desk, ServiceLevel, values)

    assert level_of(desk, "odd", "vip", "low").response_minutes == 7


# ---- Moving the clock ----------------------------------------------------------------


def plan(desk, **span: int) -> datetime:
    return desk.now + timedelta(**span)


def own_customer(desk, **values) -> Customer:
    given = {"name": "云岫机械有限公司", "owner_id": desk.seller.id, **values}
    return records.create_record(desk, Customer, given)


def alerts_about(desk, record) -> list[Alert]:
    return desk.session.scalars(
        select(Alert)
        .where(Alert.about_entity == record.entity, Alert.about_id == record.id)
        .order_by(Alert.raised_at)
    ).all()


def test_follow_up_rings_when_its_time_comes_and_not_before(desk):
    customer = own_customer(desk, next_follow_up_at=plan(desk, hours=3))

    clock.advance(desk, plan(desk, hours=2))
    assert alerts_about(desk, customer) == []
    clock.advance(desk, plan(desk, hours=2))
    (alert,) = alerts_about(desk, customer)
    assert (alert.kind, alert.seller_id) == ("follow_up_due", desk.seller.id)
    assert alert.raised_at == customer.next_follow_up_at


def test_same_cause_rings_once(desk):
    customer = own_customer(desk, next_follow_up_at=plan(desk, hours=1))
    clock.advance(desk, plan(desk, hours=2))
    clock.advance(desk, plan(desk, hours=2))

    assert len(alerts_about(desk, customer)) == 1


def test_new_date_is_a_new_cause(desk):
    customer = own_customer(desk, next_follow_up_at=plan(desk, hours=1))
    clock.advance(desk, plan(desk, hours=2))
    customer = records.change_record(desk, customer, {"next_follow_up_at": plan(desk, hours=1)})
    clock.advance(desk, plan(desk, hours=2))

    assert len(alerts_about(desk, customer)) == 2


def own_lead(desk, **values) -> Lead:
    given = {
        "company": "云岫软件有限公司",
        "source": "phone",
        "status": "assigned",
        "owner_id": desk.seller.id,
        "received_at": desk.now,
        "first_follow_up_due_at": plan(desk, hours=24),
        **values,
    }
    return records.create_record(desk, Lead, given)


def test_lead_not_followed_up_within_a_day_is_late(desk):
    forgotten = own_lead(desk)
    cared_for = own_lead(desk, first_followed_up_at=desk.now)
    clock.advance(desk, plan(desk, hours=24))

    assert [alert.kind for alert in alerts_about(desk, forgotten)] == ["first_follow_up_late"]
    assert alerts_about(desk, cared_for) == []


def own_ticket(desk, **values) -> Ticket:
    given = {
        "customer_id": own_customer(desk).id,
        "subject": "输送带异响",
        "channel": "phone",
        "category": "repair",
        "owner_id": desk.seller.id,
        "received_at": desk.now,
        "response_due_at": plan(desk, hours=2),
        "resolve_due_at": plan(desk, hours=8),
        **values,
    }
    return records.create_record(desk, Ticket, given)


def test_ticket_is_late_with_response_and_with_solution(desk):
    forgotten = own_ticket(desk)
    answered = own_ticket(desk, first_responded_at=desk.now)
    solved = own_ticket(desk, status="resolved")
    clock.advance(desk, plan(desk, hours=9))

    assert [alert.kind for alert in alerts_about(desk, forgotten)] == [
        "response_late",
        "resolution_late",
    ]
    assert [alert.kind for alert in alerts_about(desk, answered)] == ["resolution_late"]
    assert alerts_about(desk, solved) == []


def test_end_of_protection_rings(desk):
    customer = own_customer(desk, protected_until=plan(desk, days=2))
    clock.advance(desk, plan(desk, days=3))

    assert [alert.kind for alert in alerts_about(desk, customer)] == ["protection_ends"]


def test_idle_customer_goes_back_to_the_pool_and_its_owner_is_told(desk):
    customer = own_customer(desk)
    clock.advance(desk, plan(desk, days=46))

    after = records.find_record(desk, Customer, customer.id)
    assert (after.owner_id, after.last_owner_id) == (None, desk.seller.id)
    (alert,) = alerts_about(desk, customer)
    assert (alert.kind, alert.seller_id) == ("recycled", desk.seller.id)


def test_preview_says_what_the_move_then_does_and_changes_nothing(desk):
    own_customer(desk, next_follow_up_at=plan(desk, hours=1))
    own_ticket(desk)
    until = plan(desk, hours=9)
    seen = clock.preview(desk, until)
    assert desk.session.scalars(select(Alert).where(Alert.created_at >= desk.now)).all() == []

    done = clock.advance(desk, until)
    assert [due.cause for due in seen] == [due.cause for due in done]


def test_clock_never_goes_back_nor_far_ahead(desk):
    with pytest.raises(RuleError, match="forward"):
        clock.advance(desk, desk.now)
    with pytest.raises(RuleError, match="three months"):
        clock.advance(desk, plan(desk, days=93))


def test_move_is_an_event_with_what_it_raised(desk):
    own_customer(desk, next_follow_up_at=plan(desk, hours=1))
    before, until = desk.now, plan(desk, hours=2)
    clock.advance(desk, until)

    event = desk.session.scalars(select(CrmEvent).where(CrmEvent.act == "clock_advance")).one()
    assert event.context["from_at"] == before.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert event.context["to_at"] == until.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert event.context["raised"]["follow_up_due"] >= 1
    assert desk.now == until


def test_seen_alerts_ring_no_more(desk):
    own_customer(desk, next_follow_up_at=plan(desk, hours=1))
    clock.advance(desk, plan(desk, hours=2))
    assert clock.count_unseen(desk) >= 1
    clock.see_alerts(desk)

    assert clock.count_unseen(desk) == 0


# ---- Pages ---------------------------------------------------------------------------


def test_pages_preview_move_and_list(desk, crm_client):
    customer = own_customer(desk, next_follow_up_at=plan(desk, hours=1))
    home = f"/crm/{desk.workspace.id}"
    page = crm_client.get(f"{home}/clock?step=four_hours").get_data(as_text=True)
    assert customer.name in page
    data = {"step": "four_hours", "once": "t1"}
    assert crm_client.post(f"{home}/clock", data=data).status_code == 303
    assert crm_client.post(f"{home}/clock", data=data).status_code == 303

    page = crm_client.get(f"{home}/alerts").get_data(as_text=True)
    assert page.count(customer.name) == 1
    assert crm_client.post(f"{home}/alerts/seen").status_code == 303
    events = select(CrmEvent).where(CrmEvent.act == "clock_advance")
    assert len(desk.session.scalars(events).all()) == 1


@pytest.mark.parametrize("at", ["2020-01-01T09:00", "tomorrow", ""])
def test_time_that_is_none_or_past_is_refused_beside_the_field(desk, crm_client, at):
    response = crm_client.post(f"/crm/{desk.workspace.id}/clock", data={"at": at, "once": "t2"})

    assert response.status_code == 422
    assert "f-at-error" in response.get_data(as_text=True)


@pytest.mark.parametrize("at", ["2020-01-01T09:00", "2099-01-01T09:00"])
def test_a_look_ahead_out_of_reach_is_refused_before_anything_is_offered(desk, crm_client, at):
    page = crm_client.get(f"/crm/{desk.workspace.id}/clock?at={at}").get_data(as_text=True)

    assert "f-at-error" in page
    assert f'value="{at}"' in page
    assert 'method="post" action="/crm' not in page.split("<h1", 1)[1]
