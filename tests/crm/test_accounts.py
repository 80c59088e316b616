"""Accounts: who leads suspends one with a reason, renews its access, and reads what it took out."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.crm.models import CrmEvent, Seller
from training_platform.crm.queries.accounts import accounts
from training_platform.crm.queries.sellers import choices
from training_platform.crm.services import accounts as services
from training_platform.crm.services import exports, records
from training_platform.crm.services.past_exports import PastExport, tell_export
from training_platform.crm.services.workspaces import play_seller

LEAD, OWN_TEAM, OTHER_TEAM, DIRECTOR = 2, 4, 8, 15
REASON = "夜间分批导出客户资料"


@pytest.fixture
def crm_app(shared_crm_app):
    return shared_crm_app


@pytest.fixture
def lead(desk):
    play_seller(desk, LEAD)
    return desk


def test_suspended_account_is_closed_with_its_reason_and_nobody_is_assigned_to_it(lead):
    account = services.suspend_account(lead, services.find_account(lead, OWN_TEAM), REASON)

    assert (account.is_active, account.suspended_at, account.suspension_reason) == (
        False,
        lead.now,
        REASON,
    )
    assert OWN_TEAM not in {ident for ident, _text in choices(lead)}


def test_reinstated_account_is_as_before(lead):
    account = services.suspend_account(lead, services.find_account(lead, OWN_TEAM), REASON)

    account = services.reinstate_account(lead, account)

    assert account.is_active
    assert account.suspended_at is None


def test_renewed_access_says_when(lead):
    account = services.rotate_access(lead, services.find_account(lead, OWN_TEAM))

    assert account.access_rotated_at == lead.now


def test_suspension_needs_a_reason(lead):
    with pytest.raises(RuleError):
        services.suspend_account(lead, services.find_account(lead, OWN_TEAM), "  ")


def test_account_is_suspended_once(lead):
    account = services.suspend_account(lead, services.find_account(lead, OWN_TEAM), REASON)

    with pytest.raises(InvalidTransitionError):
        services.suspend_account(lead, account, REASON)


def test_account_that_changed_meanwhile_is_a_conflict(lead):
    account = services.rotate_access(lead, services.find_account(lead, OWN_TEAM))

    with pytest.raises(ConflictError):
        services.suspend_account(lead, account, REASON, account.version - 1)


def test_lead_looks_after_the_own_team_alone(lead):
    with pytest.raises(NotPermittedError):
        services.find_account(lead, OTHER_TEAM)

    assert {each.seller.team for each in accounts(lead)} == {lead.seller.team}


def test_director_looks_after_everybody(desk):
    play_seller(desk, DIRECTOR)

    assert services.find_account(desk, OTHER_TEAM).id == OTHER_TEAM


def test_seller_looks_after_nobody(desk):
    with pytest.raises(NotPermittedError):
        services.find_account(desk, OWN_TEAM)


def test_nobody_suspends_the_own_account(lead):
    with pytest.raises(NotPermittedError):
        services.suspend_account(lead, records.find_record(lead, Seller, LEAD), REASON)


def test_log_tells_who_suspended_whom(lead):
    services.suspend_account(lead, services.find_account(lead, OWN_TEAM), REASON)

    event = lead.session.scalars(select(CrmEvent).order_by(CrmEvent.seq.desc()).limit(1)).one()
    assert (event.act, event.record_id, event.seller_id) == ("account_suspend", OWN_TEAM, LEAD)


def test_export_of_the_past_stands_in_the_log_and_moves_no_clock(lead):
    before, at = lead.now, lead.now - timedelta(hours=10)

    tell_export(lead, PastExport(OWN_TEAM, at, "customer", "备用数据", 87, ("name", "mobile")))

    (found,) = exports.requests(lead, seller_id=OWN_TEAM)
    assert (found.state, found.event.virtual_at, found.event.context["rows"]) == ("done", at, 87)
    assert lead.now == before


def test_exports_are_counted_by_account_over_the_last_days(lead):
    for days, rows in ((1, 90), (2, 10), (30, 500)):
        at = lead.now - timedelta(days=days)
        tell_export(lead, PastExport(OWN_TEAM, at, "customer", "备用数据", rows, ("name",)))

    found = {each.seller.id: (each.exports, each.rows) for each in accounts(lead)}
    assert found[OWN_TEAM] == (2, 100)
    assert found[LEAD] == (0, 0)
