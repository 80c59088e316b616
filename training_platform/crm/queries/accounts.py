"""Accounts of the practice company as those who lead see them: state, and what they took out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from training_platform.crm.desk import Desk
from training_platform.crm.models import CrmEvent, Seller
from training_platform.crm.services.accounts import managed
from training_platform.crm.services.exports import DONE

#: Exports are counted over so many days, up to now.
COUNTED_DAYS = 7
_MOST_EXPORTS = 1_000
_MOST_ACTS = 50
#: What was done to an account.
ACTS = ("account_suspend", "account_reinstate", "access_rotate")


@dataclass
class Account:
    """A seller's account with what went out through it of late."""

    seller: Seller
    exports: int = 0
    rows: int = 0
    last_at: datetime | None = None


def accounts(desk: Desk) -> list[Account]:
    """Return the accounts that the seller who is played looks after, with their exports."""
    sellers = desk.session.scalars(select(Seller).where(managed(desk)).order_by(Seller.id))
    found = {seller.id: Account(seller) for seller in sellers}
    for event in _taken(desk):
        account = found.get(event.seller_id or 0)
        if account is not None:
            account.exports += 1
            account.rows += event.context["rows"]
            account.last_at = max(account.last_at or event.virtual_at, event.virtual_at)
    return list(found.values())


def acts_on(desk: Desk, account: Seller) -> Sequence[CrmEvent]:
    """Return what was done to an account, the newest first."""
    return desk.session.scalars(
        select(CrmEvent)
        .where(
            CrmEvent.layer_id == desk.layer.id,
            CrmEvent.entity == Seller.entity,
            CrmEvent.record_id == account.id,
            CrmEvent.act.in_(ACTS),
        )
        .order_by(CrmEvent.seq.desc())
        .limit(_MOST_ACTS)
    ).all()


def _taken(desk: Desk) -> Sequence[CrmEvent]:
    return desk.session.scalars(
        select(CrmEvent)
        .where(
            CrmEvent.layer_id == desk.layer.id,
            CrmEvent.act == DONE,
            CrmEvent.virtual_at > desk.now - timedelta(days=COUNTED_DAYS),
        )
        .order_by(CrmEvent.seq.desc())
        .limit(_MOST_EXPORTS)
    ).all()
