"""Files for imports: the template to fill in, and the list of rows that were refused."""

from collections.abc import Sequence

from flask_babel import force_locale

from training_platform.core import sheets
from training_platform.core.i18n import LANGUAGES, translate
from training_platform.crm.fields import Field, FieldKind
from training_platform.crm.importing.checking import Checked
from training_platform.crm.importing.mapping import fields_of, is_required
from training_platform.crm.models import CrmImport
from training_platform.crm.registry import ENTITIES

#: The longest list that spreadsheet programs keep in a cell's own rule.
MOST_LIST = 250
_EXAMPLES = {
    "customer.name": "云岫示例机械有限公司",
    "lead.company": "云岫示例机械有限公司",
    "contact.name": "王小满",
    "contact_name": "王小满",
    "person": "王小满",
    "contact_title": "采购经理",
    "title": "采购经理",
    "mobile": "16412345678",
    "email": "wang@example.com",
    "city": "苏州",
    "needs": "两条生产线的备件报价",
    "customer_id": "C-001",
}
_LEFT_OUT = frozenset({"parent_id", "referred_by_id", "campaign_id", "mobile_verified_at"})


def template_file(entity: str, language: str, kind: str) -> bytes:
    """Return a template with headers in one language: CSV, or XLSX that offers the lists."""
    with force_locale(language if language in LANGUAGES else "zh"):
        fields = {name: each for name, each in fields_of(entity).items() if name not in _LEFT_OUT}
        header = [
            translate(known.label) + ("*" if is_required(entity, name) else "")
            for name, known in fields.items()
        ]
        rows = [header, [_example(entity, name, known) for name, known in fields.items()]]
        if kind == "csv":
            return sheets.write_csv(rows)
        offered = {at: _texts(known) for at, known in enumerate(fields.values())}
        choices = {at: texts for at, texts in offered.items() if texts}
        return sheets.write_xlsx(rows, name=translate(ENTITIES[entity].plural), choices=choices)


def error_file(found: CrmImport, rows: Sequence[Checked]) -> bytes:
    """Return the rows that are wrong as they were sent, with what is wrong with each."""
    names = [name for name in found.mapping if name]
    header = [text for text, name in zip(found.header, found.mapping, strict=False) if name]
    return sheets.write_csv(
        [
            [translate(_("Row")), *header, translate(_("What is wrong"))],
            *(
                [
                    str(row.number),
                    *(row.texts.get(name, "") for name in names),
                    "; ".join(str(fault) for fault in row.faults.values()),
                ]
                for row in rows
            ),
        ]
    )


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def _texts(known: Field) -> list[str]:
    texts = [translate(text) for text in (known.choices or {}).values()]
    return texts if sum(len(text) + 1 for text in texts) <= MOST_LIST else []


def _example(entity: str, name: str, known: Field) -> str:
    found = _EXAMPLES.get(f"{entity}.{name}") or _EXAMPLES.get(name, "")
    if not found and known.kind is FieldKind.CHOICE and known.choices:
        return translate(next(iter(known.choices.values())))
    return found
