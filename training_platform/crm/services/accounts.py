"""Accounts of the practice company: suspending one, opening it again, renewing its access.

Whoever leads does this: a team lead for the team, the director for everybody, nobody for herself.
What was done stays in the event log; nothing of the account's history is touched.
"""

from sqlalchemy import ColumnElement, select, true

from training_platform.core.errors import InvalidTransitionError, NotPermittedError, RuleError
from training_platform.core.permissions import Permission, authorize
from training_platform.crm.desk import Desk
from training_platform.crm.models import Seller
from training_platform.crm.rules import access
from training_platform.crm.rules.roles import Reach, reach_of
from training_platform.crm.services.access import expect_leading
from training_platform.crm.services.records import change_record

LEAST_REASON = 4
MOST_REASON = 200


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def managed(desk: Desk) -> ColumnElement[bool]:
    """Return the condition of the accounts that the seller who is played looks after."""
    if reach_of(desk.seller.role) is Reach.ALL:
        return true()
    return Seller.team == desk.seller.team


def find_account(desk: Desk, seller_id: int) -> Seller:
    """Return an account that the seller who is played looks after.

    Raises NotPermittedError for sellers who lead nobody and for accounts of other teams.
    """
    expect_leading(desk)
    found = desk.session.scalar(select(Seller).where(Seller.id == seller_id, managed(desk)))
    if found is None:
        raise NotPermittedError(_("A team lead looks after the accounts of the own team only."))
    return found


def may_manage(desk: Desk, account: Seller) -> bool:
    """Tell whether the seller who is played may suspend an account or renew its access."""
    return access.leads(desk.seller.role) and account.id != desk.seller.id


def suspend_account(
    desk: Desk, account: Seller, reason: str, expected_version: int | None = None
) -> Seller:
    """Close an account at once, with the reason in words; its records stay as they are.

    Raises RuleError without a reason, InvalidTransitionError where it is suspended already.
    """
    _expect_manageable(desk, account)
    if account.suspended_at is not None:
        raise InvalidTransitionError(_("This account is suspended already."))
    if len(reason.strip()) < LEAST_REASON:
        raise RuleError(_("Say why the account is suspended."), field="reason")
    values = {
        "is_active": False,
        "suspended_at": desk.now,
        "suspension_reason": reason.strip()[:MOST_REASON],
    }
    return change_record(
        desk, account, values, expected_version=expected_version, act="account_suspend"
    )


def reinstate_account(desk: Desk, account: Seller, expected_version: int | None = None) -> Seller:
    """Open a suspended account again. Raises InvalidTransitionError for one that is open."""
    _expect_manageable(desk, account)
    if account.suspended_at is None:
        raise InvalidTransitionError(_("This account is not suspended."))
    values = {"is_active": True, "suspended_at": None, "suspension_reason": None}
    return change_record(
        desk, account, values, expected_version=expected_version, act="account_reinstate"
    )


def rotate_access(desk: Desk, account: Seller, expected_version: int | None = None) -> Seller:
    """Make password, open sessions and keys of an account void, so that whoever has them is out."""
    _expect_manageable(desk, account)
    return change_record(
        desk,
        account,
        {"access_rotated_at": desk.now},
        expected_version=expected_version,
        act="access_rotate",
    )


def _expect_manageable(desk: Desk, account: Seller) -> None:
    authorize(desk.actor, desk.workspace, Permission.WORKSPACE_WRITE)
    expect_leading(desk)
    if not may_manage(desk, account):
        raise NotPermittedError(_("Nobody suspends the own account; ask the sales director."))
