"""The rows of a file as values of records, with all that is wrong with them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import force_locale
from sqlalchemy import or_, select

from training_platform.core.i18n import LANGUAGES, translate
from training_platform.core.text import fold
from training_platform.crm.desk import Desk
from training_platform.crm.fields import CUSTOM_PREFIX, FieldKind
from training_platform.crm.importing.mapping import is_required
from training_platform.crm.models import CrmImport, Customer
from training_platform.crm.queries.sellers import within_reach
from training_platform.crm.registry import ENTITIES, Entity
from training_platform.crm.rules import validation
from training_platform.crm.rules.keys import company_key
from training_platform.crm.rules.validation import Fault
from training_platform.crm.services import entry

CHUNK = 500
Row = tuple[int, Sequence[str]]


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


FORMULA = _("%(field)s: this begins like a formula. Type the value itself.")


@dataclass
class Checked:
    """One row: its texts by field, the values it would save, and what is wrong."""

    number: int
    texts: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)


@dataclass
class _Known:
    """What the rows are compared with, read once."""

    entity: Entity
    choices: Mapping[str, Mapping[str, str]]
    customers: Mapping[str, list[int]]


def texts_of(found: CrmImport, row: Row) -> dict[str, str]:
    """Return a row's texts by field, mended cells in place of the file's."""
    number, cells = row
    texts = {
        name: cells[at] if at < len(cells) else "" for at, name in enumerate(found.mapping) if name
    }
    mended: Mapping[str, str] = found.mends.get(str(number), {})
    return {**texts, **mended}


def check_rows(desk: Desk, found: CrmImport, rows: Sequence[Row]) -> Iterator[Checked]:
    """Yield each row, checked by the rules that hold for what people type."""
    texts = [(row[0], texts_of(found, row)) for row in rows]
    known = _read_known(desk, found, [each for _number, each in texts])
    checker = entry.Checker(desk, known.entity)
    for number, each in texts:
        yield _check(checker, known, Checked(number, each))


def _check(checker: entry.Checker, known: _Known, row: Checked) -> Checked:
    raw = dict(row.texts)
    for name, text in row.texts.items():
        if text.startswith(("=", "@")):
            row.faults[name] = Fault("V00", FORMULA, {"field": _label(checker, known, name)})
        elif not text and is_required(known.entity.name, name):
            row.faults[name] = Fault(
                "V00", validation.REQUIRED, {"field": _label(checker, known, name)}
            )
        elif name in known.choices:
            raw[name] = known.choices[name].get(fold(text), text)
    customer_id = _customer(known, raw, row)
    row.values, faults = checker.check(raw)
    if customer_id is not None:
        row.values["customer_id"] = customer_id
        faults.pop("customer_id", None)
    row.faults = {**faults, **row.faults}
    return row


def _label(checker: entry.Checker, known: _Known, name: str) -> str:
    if name.startswith(CUSTOM_PREFIX):
        own = checker.custom.get(name.removeprefix(CUSTOM_PREFIX))
        return own.label if own else name
    return known.entity.fields[name].label


def _customer(known: _Known, raw: dict[str, str], row: Checked) -> int | None:
    """Take the customer out of the texts: a few selects find those of all rows."""
    text = raw.pop("customer_id", "")
    ids = known.customers.get(company_key(text)) or known.customers.get(fold(text)) or []
    if len(ids) == 1:
        return ids[0]
    if text and "customer_id" not in row.faults:
        message = validation.AMBIGUOUS_RECORD if ids else validation.UNKNOWN_RECORD
        label = known.entity.fields["customer_id"].label
        row.faults["customer_id"] = Fault("V00", message, {"field": label, "given": text[:40]})
    return None


def _read_known(desk: Desk, found: CrmImport, texts: Sequence[Mapping[str, str]]) -> _Known:
    entity = ENTITIES[found.entity]
    named = {each["customer_id"] for each in texts if each.get("customer_id")}
    return _Known(entity, _choice_codes(entity), _find_customers(desk, sorted(named)))


def _choice_codes(entity: Entity) -> dict[str, dict[str, str]]:
    """Return the codes of each list by its texts in both languages."""
    codes: dict[str, dict[str, str]] = {}
    for name, known in entity.editable.items():
        if known.kind is not FieldKind.CHOICE or not known.choices:
            continue
        found = codes.setdefault(name, {fold(code): code for code in known.choices})
        for language in LANGUAGES:
            with force_locale(language):
                found |= {fold(translate(text)): code for code, text in known.choices.items()}
    return codes


def _find_customers(desk: Desk, names: Sequence[str]) -> dict[str, list[int]]:
    """Return the ids of named customers within reach, by the key of the name and by number."""
    found: dict[str, list[int]] = {}
    for start in range(0, len(names), CHUNK):
        part = names[start : start + CHUNK]
        statement = select(Customer.id, Customer.code, Customer.name_key).where(
            or_(
                Customer.name_key.in_({company_key(name) for name in part}),
                Customer.code.in_({name.upper() for name in part}),
            ),
            within_reach(desk, Customer),
        )
        for ident, code, key in desk.session.execute(statement):
            found.setdefault(key, []).append(ident)
            found.setdefault(fold(code), []).append(ident)
    return found
