"""Who of a customer's contacts is the main one: never two."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from training_platform.crm.desk import Desk
from training_platform.crm.models import Contact
from training_platform.crm.services import entry
from training_platform.crm.services.records import change_record


def keep_one_main(desk: Desk, contact: Contact) -> None:
    """Let a contact that was made the main one take the place of the one before."""
    if contact.is_primary:
        for other in _mains(desk, contact.customer_id):
            if other.id != contact.id:
                change_record(desk, other, {"is_primary": False}, act="move")


def join_mains(desk: Desk, customer_id: int, came: Sequence[int]) -> Iterator[list[Any]]:
    """Keep one main contact of those that a merge brought together: the customer's own first.

    came holds the ids of the contacts that were moved. Yields [entity, id, field, before] of each
    that is one no more, for the undo.
    """
    mains = sorted(_mains(desk, customer_id), key=lambda each: (each.id in came, each.id))
    for other in mains[1:]:
        if other.id in came:  # what was the customer's own stays as it was
            change_record(desk, other, {"is_primary": False}, act="move")
            yield [Contact.entity, other.id, "is_primary", True]


def without_second_mains(desk: Desk, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the values of new contacts, of which none takes a main contact's place.

    So the rows of a file: a revert could not give the place back.
    """
    wanted = {row["customer_id"] for row in rows if row.get("is_primary")}
    taken = select(Contact.customer_id).where(Contact.customer_id.in_(wanted), Contact.is_primary)
    has_one = set(desk.session.scalars(taken))
    given = []
    for row in rows:
        is_main = bool(row.get("is_primary")) and row["customer_id"] not in has_one
        if is_main:
            has_one.add(row["customer_id"])
        given.append({**row, "is_primary": is_main})
    return given


def _mains(desk: Desk, customer_id: int) -> Sequence[Contact]:
    found = select(Contact).where(Contact.customer_id == customer_id, Contact.is_primary)
    return desk.session.scalars(found.order_by(Contact.id)).all()


for _follow in (entry.AFTER_CREATE, entry.AFTER_CHANGE):
    _follow.setdefault("contact", []).append(keep_one_main)
