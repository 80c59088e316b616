"""Usage indicators: the figures of a page against a count by hand that shares no code with them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.counting import count_statements
from tests.crm.layers import sit
from tests.factories.coaching import make_coach
from tests.factories.crm import KNOWN_CUSTOMER, load_small_company
from tests.factories.people import make_department, make_employee
from training_platform.coaching.queries.usage import together, usage_of
from training_platform.coaching.rules import Figure, Usage
from training_platform.core import clock
from training_platform.core.permissions import Right
from training_platform.crm.desk import open_desk
from training_platform.crm.models import Activity, CrmEvent, Customer, Lead
from training_platform.crm.registry import ENTITIES
from training_platform.crm.scope import enter
from training_platform.crm.services import clock as sandbox_clock
from training_platform.crm.services import entry
from training_platform.crm.services.follow_ups import log_follow_up
from training_platform.crm.services.records import change_record, create_record, find_record
from training_platform.crm.services.workspaces import open_free_workspace
from training_platform.people.models import Employee


@pytest.fixture
def crm_app(shared_crm_app):
    return shared_crm_app


def lead(desk, number):
    values = {
        "company": f"试练线索{number}有限公司",
        "person": "周试练",
        "mobile": f"1541234{number:04d}",
        "source": "website",
        "industry": "machinery",
        "region": "east",
    }
    return entry.create_entry(desk, ENTITIES["lead"], values)


def follow(desk, record, **changes):
    values = {"method": "call", "summary": "谈了需求", "next_step": "寄样本"} | changes
    return log_follow_up(desk, record, values)


def month():
    return clock.today().replace(day=1)


def usage(session, employee, months=None):
    enter(None)
    session.flush()
    months = months or [month()]
    return usage_of(session, Employee.id == employee.id, months)[employee.id]


def by_hand(desk):
    """Count the three indicators again: with a desk, record by record, sharing no code."""
    sit(desk.session, desk)
    log = list(
        desk.session.scalars(
            select(CrmEvent).where(CrmEvent.layer_id == desk.layer.id).order_by(CrmEvent.seq)
        )
    )
    leads = in_time = 0
    for each in desk.session.scalars(select(Lead).where(Lead.id >= 10_000_000)):
        contacts = [
            act.virtual_at
            for act in log
            if act.entity == "activity" and act.changes.get("lead_id") == [None, each.id]
        ]
        hours = (min(contacts, default=desk.layer.virtual_at) - each.received_at).total_seconds()
        if contacts or hours > 86_400:
            leads += 1
            in_time += bool(contacts) and hours <= 86_400
    said = [
        each
        for each in desk.session.scalars(select(Activity).where(Activity.id >= 10_000_000))
        if each.method != "task"
    ]
    whole = [each for each in said if each.summary and each.next_step and each.method]
    seller = desk.layer.seller_id
    own = [
        each.id
        for each in desk.session.scalars(select(Customer))
        if each.owner_id == seller and each.retention == "active"
    ]
    named = {act.record_id for act in log if act.entity == "customer" and act.act != "view"}
    spoken = {each.customer_id for each in said}
    touched = [ident for ident in own if ident in named or ident in spoken]
    return [(in_time, leads), (len(whole), len(said)), (len(touched), len(own))]


def pairs(found):
    return [(each.part, each.whole) for each in (found.leads, found.follow_ups, found.updates)]


def test_the_figures_are_those_of_a_count_by_hand(crm_session, desk, trainee):
    own = crm_session.scalars(
        select(Customer).where(Customer.owner_id == desk.seller.id).order_by(Customer.id).limit(4)
    ).all()
    quick, late, never = (lead(desk, number) for number in range(3))
    follow(desk, quick)
    follow(desk, own[0], next_step="")
    entry.create_entry(
        desk,
        ENTITIES["activity"],
        {"method": "task", "subject": "回电", "customer_id": str(own[1].id)},
    )
    change_record(desk, own[2], {"city": "苏州"})
    desk.log("view", "customer", own[3].id)
    sandbox_clock.advance(desk, desk.now + timedelta(hours=30))
    follow(desk, late)
    lead(desk, 7)  # its day is not over

    found = usage(crm_session, trainee)[month()]

    assert pairs(found) == by_hand(desk)
    assert pairs(found)[:2] == [(1, 3), (2, 3)]
    assert never.first_followed_up_at is None


def test_another_month_and_another_person_have_their_own(crm_session, desk, trainee):
    follow(desk, lead(desk, 1))
    other = make_employee(crm_session)
    enter(None)
    open_free_workspace(crm_session, other)

    before = (month() - timedelta(days=1)).replace(day=1)
    found = usage(crm_session, trainee, [before, month()])

    assert found[before].follow_ups == Figure(0, 0)
    assert found[month()].follow_ups == Figure(1, 1)
    mine = usage(crm_session, other)[month()]
    assert (mine.leads, mine.follow_ups, mine.updates.part) == (Figure(), Figure(), 0)


def test_a_customer_given_away_is_no_longer_ones_own(crm_session, desk, trainee):
    before = usage(crm_session, trainee)[month()].updates.whole
    sit(crm_session, desk)
    own = select(Customer).where(Customer.owner_id == desk.seller.id).limit(1)
    change_record(desk, crm_session.scalars(own).one(), {"owner_id": None})
    create_record(desk, Customer, KNOWN_CUSTOMER | {"owner_id": desk.seller.id})
    create_record(desk, Customer, KNOWN_CUSTOMER | {"owner_id": desk.seller.id})

    assert usage(crm_session, trainee)[month()].updates == Figure(2, before + 1)


def test_a_teams_figure_adds_numerators_and_denominators():
    one = Usage(Figure(1, 1), Figure(1, 4), Figure(0, 0))
    other = Usage(Figure(0, 9), Figure(3, 4), Figure(2, 5))

    assert together([one, other]) == Usage(Figure(1, 10), Figure(4, 8), Figure(2, 5))
    assert together([]).leads.percent is None


def test_a_head_sees_her_department_and_a_coach_her_trainees(app, session, client):
    load_small_company(session)
    mine, others = make_department(session, "A"), make_department(session, "B")
    people = [make_employee(session, name=f"王{n}", department=mine) for n in range(3)]
    stranger = make_employee(session, name="外人", department=others)
    for each in (*people, stranger):
        open_free_workspace(session, each)
    head = make_employee(session, department=mine, headed=mine, rights=(Right.DEPARTMENT_HEAD,))
    coach = make_coach(session, people[0])
    desk = open_desk(session, open_free_workspace(session, people[0]), people[0], is_writing=True)
    follow(desk, find_record(desk, Customer, 1))
    enter(None)
    session.commit()

    client.sign_in(head)
    page = client.page("/coaching/usage")
    assert "1 of 1 with method, summary and next step" in page.text
    assert "1 of 3 own customers touched" in page.text
    assert "王2" in page.text
    assert "外人" not in page.text
    many = count_statements(client, "/coaching/usage")
    client.sign_in(coach)
    assert "王2" not in client.page("/coaching/usage").text
    assert count_statements(client, "/coaching/usage") == many
    client.sign_in(people[0])
    assert client.get("/coaching/usage").status_code == 403
