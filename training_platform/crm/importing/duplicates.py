"""Which rows of a file are about a record that exists, or about an earlier row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from training_platform.crm.desk import Desk
from training_platform.crm.importing.checking import CHUNK, Checked
from training_platform.crm.models import Contact, Customer, Layered, Lead, Seller
from training_platform.crm.rules import access
from training_platform.crm.rules.keys import company_key

#: Entity → (field of the row, column that holds its normal form, reason).
_KEYS: Mapping[str, tuple[tuple[str, Any, str], ...]] = {
    "customer": (
        ("mobile", Customer.mobile, "same_mobile"),
        ("name", Customer.name_key, "same_name"),
    ),
    "lead": (
        ("mobile", Lead.mobile, "same_mobile"),
        ("company", Lead.company_key, "same_name"),
    ),
    "contact": (
        ("mobile", Contact.mobile, "same_mobile"),
        ("email", Contact.email, "same_email"),
    ),
}
_MODELS: Mapping[str, Any] = {"customer": Customer, "lead": Lead, "contact": Contact}


@dataclass(frozen=True)
class Duplicate:
    """What a row repeats: a record (id, title), or an earlier row of the file (line)."""

    reason: str
    id: int | None = None
    title: str = ""
    line: int | None = None
    may_update: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as an import keeps it."""
        return {name: value for name, value in self.__dict__.items() if value}


def find_duplicates(desk: Desk, entity: str, rows: Sequence[Checked]) -> dict[int, Duplicate]:
    """Return the duplicates by row number: equal number, name or address, in a few selects.

    Names that only look alike are not looked for: ten thousand rows would each have many.
    """
    seen: dict[tuple[str, str], int] = {}
    found: dict[int, Duplicate] = {}
    known = [_records(desk, entity, rows, at) for at in range(len(_KEYS[entity]))]
    editable = _editable(desk)
    for row in rows:
        for at, (name, _column, reason) in enumerate(_KEYS[entity]):
            key = _key(name, row.values.get(name))
            if not key or row.number in found:
                continue
            if key in known[at]:
                ident, title, owner_id = known[at][key]
                may = entity == "contact" or editable(owner_id)
                found[row.number] = Duplicate(reason, ident, title, may_update=may)
            elif (name, key) in seen:
                found[row.number] = Duplicate(reason, line=seen[name, key])
        for name, _column, _reason in _KEYS[entity]:
            if key := _key(name, row.values.get(name)):
                seen.setdefault((name, key), row.number)
    return found


def _records(
    desk: Desk, entity: str, rows: Iterable[Checked], at: int
) -> dict[str, tuple[int, str, int | None]]:
    """Return the records that share a key with some row, by that key; the oldest first."""
    name, column, _reason = _KEYS[entity][at]
    model: Any = _MODELS[entity]
    keys = sorted({_key(name, row.values.get(name)) for row in rows} - {""})
    owner = model.owner_id if hasattr(model, "owner_id") else model.customer_id
    title = getattr(model, model.title_field)
    found: dict[str, tuple[int, str, int | None]] = {}
    for start in range(0, len(keys), CHUNK):
        statement = (
            select(column, model.id, title, owner)
            .where(column.in_(keys[start : start + CHUNK]), or_(*_usable(model)))
            .order_by(model.id)
        )
        for key, ident, text, owner_id in desk.session.execute(statement):
            found.setdefault(key, (ident, text, owner_id))
    return found


def _usable(model: Any) -> list[Any]:
    """Return the condition that a record stands for itself, not for one that it became."""
    return [model.status != "converted"] if model is Lead else [model.id > 0]


def _key(name: str, value: Any) -> str:
    if not value:
        return ""
    return company_key(value) if name in {"name", "company"} else str(value)


def _editable(desk: Desk) -> Any:
    """Return the test whether the seller may change what a seller owns (V13)."""
    rows = desk.session.execute(select(Seller.id, Seller.team))
    teams = {ident: team for ident, team in rows}  # noqa: C416  # rows are no pairs to mypy

    def may(owner_id: int | None) -> bool:
        return access.may_edit(
            desk.seller.role,
            is_own=owner_id == desk.seller.id,
            is_owned=owner_id is not None,
            is_team=owner_id is not None and teams.get(owner_id) == desk.seller.team,
        )

    return may


def model_of(entity: str) -> type[Layered]:
    """Return the model of something that can be imported."""
    model: type[Layered] = _MODELS[entity]
    return model
