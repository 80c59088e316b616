"""Staff lists as files, CSV in any usual encoding or XLSX; headers in Chinese or English. Pure."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from training_platform.core.errors import RuleError
from training_platform.core.list_files import open_table
from training_platform.core.text import fold, nfc

MAX_BYTES = 2 * 1024 * 1024
#: Applied in one transaction, about 7 ms a person: more would keep other writers waiting too long.
MAX_ROWS = 1_000
MAX_CELL = 200

#: Field: how its column may be called, folded. The first two name it in the template.
HEADERS: dict[str, tuple[str, ...]] = {
    "staff_number": ("工号", "staff number", "员工编号", "staff no", "employee number"),
    "name": ("姓名", "name"),
    "name_latin": ("姓名拼音", "name in latin letters", "拼音", "latin name", "pinyin"),
    "username": ("用户名", "user name", "username", "登录名", "account"),
    "email": ("邮箱", "e-mail", "email", "电子邮箱", "mail"),
    "department": ("部门编码", "department code", "部门", "department"),
    "job_role": ("岗位编码", "job role code", "岗位", "job role"),
    "manager": ("上级工号", "manager's staff number", "直接上级工号", "manager", "直接上级"),
    "hired_on": ("入职日期", "joined", "hired on", "入职时间", "start date"),
}
REQUIRED = ("staff_number", "name", "email", "department")
_DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Line:
    """One line of the list: its number in the file and its texts by field."""

    number: int
    values: dict[str, str]


def parse(data: bytes, file_name: str) -> list[Line]:
    """Return the lines of a staff list.

    Raises RuleError, which names the field `file`, for what is no staff list or too large.
    """
    if len(data) > MAX_BYTES:
        raise RuleError(_("The file is larger than 2 MB. Send it in parts."), field="file")
    return _lines(open_table(data, file_name).rows)


def parse_day(text: str) -> date | None:
    """Return a day written as 2026-03-01, 2026/3/1 or 2026年3月1日; None for anything else."""
    found = _DAY.match(text)
    if not found:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def template_csv(language: str) -> bytes:
    """Return an empty list with headers and one example, as spreadsheet programs open it."""
    column = 0 if language == "zh" else 1
    name = ("王小满", "Wang Xiaoman")
    example = {
        "staff_number": "CR-0042",
        "name": name[column],
        "name_latin": name[1],
        "username": "wangxiaoman",
        "email": "wangxiaoman@company.example",
        "department": "CR",
        "job_role": "specialist",
        "manager": "CR-0001",
        "hired_on": "2026-03-01",
    }
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([names[column] for names in HEADERS.values()])
    writer.writerow([example[field] for field in HEADERS])
    return text.getvalue().encode("utf-8-sig")


def _lines(table: Sequence[Sequence[str]]) -> list[Line]:
    start = next((at for at, row in enumerate(table) if any(c.strip() for c in row)), None)
    if start is None:
        raise RuleError(_("The file is empty."), field="file")
    columns = _columns(table[start])
    lines = []
    for number, row in enumerate(table[start + 1 :], start + 2):
        values = {
            field: nfc(row[at]).strip()[: MAX_CELL + 1] if at < len(row) else ""
            for field, at in columns.items()
        }
        if any(values.values()):
            lines.append(Line(number, values))
    if not lines:
        raise RuleError(_("There are headers but no people below them."), field="file")
    if len(lines) > MAX_ROWS:
        raise RuleError(_("The list has more than 1,000 people. Send it in parts."), field="file")
    return lines


def _columns(header: Sequence[str]) -> dict[str, int]:
    known = {name: field for field, names in HEADERS.items() for name in names}
    columns: dict[str, int] = {}
    for at, cell in enumerate(header):
        field = known.get(fold(cell).strip("*"))
        if field is not None:
            columns.setdefault(field, at)
    missing = [HEADERS[field] for field in REQUIRED if field not in columns]
    if missing:
        text = _("These columns are missing: %(names)s. Use the template's headers.")
        names = ", ".join(f"{chinese} / {english}" for chinese, english, *_others in missing)
        raise RuleError(text, field="file", names=names)
    return columns
