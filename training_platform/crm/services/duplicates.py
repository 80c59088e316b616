"""Finding records that may be about the same firm or person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, func, or_, select

from training_platform.core.i18n import translate
from training_platform.crm.desk import Desk
from training_platform.crm.models import Contact, Customer, Layered, Lead
from training_platform.crm.queries.sellers import within_reach
from training_platform.crm.rules import duplicates as rules
from training_platform.crm.rules.duplicates import Traits
from training_platform.crm.rules.keys import company_key

#: The most names that look alike and are looked at closely.
MOST_ALIKE = 20
_COMPARED: Mapping[str, tuple[type[Layered], ...]] = {
    "customer": (Customer, Lead, Contact),
    "lead": (Customer, Lead, Contact),
    "contact": (Contact, Customer, Lead),
}


@dataclass(frozen=True)
class Candidate:
    """A record that may be the same, and why."""

    entity: str
    id: int
    title: str
    reasons: tuple[str, ...]
    owner_id: int | None = None

    @property
    def words(self) -> list[str]:
        """Return the reasons in the page's language."""
        return [translate(rules.REASONS[reason]) for reason in self.reasons]

    @property
    def is_strong(self) -> bool:
        """Tell whether it obliges an answer (V11)."""
        return rules.is_strong(self.reasons)


def find_candidates(
    desk: Desk,
    entity_name: str,
    values: Mapping[str, Any],
    exclude_id: int | None = None,
    *,
    only_strong: bool = False,
) -> list[Candidate]:
    """Return the records that may be the same as the one with these values, at most five.

    All of the company's records are looked at, not only the seller's own: a colleague's customer
    is a customer too, but a customer's own contacts are the same firm and no second one.
    exclude_id is the record itself, where it exists. only_strong leaves out names that only look
    alike, and with them the reading of all names: what V11 asks for.
    """
    ours = rules.traits_of(values)
    person_only = entity_name == "contact"
    own_customer_id = exclude_id if entity_name == "customer" else None
    if person_only:  # a person's name is no firm's: only number and address tell
        ours = Traits(mobile=ours.mobile, email=ours.email)
    found = [
        candidate
        for model in _COMPARED.get(entity_name, ())
        for candidate in _candidates(
            desk,
            model,
            ours,
            _own(model, entity_name, exclude_id),
            own_customer_id=own_customer_id,
            only_strong=only_strong,
        )
        if candidate.is_strong or not only_strong
    ]
    found.sort(key=lambda each: (-rules.weight(each.reasons), each.entity != entity_name, each.id))
    return found[: rules.MOST_CANDIDATES]


def find_customers_like(desk: Desk, values: Mapping[str, Any]) -> list[Candidate]:
    """Return the customers that a lead with these values may be about, at most five.

    Leads and contacts are not looked at: many that are alike would push the customer out.
    """
    found = _candidates(
        desk, Customer, rules.traits_of(values), None, own_customer_id=None, only_strong=False
    )
    surest = sorted(found, key=lambda each: (-rules.weight(each.reasons), each.id))
    return surest[: rules.MOST_CANDIDATES]


def _own(model: type[Layered], entity_name: str, exclude_id: int | None) -> int | None:
    return exclude_id if model.entity == entity_name else None


def _candidates(
    desk: Desk,
    model: type[Layered],
    ours: Traits,
    exclude_id: int | None,
    *,
    own_customer_id: int | None,
    only_strong: bool,
) -> Iterable[Candidate]:
    alike = {} if only_strong else _alike(desk, model, ours.name_key)
    if model is Customer and ours.name_key:
        alike |= _formerly(desk, ours.name_key)
    conditions = [*_equal(model, ours)]
    if alike:
        conditions.append(model.id.in_(alike))
    if not conditions:
        return
    statement = select(model).where(or_(*conditions), model.id != (exclude_id or 0))
    if model is Lead:
        statement = statement.where(Lead.status != "converted")  # its customer stands for it
    if model is Contact and own_customer_id is not None:
        statement = statement.where(Contact.customer_id != own_customer_id)
    for record in desk.session.scalars(statement.order_by(model.id).limit(50)):
        theirs = traits_of_record(record)
        reasons = rules.reasons_for(ours, theirs, alike.get(record.id, 0))
        if reasons:
            owner: int | None = getattr(record, "owner_id", None)
            yield Candidate(model.entity, record.id, _title(record), reasons, owner)


def traits_of_record(record: Layered) -> Traits:
    """Return what of a stored record is compared."""
    names = ("former_name", "mobile", "email", "credit_code", "contact_name", "person")
    values = {name: getattr(record, name, None) for name in names}
    if not isinstance(record, Contact):  # a person's name is no firm's
        values["name"] = getattr(record, record.title_field)
    return rules.traits_of(values)


def _equal(model: Any, ours: Traits) -> Iterable[ColumnElement[bool]]:
    if ours.mobile:
        yield model.mobile == ours.mobile
    if ours.email:
        yield func.lower(model.email) == ours.email
    if ours.name_key and model is not Contact:
        yield _name_key(model) == ours.name_key
    if ours.credit_code and model is Customer:
        yield func.upper(Customer.credit_code) == ours.credit_code
    if ours.former_key and model is Customer:
        yield Customer.name_key == ours.former_key


def _name_key(model: Any) -> Any:
    return model.name_key if model is Customer else model.company_key


def _alike(desk: Desk, model: Any, name_key: str) -> dict[int, float]:
    """Return the ids whose names look alike, with how much: ideas, which the rules then judge."""
    if model is Contact or len(name_key) < 2:
        return {}
    rows = desk.session.execute(select(model.id, _name_key(model))).all()
    return _most_alike(name_key, {ident: key for ident, key in rows if key})


def _formerly(desk: Desk, name_key: str) -> dict[int, float]:
    """Return the customers that had this name before; few have a former name."""
    rows = desk.session.execute(
        select(Customer.id, Customer.former_name).where(Customer.former_name.is_not(None))
    )
    return {ident: 100.0 for ident, name in rows if name and company_key(name) == name_key}


def _most_alike(name_key: str, keys: Mapping[int, str]) -> dict[int, float]:
    hits: Sequence[tuple[str, float, int]] = process.extract(
        name_key,
        keys,
        scorer=fuzz.ratio,
        score_cutoff=rules.SIMILAR_WITH_PERSON,
        limit=MOST_ALIKE,
    )
    return {ident: score for _key, score, ident in hits}


def _title(record: Any) -> str:
    return str(getattr(record, record.title_field) or "")


def reachable(desk: Desk, candidates: Sequence[Candidate]) -> frozenset[tuple[str, int]]:
    """Return which of the candidates the seller may open, as (entity, id)."""
    found: set[tuple[str, int]] = set()
    for model in (Customer, Lead, Contact):
        ids = [each.id for each in candidates if each.entity == model.entity]
        statement = select(model.id).where(model.id.in_(ids), within_reach(desk, model))
        if ids:
            found |= {(model.entity, ident) for ident in desk.session.scalars(statement)}
    return frozenset(found)
