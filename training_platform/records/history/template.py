"""Files for imports: the template to fill in, and the rows that were left out."""

from collections.abc import Sequence

from flask_babel import force_locale

from training_platform.core import sheets
from training_platform.core.i18n import translate
from training_platform.records.history.checking import Checked
from training_platform.records.history.mapping import REQUIRED
from training_platform.records.history.models import HistoryImport
from training_platform.records.history.texts import FIELDS, KNOWN


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: By language: what a row may look like. The names are those of the demo company's examples.
_EXAMPLES = {
    "zh": {
        "staff_number": "CR-0042",
        "name": "王小满",
        "title": "客户投诉处理实务",
        "day": "2026-03-01",
        "hours": "6",
        "percent": "86",
        "outcome": "合格",
        "provider": "示例培训中心",
        "trainer": "陈老师",
        "place": "上海",
        "note": "发证编号 示例-001",
    },
    "en": {
        "staff_number": "CR-0042",
        "name": "王小满",
        "title": "Handling Customer Complaints",
        "day": "2026-03-01",
        "hours": "6",
        "percent": "86",
        "outcome": "Pass",
        "provider": "Example Training Center",
        "trainer": "Ms. Chen",
        "place": "Shanghai",
        "note": "Certificate Example-001",
    },
}
_RESULTS = (_("Pass"), _("Not passed"), _("Distinction"))


def template_file(language: str, kind: str) -> bytes:
    """Return a template with one example in a language: CSV, or XLSX that offers the results."""
    with force_locale(language):
        header = [
            translate(label) + ("*" if name in REQUIRED else "") for name, label in FIELDS.items()
        ]
        rows = [header, [_EXAMPLES[language][name] for name in FIELDS]]
        if kind == "csv":
            return sheets.write_csv(rows)
        results = [translate(text) for text in _RESULTS]
        choices = {list(FIELDS).index("outcome"): results}
        return sheets.write_xlsx(rows, name=translate(_("Earlier trainings")), choices=choices)


def left_out_file(found: HistoryImport, rows: Sequence[Checked]) -> bytes:
    """Return the rows that are wrong or known as they were sent, with the reason for each."""
    names = [name for name in found.mapping if name]
    header = [text for text, name in zip(found.header, found.mapping, strict=False) if name]
    return sheets.write_csv(
        [
            [translate(_("Row")), *header, translate(_("Why it is left out"))],
            *(
                [
                    str(row.number),
                    *(row.texts.get(name, "") for name in names),
                    "; ".join(map(str, row.faults.values())) or translate(KNOWN),
                ]
                for row in rows
            ),
        ]
    )
