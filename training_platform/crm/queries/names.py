"""What the records that others refer to are called: one statement per entity, however many."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from training_platform.core.i18n import language
from training_platform.crm.desk import Desk
from training_platform.crm.fields import FieldKind
from training_platform.crm.models import Customer, Layered, Product, Seller
from training_platform.crm.registry import ENTITIES, Entity

#: Fields that hold a name in Latin letters beside the Chinese one.
_ENGLISH: Mapping[str, str] = {"seller": "latin_name", "product": "english_name"}


@dataclass
class Names:
    """Titles by (entity, id), and whose the customers among them are."""

    titles: dict[tuple[str, int], str] = field(default_factory=dict)
    owners: dict[int, int | None] = field(default_factory=dict)

    def of(self, entity: str | None, record_id: int | None) -> str:
        """Return what a record is called; an empty text where there is none to be seen."""
        return self.titles.get((entity or "", record_id or 0), "")


def names_for(
    desk: Desk, entity: Entity, found: Iterable[Layered], fields: Iterable[str] | None = None
) -> Names:
    """Return the names of what these fields of records refer to; None means all fields."""
    wanted: dict[str, set[int]] = defaultdict(set)
    rows = list(found)
    for name in fields if fields is not None else entity.fields:
        known = entity.fields.get(name)
        if known is None or known.kind is not FieldKind.REFERENCE or known.refers_to is None:
            continue
        wanted[known.refers_to] |= {getattr(row, name) for row in rows} - {None}
    return names_of(desk, wanted)


def names_of(desk: Desk, wanted: Mapping[str, Iterable[int]]) -> Names:
    """Return the names of records by entity and id."""
    names = Names()
    for entity_name, ids in wanted.items():
        chosen = sorted(set(ids))
        if not chosen:
            continue
        model: Any = ENTITIES[entity_name].model
        columns = [model.id, title_column(model)]
        if model is Customer:
            columns.append(Customer.owner_id)
        for row in desk.session.execute(select(*columns).where(model.id.in_(chosen))):
            names.titles[entity_name, row[0]] = str(row[1] or "")
            if model is Customer:
                names.owners[row[0]] = row[2]
    return names


def title_column(model: Any) -> Any:
    """Return the column that names a record in the page's language."""
    english = _ENGLISH.get(model.entity)
    return getattr(model, english if english and language() == "en" else model.title_field)


def choices_for(desk: Desk, entity_name: str) -> Sequence[tuple[int, str]]:
    """Return the records of a small entity (sellers, products, campaigns) to choose from."""
    model: Any = ENTITIES[entity_name].model
    statement = select(model.id, title_column(model)).order_by(model.id).limit(200)
    if model in {Seller, Product}:
        statement = statement.where(model.is_active)
    return [(row[0], str(row[1] or "")) for row in desk.session.execute(statement)]
