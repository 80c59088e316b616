"""Rows whose name looks like a record's: hints. They decide nothing; a person may heed them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import select

from training_platform.crm.desk import Desk
from training_platform.crm.importing.checking import CHUNK, Checked
from training_platform.crm.importing.duplicates import (
    Duplicate,
    editable_by,
    model_of,
    owner_column,
    usable,
)
from training_platform.crm.models import CrmImport, Customer, Lead
from training_platform.crm.rules import duplicates as rules
from training_platform.crm.rules.duplicates import SIMILAR, SIMILAR_WITH_PERSON, Traits
from training_platform.crm.rules.keys import company_key

#: The most hints that are kept: nobody goes through more of them.
MOST_HINTS = 1000
#: So many pairs of names take a few seconds; of more, only those that begin alike are compared.
MOST_COMPARED = 15_000_000
SAME_BEGINNING = 2
#: Larger groups (one contact for hundreds of firms) would say nothing.
MOST_IN_GROUP = 200
#: Entity → (field of the name, field of the person, column of the name's key, of the person).
_NAMES: Mapping[str, tuple[str, str, Any, Any]] = {
    "customer": ("name", "contact_name", Customer.name_key, Customer.contact_name),
    "lead": ("company", "person", Lead.company_key, Lead.person),
}


@dataclass
class _Names:
    """The names of the records, read once: by id, and in groups that are compared."""

    traits: dict[int, Traits] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    by_person: defaultdict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    by_beginning: defaultdict[str, dict[int, str]] = field(
        default_factory=lambda: defaultdict(dict)
    )


def find_alike(desk: Desk, entity: str, rows: Sequence[Checked]) -> dict[int, Duplicate]:
    """Return by row number the record whose name is most alike: the first thousand of them."""
    if entity not in _NAMES:  # a person's name is no firm's
        return {}
    name, person, *_columns = _NAMES[entity]
    names = _read_names(desk, entity)
    is_large = len(rows) * len(names.keys) > MOST_COMPARED
    best: dict[int, tuple[int, str]] = {}
    for row in rows:
        key = company_key(row.values.get(name) or "")
        ours = Traits(name_key=key, person=str(row.values.get(person) or "").strip())
        if len(key) >= SAME_BEGINNING and (found := _most_alike(ours, names, is_large=is_large)):
            best[row.number] = found
            if len(best) >= MOST_HINTS:
                break
    return _as_duplicates(desk, entity, best)


def recall_alike(desk: Desk, found: CrmImport, rows: Iterable[Checked]) -> dict[int, Duplicate]:
    """Return the hints that somebody answered, with the records that she saw then."""
    hints: Mapping[str, Mapping[str, Any]] = found.duplicates
    answered = {
        row.number: hint
        for row in rows
        if (hint := hints.get(str(row.number)))
        and hint["reason"] not in rules.STRONG
        and str(row.number) in found.choices
    }
    alike = {
        n: (hint["id"], hint["reason"]) for n, hint in answered.items() if "entity" not in hint
    }
    elsewhere = {n: Duplicate(**hint) for n, hint in answered.items() if "entity" in hint}
    return _as_duplicates(desk, found.entity, alike) | elsewhere


def _read_names(desk: Desk, entity: str) -> _Names:
    model: Any = model_of(entity)
    *_fields, key_column, person_column = _NAMES[entity]
    statement = select(model.id, key_column, person_column).where(usable(model))
    names = _Names()
    for ident, key, person in desk.session.execute(statement.order_by(model.id)):
        if not key:
            continue
        traits = Traits(name_key=key, person=(person or "").strip())
        names.traits[ident], names.keys[ident] = traits, key
        names.by_person[traits.person][ident] = key
        names.by_beginning[key[:SAME_BEGINNING]][ident] = key
    return names


def _most_alike(ours: Traits, names: _Names, *, is_large: bool) -> tuple[int, str] | None:
    """Return the id of the record that is most likely the same, and why; the rules judge."""
    pool = (
        _small(names.by_beginning.get(ours.name_key[:SAME_BEGINNING])) if is_large else names.keys
    )
    same_person = _small(names.by_person.get(ours.person)) if ours.person else {}
    found = [
        (rules.weight(reasons), likeness, -ident, reasons[0])
        for keys, least in ((pool, SIMILAR), (same_person, SIMILAR_WITH_PERSON))
        if (hit := process.extractOne(ours.name_key, keys, scorer=fuzz.ratio, score_cutoff=least))
        for _key, likeness, ident in (hit,)
        if (reasons := rules.reasons_for(ours, names.traits[ident], likeness))
    ]
    if not found:
        return None
    _weight, _likeness, negative, reason = max(found)
    return -negative, reason


def _small(group: dict[int, str] | None) -> dict[int, str]:
    return group if group and len(group) <= MOST_IN_GROUP else {}


def _as_duplicates(
    desk: Desk, entity: str, hints: Mapping[int, tuple[int, str]]
) -> dict[int, Duplicate]:
    """Return hints (row → id, reason) with what the records are now; deleted ones are left out."""
    if not hints:
        return {}
    model: Any = model_of(entity)
    ids = sorted({ident for ident, _reason in hints.values()})
    records: dict[int, tuple[str, int | None]] = {}
    for start in range(0, len(ids), CHUNK):
        title, owner = getattr(model, model.title_field), owner_column(model)
        statement = select(model.id, title, owner).where(model.id.in_(ids[start : start + CHUNK]))
        records |= {ident: (text, who) for ident, text, who in desk.session.execute(statement)}
    may: Callable[[int | None], bool] = editable_by(desk)
    return {
        number: Duplicate(reason, ident, records[ident][0], may_update=may(records[ident][1]))
        for number, (ident, reason) in hints.items()
        if ident in records
    }
