"""Rows whose firm is known as a record of another kind: a lead that is a customer, and so on.

Hints, as in importing/likeness.py: they decide nothing; a person may heed them.
"""

from collections.abc import Mapping, Sequence

from training_platform.crm.desk import Desk
from training_platform.crm.importing.checking import Checked
from training_platform.crm.importing.duplicates import Duplicate, keys_of, records_by_key

#: Entity → (where else its firms may stand, field there → field here, what is said then).
_ELSEWHERE: Mapping[str, tuple[str, Mapping[str, str], str]] = {
    "customer": ("lead", {"mobile": "mobile", "company": "name", "email": "email"}, "is_lead"),
    "lead": ("customer", {"mobile": "mobile", "name": "company", "email": "email"}, "is_customer"),
}


def find_elsewhere(desk: Desk, entity: str, rows: Sequence[Checked]) -> dict[int, Duplicate]:
    """Return by row number the record of another kind with the same number, name or address."""
    if entity not in _ELSEWHERE:
        return {}
    other, names, reason = _ELSEWHERE[entity]
    ours = [keys_of(entity, row) for row in rows]
    theirs = [{name: keys[own] for name, own in names.items() if keys.get(own)} for keys in ours]
    known = records_by_key(desk, other, theirs)
    found: dict[int, Duplicate] = {}
    for row, keys in zip(rows, theirs, strict=True):
        for name, records in known:
            if keys.get(name) in records:
                ident, title, _owner_id = records[keys[name]]
                found[row.number] = Duplicate(reason, ident, title, entity=other)
                break
    return found
