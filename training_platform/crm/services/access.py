"""Finding what the seller who is played may see, and refusing what is not hers to change (V13)."""

from typing import Any, TypeVar

from sqlalchemy import select

from training_platform.core.errors import NotFoundError, NotPermittedError
from training_platform.crm.desk import Desk
from training_platform.crm.errors import DeletedError
from training_platform.crm.models import Customer, Layered, Seller
from training_platform.crm.queries.sellers import within_reach
from training_platform.crm.rules import access
from training_platform.crm.services.records import find_deleted

Record = TypeVar("Record", bound=Layered)


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def find_within_reach(desk: Desk, model: type[Record], record_id: int | None) -> Record:
    """Return a record that the seller may see; raise NotFoundError for any other id."""
    record = desk.session.scalar(
        select(model).where(model.id == record_id, within_reach(desk, model))
    )
    if record is None:
        raise NotFoundError
    return record


def find_to_change(desk: Desk, model: type[Record], record_id: int | None) -> Record:
    """Return a record for what somebody entered on its page.

    Raises DeletedError where it was the seller's to change and was deleted since the page was
    opened, NotFoundError for any other id.
    """
    try:
        return find_within_reach(desk, model, record_id)
    except NotFoundError:
        deleted = find_deleted(desk, model, record_id)
        if deleted is None or not may_edit(desk, deleted):
            raise
        raise DeletedError(model.entity) from None


def may_edit(desk: Desk, record: Layered) -> bool:
    """Tell whether the seller may change a record; what has no owner of its own is its customer's.

    V13: one's own, the team's for a lead, everything for a director.
    """
    owner_id = _owner_of(desk, record)
    is_own = owner_id == desk.seller.id
    is_team = not is_own and owner_id is not None and _team_of(desk, owner_id) == desk.seller.team
    return access.may_edit(
        desk.seller.role, is_own=is_own, is_owned=owner_id is not None, is_team=is_team
    )


def expect_editable(desk: Desk, record: Layered) -> None:
    """Raise NotPermittedError where the record is not the seller's to change."""
    if may_edit(desk, record):
        return
    if _owner_of(desk, record) is None and _customer_of(record) is None:
        expect_leading(desk)
    elif _owner_of(desk, record) is None:
        raise NotPermittedError(_("V13: nobody owns this record. Claim it before you change it."))
    raise NotPermittedError(
        _("V13: this record belongs to somebody else. Ask the owner or the team lead.")
    )


def expect_leading(desk: Desk) -> None:
    """Raise NotPermittedError for sellers who lead nobody."""
    if not access.leads(desk.seller.role):
        raise NotPermittedError(_("Only a team lead or the sales director may do this."))


def _owner_of(desk: Desk, record: Layered) -> int | None:
    owner: Any = getattr(record, "owner_id", None)
    if owner is not None or hasattr(record, "owner_id"):
        return owner  # type: ignore[no-any-return]
    customer_id = getattr(record, record.customer_field, None)
    return desk.session.scalar(select(Customer.owner_id).where(Customer.id == customer_id))


def _customer_of(record: Layered) -> int | None:
    """Return the customer that somebody claims to own the record."""
    if isinstance(record, Customer):
        return record.id
    found: int | None = getattr(record, record.customer_field, None)
    return found


def _team_of(desk: Desk, seller_id: int) -> str | None:
    return desk.session.scalar(select(Seller.team).where(Seller.id == seller_id))
