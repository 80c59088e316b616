"""The proof of a day as PDF and XLSX, and the matrix as a table: both languages in one file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import render_template

from training_platform.archives.compliance.items import RoleNeeds
from training_platform.archives.compliance.models import ComplianceProof
from training_platform.archives.compliance.queries import Cells
from training_platform.archives.compliance.rules import Worth
from training_platform.archives.compliance.texts import KINDS, STATES
from training_platform.core import clock, pdf, sheets
from training_platform.core.i18n import pick
from training_platform.core.workbooks import About, Cell

WORTHS = {
    Worth.VALID: "有效 Valid",
    Worth.EXPIRED: "已过期 Expired",
    Worth.SUPERSEDED: "已被新版取代 Superseded",
    Worth.REVOKED: "已撤销 Revoked",
    Worth.NOT_YET: "当日之前未颁发 Never issued by then",
}
WORDS = {
    "company": "客户关系学堂 Customer Relations Academy",
    "heading": "时点证明",
    "heading_en": "Proof of a Day",
    "number": "工号 Number",
    "name": "姓名 Name",
    "department": "部门 Department",
    "worth": "当日状态 On the day",
    "code": "证书编号 Certificate",
    "issued": "颁发日 Issued",
    "until": "有效至 Valid until",
    "missing": "未持有的人员 Did not hold it",
    "held": "持有的人员 Held it",
    "nobody": "无 Nobody",
    "digest": "明细的 SHA-256 校验值 SHA-256 of the rows",
}
COLUMNS = ("number", "name", "department", "worth", "code", "issued", "until")
NOTE = (
    "岗位与在职情况以当日为准；部门没有历史记录，为出具时的部门。证书有效期的最后一天仍算有效。 "
    "Job roles and membership are those of the day; departments have no history and are those of "
    "today. The last day of a certificate counts."
)
#: So much of a certificate's code stands on the first line of its cell: four groups of four.
CODE_LINE = 19
EVERYBODY = {"zh": "全部岗位", "en": "All job roles"}
EVERYWHERE = {"zh": "全部部门", "en": "All departments"}


def both(text: Mapping[str, str]) -> str:
    """Return a text in both languages, once where they are equal."""
    zh, en = text.get("zh", ""), text.get("en", "")
    return zh if zh == en else f"{zh} {en}".strip()


def facts_of(proof: ComplianceProof) -> list[tuple[str, str]]:
    """Return what stands above the lists."""
    role = proof.job_role.name if proof.job_role else EVERYBODY
    department = proof.department.name if proof.department else EVERYWHERE
    made = f"{clock.company_day(proof.made_at).isoformat()} · {proof.made_by.name}"
    return [
        ("证书 Certificate", both(proof.title)),
        ("日期 Day", proof.day.isoformat()),
        ("岗位 Job role", both(role)),
        ("部门 Department", both(department)),
        ("结果 Result", f"{proof.held_count} / {proof.people_count}"),
        ("用途 Purpose", proof.purpose),
        ("出具 Made", made),
    ]


def values_of(proof: ComplianceProof) -> dict[str, Any]:
    """Return what the document's template asks for. Plain values: no query is left to do."""
    lines = [_stacked(row) for row in proof.rows]
    held = [row["worth"] == Worth.VALID.value for row in proof.rows]
    return {
        "words": WORDS,
        "title": f"{both(proof.title)} · {proof.day.isoformat()}",
        "facts": facts_of(proof),
        "note": NOTE,
        "columns": [WORDS[each].split(" ", 1) for each in COLUMNS],
        "missing": [line for line, holds in zip(lines, held, strict=True) if not holds],
        "held": [line for line, holds in zip(lines, held, strict=True) if holds],
        "digest": proof.digest,
    }


def line_of(row: Mapping[str, Any]) -> list[str]:
    """Return a row as both documents show it."""
    worth = WORTHS[Worth(row["worth"])]
    return [
        row["number"],
        row["name"],
        both(row["department"]),
        worth,
        row["code"],
        row["issued"],
        row["until"],
    ]


def _stacked(row: Mapping[str, Any]) -> list[list[str]]:
    """Return a row as the printed table shows it: each cell in lines that break between words."""
    number, name, _department, worth, code, issued, until = line_of(row)
    department = row["department"]
    head, dash, tail = code[:CODE_LINE], code[CODE_LINE : CODE_LINE + 1], code[CODE_LINE + 1 :]
    return [
        [number],
        [name],
        list(dict.fromkeys([department.get("zh", ""), department.get("en", "")])),
        worth.split(" ", 1),
        [head + dash, tail],
        [issued],
        [until],
    ]


def proof_pdf(values: Mapping[str, Any]) -> bytes:
    """Return the document as drawn; raise what core.pdf.render raises."""
    html = render_template("pdf/compliance/proof.html", **values)
    return pdf.render(html, stylesheets=["compliance/proof.css"])


def proof_xlsx(proof: ComplianceProof) -> bytes:
    """Return the rows as a spreadsheet, below a head in both languages, with what they prove."""
    head = [WORDS[each] for each in COLUMNS]
    facts = [*facts_of(proof), (WORDS["digest"], proof.digest), ("说明 Note", NOTE)]
    about = About("说明 About", [(f"{WORDS['heading']} {WORDS['heading_en']}", ""), *facts])
    rows: list[list[Cell]] = [[*head], *(_typed(row) for row in proof.rows)]
    return sheets.write_xlsx(rows, name="时点证明 Proof", about=about)


def _typed(row: Mapping[str, Any]) -> list[Cell]:
    """Return a row for a spreadsheet: days are days."""
    *texts, issued, until = line_of(row)
    days = [date.fromisoformat(day) if day else None for day in (issued, until)]
    return [*texts, *days]


def proof_name(proof: ComplianceProof, ending: str) -> str:
    """Return the name of a proof's file."""
    return f"时点证明 {proof.title.get('zh', '')} {proof.day.isoformat()} {proof.id}.{ending}"


def matrix_rows(
    people: Sequence[Any], roles: Mapping[str, RoleNeeds], cells: Cells, wanted: Mapping[str, str]
) -> Iterable[list[Cell]]:
    """Yield one line a person and item, in the language of the page, narrowed as it was."""
    for person in people:
        for item in roles[person.job_role_id].items:
            cell = cells[person.id][item.key]
            if wanted["item"] not in ("", item.key) or wanted["state"] not in ("", cell.state):
                continue
            yield [
                person.staff_number,
                person.name,
                pick(person.department),
                pick(person.job_role),
                str(KINDS[item.kind]),
                pick(item.title),
                str(STATES[cell.state]),
                cell.day,
                cell.since,
            ]
