"""Guessed addresses and tampered forms: nothing of anybody else's is reached, told or written."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.crm.selling import (
    make_activity,
    make_contact,
    make_contract,
    make_customer,
    make_lead,
    make_opportunity,
)
from tests.factories.crm import TYPED_CUSTOMER
from tests.reliability.sandbox import House, Trainee, count, customer_file, expect_whole_log
from training_platform.core.audit import AuditEvent
from training_platform.core.forms import FormToken
from training_platform.core.list_files import read_upload
from training_platform.crm import models
from training_platform.crm.dataset.loading import current_dataset
from training_platform.crm.models import CrmEvent, CrmLayer, CrmWorkspace, Customer
from training_platform.crm.services import checkpoints, imports
from training_platform.crm.services.contracts import place_order
from training_platform.crm.services.records import create_record

SECRET = "绝密水泵"
#: Addresses in one's own workspace, with the number of something of somebody else.
GUESSED = [
    ("GET", "customer/{customer}"),
    ("GET", "customer/{customer}?tab=changes"),
    ("GET", "customer/{customer}/edit"),
    ("GET", "customer/{customer}/fields/remarks"),
    ("GET", "customer/{customer}/delete"),
    ("POST", "customer/{customer}/edit"),
    ("POST", "customer/{customer}/delete"),
    ("POST", "customer/{customer}/follow-up"),
    ("POST", "customer/{customer}/tags"),
    ("POST", "customer/{customer}/claim"),
    ("POST", "customer/{customer}/protect"),
    ("POST", "customer/{customer}/retention"),
    ("GET", "customer/{customer}/release"),
    ("GET", "contact/{contact}"),
    ("GET", "lead/{lead}/convert"),
    ("POST", "lead/{lead}/convert"),
    ("POST", "lead/{lead}/nurture"),
    ("GET", "opportunity/{opportunity}/deal"),
    ("GET", "opportunity/{opportunity}/stage"),
    ("POST", "opportunity/{opportunity}/stage"),
    ("GET", "opportunity/{opportunity}/quotes/new"),
    ("GET", "contract/{contract}/payment"),
    ("POST", "contract/{contract}/payment"),
    ("POST", "contract/{contract}/order"),
    ("GET", "contract/{contract}/sign"),
    ("GET", "order/{order}/payment"),
    ("GET", "ticket/{ticket}/work"),
    ("POST", "ticket/{ticket}/work/step"),
    ("GET", "ticket/{ticket}/customer-view"),
    ("POST", "tasks/{activity}/done"),
    ("POST", "customer/views/{view}/delete"),
    ("GET", "reports/saved/{report}"),
    ("POST", "reports/saved/{report}/delete"),
    ("GET", "imports/{import}"),
    ("GET", "imports/{import}/sample"),
    ("GET", "imports/{import}/errors.csv"),
    ("POST", "imports/{import}/mapping"),
    ("POST", "imports/{import}/commit"),
    ("POST", "states/{state}/back"),
    ("POST", "states/{state}/delete"),
    ("POST", "states/{present}/back"),
    ("POST", "states/{dataset}/back"),
    ("POST", "states/{dataset}/delete"),
]


def fill(house: House, who: Trainee) -> dict[str, int]:
    """Put one of everything into somebody's workspace; return the numbers."""
    with house.desk_of(who) as desk:
        customer = make_customer(desk, name=f"{SECRET}有限公司", mobile="15412340000")
        opportunity = make_opportunity(desk, customer, name=SECRET)
        contract = make_contract(desk, opportunity)
        ticket = {"customer_id": customer.id, "subject": SECRET, "owner_id": desk.seller.id}
        ticket |= {"channel": "phone", "category": "repair", "received_at": desk.now}
        data = customer_file(SECRET, range(2))
        file = imports.upload_file(desk, "customer", read_upload(data, "l.csv"), data, "l.csv")
        made: dict[str, Any] = {
            "customer": customer,
            "contact": make_contact(desk, customer, name=SECRET),
            "lead": make_lead(desk, company=SECRET),
            "opportunity": opportunity,
            "contract": contract,
            "order": place_order(desk, contract),
            "ticket": create_record(desk, models.Ticket, ticket),
            "activity": make_activity(desk, customer_id=customer.id, summary=SECRET),
            "view": create_record(desk, models.SavedView, {"name": SECRET, "about": "customer"}),
            "report": create_record(desk, models.SavedReport, {"name": SECRET}),
            "import": file,
            "state": checkpoints.keep_state(desk, SECRET),
            "present": desk.layer,
            "dataset": current_dataset(desk.session),
        }
        return {name: each.id for name, each in made.items()}


@pytest.fixture(scope="module")
def foreign(house: House) -> Iterator[tuple[Trainee, dict[str, int]]]:
    who, digest = house.trainee(), house.digest()
    yield who, fill(house, who)
    assert house.digest() == digest


@pytest.fixture
def mine(house: House) -> Iterator[Trainee]:
    who = house.trainee()
    yield who
    with house.looking() as session:
        workspace = session.get_one(CrmWorkspace, who.workspace_id)
        expect_whole_log(session, workspace.layer_id)


def state_of(house: House, who: Trainee) -> tuple[Any, ...]:
    """Return what any write to a workspace would change."""
    with house.looking() as session:
        workspace = session.get_one(CrmWorkspace, who.workspace_id)
        layer = session.get_one(CrmLayer, workspace.layer_id)
        kept = session.scalars(
            select(CrmLayer.retired_at).where(CrmLayer.workspace_id == workspace.id)
        ).all()
        return workspace.layer_id, workspace.resets_count, layer.next_seq, layer.next_id, kept


def send(house: House, who: Trainee, method: str, path: str, **form: Any) -> Any:
    client = house.app.test_client()
    client.set_cookie("session", who.visitor.cookie)
    data = {"csrf_token": who.visitor.csrf, **form} if method == "POST" else None
    return client.open(who.at(path), method=method, data=data)


@pytest.mark.parametrize(("method", "route"), GUESSED)
def test_a_guessed_number_finds_nothing_of_anybody_else(
    method: str, route: str, house: House, foreign, mine: Trainee
):
    owner, numbers = foreign
    if method == "GET":  # the address is a real one
        page = send(house, owner, method, route.format(**numbers))
        assert page.status_code == 200
        page.close()  # what was looked at is written down then
    before = state_of(house, owner)

    answer = send(house, mine, method, route.format(**numbers), version="1", resets="0", once="t")

    assert answer.status_code == 404
    assert SECRET not in answer.get_data(as_text=True)
    assert state_of(house, owner) == before


@pytest.mark.parametrize("path", ["customer/?view=all", f"search?q={SECRET}", "states", "imports"])
def test_lists_and_searches_tell_nothing_of_anybody_else(
    path: str, house: House, foreign, mine: Trainee
):
    answer = send(house, mine, "GET", path)

    text = answer.get_data(as_text=True).replace(f'value="{SECRET}"', "")  # what was searched
    assert answer.status_code == 200
    assert f"{SECRET}有限公司" not in text
    assert f"/states/{foreign[1]['state']}" not in text
    assert f"/imports/{foreign[1]['import']}" not in text


def test_a_reference_to_anybody_elses_record_is_refused_without_its_name(
    house: House, foreign, mine: Trainee
):
    form = {"name": "王五", "customer_id": str(foreign[1]["customer"]), "once": "t"}

    answer = send(house, mine, "POST", "contact/new", **form)

    assert answer.status_code == 422
    assert SECRET not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("assignment", {"id": "1"}),
        ("customer/1/protect", {"days": "30", "version": "1"}),
        ("customer/1/retention", {"act": "archive", "version": "1"}),
    ],
)
def test_what_the_seller_may_not_do_is_logged_as_a_denial(
    path: str, form: dict[str, str], house: House, mine: Trainee
):
    assert send(house, mine, "POST", path, **form).status_code == 403

    with house.looking() as session:
        layer_id = session.get_one(CrmWorkspace, mine.workspace_id).layer_id
        assert count(session, CrmEvent, layer_id, CrmEvent.act == "deny") == 1
        refused = AuditEvent.action == "access.refused"
        mine_only = AuditEvent.actor_id == mine.visitor.employee_id
        assert session.scalar(select(func.count()).where(refused, mine_only)) == 1


# ---- Tokens of forms ---------------------------------------------------------------------------


def entered(house: House, who: Trainee) -> int:
    with house.looking() as session:
        layer_id = session.get_one(CrmWorkspace, who.workspace_id).layer_id
        return count(session, Customer, layer_id)


def enter(house: House, who: Trainee, number: int, **form: str) -> Any:
    typed = TYPED_CUSTOMER | {"name": f"令牌{number}号有限公司", "mobile": f"154{number:08d}"}
    return send(house, who, "POST", "customer/new", **typed | form)


@pytest.mark.parametrize("form", [{}, {"once": ""}, {"once": "\0"}], ids=["none", "empty", "nul"])
def test_a_form_without_a_token_swallows_no_other(
    form: dict[str, str], house: House, mine: Trainee
):
    answers = [enter(house, mine, number, **form) for number in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location != answers[1].location
    assert entered(house, mine) == 2


@pytest.mark.parametrize(
    "token", [secrets.token_hex(10_000), "\0" + "x" * 20, "'; DROP TABLE form_token; --", "🂡"]
)
def test_a_tampered_token_counts_once_like_any_other(token: str, house: House, mine: Trainee):
    answers = [enter(house, mine, 1, once=token) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert entered(house, mine) == 1


def test_anybody_elses_token_leads_nowhere_of_theirs(house: House, foreign, mine: Trainee):
    theirs = enter(house, foreign[0], 1, once="their token")

    answer = enter(house, mine, 1, once="their token")

    assert theirs.status_code == answer.status_code == 303
    assert answer.location != theirs.location
    assert entered(house, mine) == 1


def test_an_equal_post_that_is_not_seen_in_time_leads_where_the_first_did(
    house: House, mine: Trainee, monkeypatch: pytest.MonkeyPatch
):
    """Only the unique token is left to notice it, as with two workspaces that share no lock."""
    first = enter(house, mine, 1, once="the same token")
    with monkeypatch.context() as blind:
        blind.setattr(
            "training_platform.crm.views.entry.forms.already_led_to", lambda *_arguments: None
        )
        second = enter(house, mine, 2, once="the same token")

    assert (second.status_code, second.location) == (303, first.location)
    assert entered(house, mine) == 1
    with house.looking() as session:
        own = FormToken.employee_id == mine.visitor.employee_id
        assert session.scalar(select(func.count()).where(own)) == 1
