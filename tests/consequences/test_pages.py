"""HR's pages of cases, recommendations and the policy."""

import pytest
from sqlalchemy import select

from tests.counting import count_statements
from tests.factories.consequences import make_case, make_recommendation
from tests.factories.people import make_employee
from training_platform.consequences.models import HrCase, RewardPolicy, RewardRecommendation
from training_platform.consequences.rules import CaseState, RewardState
from training_platform.core.permissions import Right


@pytest.fixture
def names(session, client):
    """The ids of one case and one recommendation, and HR signed in."""
    hr = make_employee(session, rights=(Right.HR,))
    case = make_case(session, make_employee(session, name="王芳").id).id
    reward = make_recommendation(session, make_employee(session, name="李雷").id).id
    session.commit()
    client.sign_in(hr)
    return {"case": f"/consequences/cases/{case}", "reward": f"/consequences/rewards/{reward}"}


def test_a_case_is_found_and_decided(client, session, names):
    page = client.page("/consequences/?q=王芳")
    assert names["case"] in page.links()
    assert "Default rules, fail 2" in page.text
    assert names["case"] not in client.page("/consequences/?q=nobody").links()
    assert client.post(names["case"], data={"version": "1"}).status_code == 422

    form = {"version": "1", "decision": "coaching", "reason": "Talked to her."}
    assert client.post(names["case"], data=form).status_code == 303

    assert session.scalars(select(HrCase)).one().state is CaseState.DECIDED
    assert "Talked to her." in client.page(names["case"]).text
    assert names["case"] in client.page("/consequences/?state=decided").links()
    session.rollback()
    assert client.post(names["case"], data=form).status_code == 409


def test_points_are_given_on_the_page(client, session, names):
    assert names["reward"] in client.page("/consequences/rewards").links()

    form = {"version": "1", "verdict": "approved"}
    assert client.post(names["reward"], data=form).status_code == 303

    assert session.scalars(select(RewardRecommendation)).one().state is RewardState.APPROVED
    assert "Not given" not in client.page(names["reward"]).text  # no reason is asked for


def test_the_policy_stands_beside_the_ladders_and_is_edited(client, session, names):
    assert "/consequences/policy" in client.page("/admin/ladders").links()
    form = {"version": "1", "quiz_points": "3", "practical_points": "7", "practical_percent": "90"}

    assert client.post("/consequences/policy", data=form).status_code == 303
    assert client.post("/consequences/policy", data=form).status_code == 409

    policy = session.scalars(select(RewardPolicy)).one()
    assert (policy.quiz_points, policy.practical_percent, policy.first_try_only) == (3, 90, False)
    wrong = form | {"version": "2", "practical_percent": "101"}
    session.rollback()
    assert client.post("/consequences/policy", data=wrong).status_code == 422


@pytest.mark.parametrize("address", ["/consequences/", "/consequences/rewards"])
def test_the_lists_ask_no_more_for_more_rows(client, session, names, address):
    before = count_statements(client, address)

    for _ in range(4):
        make_case(session, make_employee(session).id)
        make_recommendation(session, make_employee(session).id)
    session.commit()

    assert count_statements(client, address) == before
