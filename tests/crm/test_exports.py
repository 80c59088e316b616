"""Exports: a purpose, a limit, stars, a mark on every row, and all of it in the log."""

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from training_platform.core import sheets
from training_platform.core.errors import InvalidTransitionError, NotPermittedError, RuleError
from training_platform.crm.models import Alert, CrmEvent, Customer, Seller
from training_platform.crm.queries import lists
from training_platform.crm.registry import ENTITIES
from training_platform.crm.services import exports, records
from training_platform.crm.services.workspaces import play_seller

PURPOSE = "季度回访名单"


@pytest.fixture
def found(desk) -> list[Customer]:
    """Two customers of a name that no other has: the seller's own, and one of the pool."""
    values = {"mobile": "16412345678", "industry": "machinery"}
    return [
        records.create_record(desk, Customer, {"name": name, "owner_id": owner, **values})
        for name, owner in (("青瓷测试甲有限公司", desk.seller.id), ("青瓷测试乙有限公司", None))
    ]


def listed(desk, **arguments: str) -> lists.ListState:
    given = {"view": "all", "q": "青瓷测试", "columns": "mobile,industry", "sort": "name"}
    return lists.read_state(desk, ENTITIES["customer"], MultiDict(given | arguments))


def limit(desk, rows: int) -> None:
    desk.seller = records.change_record(
        desk, records.find_record(desk, Seller, desk.seller.id), {"export_limit_count": rows}
    )


def lead_of(desk) -> int:
    lead = select(Seller.id).where(Seller.role == "team_lead", Seller.team == desk.seller.team)
    return desk.session.scalars(lead).first()


def ask(desk, **wish) -> exports.Request:
    event, _is_free = exports.request_export(
        desk, listed(desk), exports.Wish(**{"purpose": PURPOSE, **wish})
    )
    return exports.find_request(desk, event.seq)


def take(desk, request: exports.Request) -> list[list[str]]:
    return sheets.read_csv(exports.export_file(desk, listed(desk), request.event)).rows


def test_file_holds_the_list_with_stars_for_what_is_not_own_and_the_mark(desk, found):
    rows = take(desk, ask(desk))

    assert len(rows) == 3
    assert {row[1] for row in rows[1:]} == {"16412345678", "164****5678"}
    assert all("练习数据" in row[-1] for row in rows)


@pytest.mark.parametrize("purpose", ["", "  ", "abc"])
def test_export_without_a_purpose_is_refused(desk, found, purpose):
    with pytest.raises(RuleError, match="V14") as refused:
        ask(desk, purpose=purpose)

    assert refused.value.field == "purpose"


def test_request_and_file_are_events_with_purpose_rows_and_fields(desk, found):
    take(desk, ask(desk))

    events = desk.session.scalars(
        select(CrmEvent).where(CrmEvent.act.like("export%")).order_by(CrmEvent.seq)
    ).all()
    assert [event.act for event in events] == ["export_request", "export_done"]
    assert events[0].context["title"] == PURPOSE
    assert events[0].context["rows"] == 2
    assert events[0].context["fields"] == ["name", "mobile", "industry"]


def test_more_rows_than_the_limit_wait_for_approval_and_ring_at_the_lead(desk, found):
    limit(desk, 1)
    request = ask(desk)
    assert request.state == "waiting"
    with pytest.raises(InvalidTransitionError):
        take(desk, request)

    rung = desk.session.scalars(select(Alert).where(Alert.cause.like("mass_export:%"))).all()
    assert [alert.seller_id for alert in rung] == [lead_of(desk)]


def test_exactly_the_limit_needs_no_approval(desk, found):
    limit(desk, 2)

    assert ask(desk).state == "approved"


def test_lead_approves_and_the_seller_takes_the_file(desk, found):
    limit(desk, 1)
    request, me = ask(desk), desk.seller.id
    with pytest.raises(NotPermittedError):
        exports.decide(desk, request, is_approved=True)
    play_seller(desk, lead_of(desk))
    exports.decide(desk, request, is_approved=True)
    request = exports.find_request(desk, request.seq)
    assert (request.state, request.decided_by_id) == ("approved", desk.seller.id)
    with pytest.raises(NotPermittedError):
        take(desk, request)

    play_seller(desk, me)
    assert len(take(desk, request)) == 3
    assert exports.find_request(desk, request.seq).state == "done"


def test_an_approval_is_for_so_many_rows_as_were_asked_for(desk, found):
    limit(desk, 1)
    request, me = ask(desk), desk.seller.id
    play_seller(desk, lead_of(desk))
    exports.decide(desk, request, is_approved=True)
    play_seller(desk, me)
    records.create_record(desk, Customer, {"name": "青瓷测试丙有限公司", "owner_id": me})

    with pytest.raises(RuleError, match="V14 The list has grown") as refused:
        take(desk, exports.find_request(desk, request.seq))
    assert refused.value.values == {"then": 2, "now": 3}


def test_denial_says_why_and_is_final(desk, found):
    limit(desk, 1)
    request = ask(desk)
    play_seller(desk, lead_of(desk))
    with pytest.raises(RuleError, match="denied"):
        exports.decide(desk, request, is_approved=False, reason=" ")
    exports.decide(desk, request, is_approved=False, reason="范围太大")

    request = exports.find_request(desk, request.seq)
    assert (request.state, request.reason) == ("denied", "范围太大")
    with pytest.raises(InvalidTransitionError):
        exports.decide(desk, request, is_approved=True)


def test_unmasked_contact_data_needs_approval_whatever_the_number(desk, found):
    request, me = ask(desk, is_unmasked=True), desk.seller.id
    assert request.state == "waiting"
    play_seller(desk, lead_of(desk))
    exports.decide(desk, request, is_approved=True)
    play_seller(desk, me)

    assert [row[1] for row in take(desk, request)[1:]] == ["16412345678", "16412345678"]


def test_formula_in_a_name_does_no_harm(desk):
    name = "=青瓷测试HYPERLINK公司"
    records.create_record(desk, Customer, {"name": name, "owner_id": desk.seller.id})

    assert [row[0] for row in take(desk, ask(desk))[1:]] == [f"'{name}"]


def test_spreadsheet_is_offered_too(desk, found):
    request = ask(desk, kind="xlsx")
    data = exports.export_file(desk, listed(desk), request.event)

    assert len(sheets.read_xlsx(data, most_rows=10).rows) == 3


def test_more_than_anybody_may_take_is_refused(desk, found):
    for seller_id in desk.session.scalars(select(Seller.id)).all():
        seller = records.find_record(desk, Seller, seller_id)
        records.change_record(desk, seller, {"export_limit_count": 1})

    with pytest.raises(RuleError, match="Nobody"):
        ask(desk)


def test_list_leads_to_its_export_and_the_file_comes(desk, found, crm_client):
    home = f"/crm/{desk.workspace.id}"
    page = crm_client.get(f"{home}/customer/?view=all&q=青瓷测试").get_data(as_text=True)
    assert f"{home}/customer/export?" in page
    data = {"view": "all", "q": "青瓷测试", "purpose": "", "kind": "csv"}
    assert crm_client.post(f"{home}/customer/export", data=data).status_code == 422
    response = crm_client.post(f"{home}/customer/export", data=data | {"purpose": PURPOSE})

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "青瓷测试甲" in response.get_data(as_text=True)
    assert PURPOSE in crm_client.get(f"{home}/exports").get_data(as_text=True)
