"""The same act on several records of a list: all of them or none."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from training_platform.core.errors import NotFoundError, RuleError
from training_platform.crm.desk import Desk
from training_platform.crm.fields import Field
from training_platform.crm.models import Layered, Lead, Seller, Ticket
from training_platform.crm.queries.sellers import within_reach
from training_platform.crm.registry import Entity
from training_platform.crm.rules.parsing import read_value
from training_platform.crm.rules.validation import RefusedError, check_next_follow_up
from training_platform.crm.services import assignment, entry, records, tickets
from training_platform.crm.services.access import expect_editable, expect_leading

MOST_AT_ONCE = 200


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def find_many(desk: Desk, entity: Entity, ids: Sequence[int]) -> list[Layered]:
    """Return these records; raise NotFoundError where one is not the seller's to see."""
    wanted = sorted(set(ids))
    if not wanted:
        raise RuleError(_("Choose at least one row."))
    if len(wanted) > MOST_AT_ONCE:
        raise RuleError(_("At most %(most)s rows at once."), most=MOST_AT_ONCE)
    model: Any = entity.model
    found = list(
        desk.session.scalars(
            select(model).where(model.id.in_(wanted), within_reach(desk, model)).order_by(model.id)
        )
    )
    if len(found) != len(wanted):
        raise NotFoundError
    return found


def assign_many(desk: Desk, entity: Entity, ids: Sequence[int], seller_id: int, reason: str) -> int:
    """Give records to a seller, as a team lead or the director may; the reason stays.

    Leads and tickets have rules of their own: no closed one comes back this way.
    """
    _expect_field(entity, "owner_id")
    if not reason.strip():
        raise RuleError(_("Say why this seller gets the records."), field="reason")
    seller = records.find_record(desk, Seller, seller_id)
    found = find_many(desk, entity, ids)
    if entity.model is not Lead:
        expect_leading(desk)
    for record in found:
        if isinstance(record, Lead):
            assignment.reassign(desk, record, seller.id, reason, record.version)
            continue
        if isinstance(record, Ticket):
            tickets.assign_ticket(desk, record, seller.id, reason, record.version)
            continue
        if not seller.is_active:
            raise RuleError(_("This colleague is not at work. Choose another."), field="seller_id")
        if getattr(record, "owner_id", None) is not None:
            expect_editable(desk, record)
        records.change_record(
            desk, record, _handed_over(entity, desk, seller.id), act="assign", reason=reason.strip()
        )
    return len(found)


def tag_many(desk: Desk, entity: Entity, ids: Sequence[int], tag: str, *, is_added: bool) -> int:
    """Add a tag to records, or take it away."""
    known = _expect_field(entity, "tags")
    try:
        tags = set(read_value(known, tag, desk.now.tzinfo))  # type: ignore[arg-type]
    except RefusedError as refused:
        raise entry.EntryErrors({"tags": refused.fault}) from None
    if not tags:
        raise RuleError(_("Enter a tag."), field="tag")
    found = find_many(desk, entity, ids)
    for record in found:
        expect_editable(desk, record)
        before = set(record.tags or [])  # type: ignore[attr-defined]
        after = sorted(before | tags if is_added else before - tags)
        records.change_record(desk, record, {"tags": after})
    return len(found)


def plan_many(desk: Desk, entity: Entity, ids: Sequence[int], at: datetime) -> int:
    """Set the next follow-up of records (V06)."""
    known = _expect_field(entity, "next_follow_up_at")
    try:
        check_next_follow_up(known.label, at, desk.now)
    except RefusedError as refused:
        raise entry.EntryErrors({"next_follow_up_at": refused.fault}) from None
    found = find_many(desk, entity, ids)
    for record in found:
        expect_editable(desk, record)
        records.change_record(desk, record, {"next_follow_up_at": at})
    return len(found)


def delete_many(desk: Desk, entity: Entity, ids: Sequence[int]) -> int:
    """Delete records; one that may not be deleted keeps all of them.

    Raises NotFoundError for what people do not enter, such as payments: it cannot be deleted.
    """
    if not entity.is_open:
        raise NotFoundError
    found = find_many(desk, entity, ids)
    for record in found:
        entry.delete_entry(desk, record, expected_version=record.version)
    return len(found)


def _handed_over(entity: Entity, desk: Desk, seller_id: int) -> dict[str, Any]:
    values: dict[str, Any] = {"owner_id": seller_id}
    if entity.name == "customer":
        values |= {"claimed_at": desk.now, "pooled_at": None, "pool_reason": None}
    return values


def _expect_field(entity: Entity, name: str) -> Field:
    """Return a field that an act changes; raise NotFoundError where the records have none."""
    known = entity.fields.get(name)
    if known is None:
        raise NotFoundError
    return known
