"""Which rows of a file are about a record that exists, or about an earlier row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from training_platform.crm.desk import Desk
from training_platform.crm.importing.checking import CHUNK, Checked
from training_platform.crm.models import Contact, Customer, Layered, Lead, Seller
from training_platform.crm.rules import access
from training_platform.crm.rules.duplicates import STRONG
from training_platform.crm.rules.keys import company_key

#: Entity → (field of the row, column that holds its normal form, reason), the surest first.
_KEYS: Mapping[str, tuple[tuple[str, Any, str], ...]] = {
    "customer": (
        ("credit_code", func.upper(Customer.credit_code), "same_credit_code"),
        ("mobile", Customer.mobile, "same_mobile"),
        ("name", Customer.name_key, "same_name"),
        ("name", Customer.former_name, "former_name"),
        ("former_name", Customer.name_key, "former_name"),
        ("email", func.lower(Customer.email), "same_email"),
    ),
    "lead": (
        ("mobile", Lead.mobile, "same_mobile"),
        ("company", Lead.company_key, "same_name"),
        ("email", func.lower(Lead.email), "same_email"),
    ),
    "contact": (
        ("mobile", Contact.mobile, "same_mobile"),
        ("email", func.lower(Contact.email), "same_email"),
    ),
}
#: How a value is brought into the normal form of its column; others are compared as they are.
_NORMAL_FORMS: Mapping[str, Callable[[str], str]] = {
    "name": company_key,
    "company": company_key,
    "former_name": company_key,
    "email": str.casefold,
    "credit_code": str.upper,
}
_MODELS: Mapping[str, Any] = {"customer": Customer, "lead": Lead, "contact": Contact}


@dataclass(frozen=True)
class Duplicate:
    """What a row repeats: a record (id, title), or an earlier row of the file (line).

    A record of another kind than the rows has its entity.
    """

    reason: str
    id: int | None = None
    title: str = ""
    line: int | None = None
    may_update: bool = False
    entity: str = ""

    @property
    def is_strong(self) -> bool:
        """Tell whether it obliges an answer (V11); a name that only looks alike does not."""
        return self.reason in STRONG

    def as_json(self) -> dict[str, Any]:
        """Return it as an import keeps it."""
        return {name: value for name, value in self.__dict__.items() if value}


def find_duplicates(desk: Desk, entity: str, rows: Sequence[Checked]) -> dict[int, Duplicate]:
    """Return the duplicates by row number: equal number, name or address, in a few selects.

    Names that only look alike are another matter (importing/likeness.py).
    """
    seen: dict[tuple[str, str], int] = {}
    found: dict[int, Duplicate] = {}
    keyed = [keys_of(entity, row) for row in rows]
    known = records_by_key(desk, entity, keyed)
    may_edit = editable_by(desk)
    for row, keys in zip(rows, keyed, strict=True):
        for at, (name, _column, reason) in enumerate(_KEYS[entity]):
            key = keys.get(name)
            if not key or row.number in found:
                continue
            if key in known[at][1]:
                ident, title, owner_id = known[at][1][key]
                may = entity == "contact" or may_edit(owner_id)
                found[row.number] = Duplicate(reason, ident, title, may_update=may)
            elif (name, key) in seen:
                found[row.number] = Duplicate(reason, line=seen[name, key])
        for each in keys.items():
            seen.setdefault(each, row.number)
    return found


def records_by_key(
    desk: Desk, entity: str, keyed: Sequence[Mapping[str, str]]
) -> list[tuple[str, dict[str, tuple[int, str, int | None]]]]:
    """Return the records (id, title, owner's id) by each key, the surest key first.

    keyed holds what of each row is compared (keys_of), by the entity's fields.
    """
    return [
        (name, _records(desk, entity, keyed, at))
        for at, (name, _column, _reason) in enumerate(_KEYS[entity])
    ]


def _records(
    desk: Desk, entity: str, keyed: Iterable[Mapping[str, str]], at: int
) -> dict[str, tuple[int, str, int | None]]:
    """Return the records that share a key with some row, by that key; the oldest first."""
    name, column, _reason = _KEYS[entity][at]
    model: Any = _MODELS[entity]
    keys = sorted({keys[name] for keys in keyed if name in keys})
    statement = select(
        column, model.id, getattr(model, model.title_field), owner_column(model)
    ).where(usable(model))
    if column is Customer.former_name:  # few have one, and it is kept as it was typed
        former = desk.session.execute(statement.where(column.is_not(None)).order_by(model.id))
        return _by_key((company_key(text or ""), *rest) for text, *rest in former)
    found: dict[str, tuple[int, str, int | None]] = {}
    for start in range(0, len(keys), CHUNK):
        part = statement.where(column.in_(keys[start : start + CHUNK])).order_by(model.id)
        found |= _by_key(desk.session.execute(part))
    return found


def _by_key(rows: Iterable[Any]) -> dict[str, tuple[int, str, int | None]]:
    found: dict[str, tuple[int, str, int | None]] = {}
    for key, ident, title, owner_id in rows:
        found.setdefault(key, (ident, title, owner_id))
    return found


def usable(model: Any) -> Any:
    """Return the condition that a record stands for itself, not for one that it became."""
    return model.status != "converted" if model is Lead else model.id > 0


def owner_column(model: Any) -> Any:
    """Return the column that tells whose a record is."""
    return model.owner_id if hasattr(model, "owner_id") else model.customer_id


def keys_of(entity: str, row: Checked) -> dict[str, str]:
    """Return what of a row is compared, in normal form, by field."""
    names = {name for name, _column, _reason in _KEYS[entity]}
    return {
        name: _NORMAL_FORMS.get(name, str)(str(row.values[name]))
        for name in names
        if row.values.get(name)
    }


def editable_by(desk: Desk) -> Callable[[int | None], bool]:
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
