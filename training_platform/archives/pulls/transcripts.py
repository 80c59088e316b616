"""培训档案 as a document: what somebody learned and showed, on paper, in both languages."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from training_platform.archives import texts
from training_platform.archives.models import ArchiveEntry, ArchiveTopic
from training_platform.archives.queries.rows import clock_time
from training_platform.certificates import documents, proofs
from training_platform.certificates.queries import cards_of, counting_on
from training_platform.config import ROOT
from training_platform.core import clock, files, pdf, signing
from training_platform.core.web import external_url
from training_platform.people.models import Employee
from training_platform.records.models import RecordHead, TrainingRecord
from training_platform.records.queries import standings
from training_platform.records.queries.subjects import IS_VOID
from training_platform.records.texts import GROUPS, TEXTS

ORG = {"zh": "客户关系学堂", "en": "Customer Relations Academy"}
#: Parts of the document in their order; lessons are summed up in hours and stand in no row.
PARTS = (
    "courses",
    "quizzes",
    "practicals",
    "exams",
    "mentoring",
    "coaching",
    "behavior",
    "external",
    "classes",
    "certificates",
    "work",
)
#: So long the person may be in the name of a transcript.
MOST_BYTES = 150
NOTES = (
    (
        "本档案由培训平台自动生成，记录只增不改；更正以新记录附在原记录之后。",
        "Made by the training platform. Records are only added; corrections stand beside them.",
    ),
    (
        "学时按微课时长与实践登记时间计算；未登记时长的项目不计学时。",
        "Hours are those of lessons and of logged practice; what was not logged has none.",
    ),
)
_ROWS = (
    select(
        ArchiveEntry.place,
        ArchiveEntry.percent,
        ArchiveEntry.minutes,
        ArchiveTopic.kind,
        ArchiveTopic.subject,
        ArchiveTopic.title,
        ArchiveTopic.outcome,
        ArchiveTopic.provider,
    )
    .join(ArchiveTopic, ArchiveTopic.id == ArchiveEntry.topic_id)
    .join(TrainingRecord, TrainingRecord.id == ArchiveEntry.record_id)
    .where(~IS_VOID)
    .order_by(ArchiveEntry.place.desc())
)


def values_of(session: Session, employee: Employee) -> dict[str, Any]:
    """Return what the document's template asks for. Plain values: no query is left to do."""
    rows = session.execute(_ROWS.where(ArchiveEntry.employee_id == employee.id)).all()
    head = session.get(RecordHead, employee.id)
    return {
        "name": employee.name,
        "staff_no": employee.staff_number,
        "made": f"{clock.now().astimezone(clock.company_zone()):%Y-%m-%d %H:%M}",
        "org_zh": ORG["zh"],
        "org_en": ORG["en"],
        "who": _who(employee),
        "sums": _sums(session, employee, rows),
        "parts": _parts(rows),
        "notes": (*NOTES, _signed_note()),
        "reason": proofs.reason_of(session, employee.id),
        "signed_at": clock.now(),
        "certificates": [
            documents.values_of(each, "zh")
            for each in counting_on(session, employee.id, clock.today())
        ],
        "chain": (head.length, f"{head.hash[:16]}") if head else (0, "–"),
        "mark": Markup((ROOT / "static/img/mark-mono.svg").read_text(encoding="utf-8")),  # noqa: S704
    }


def render(values: dict[str, Any]) -> bytes:
    """Return the signed PDF file, with the badges of the certificates that count today inside.

    Raises what core.pdf.render and core.authority.current raise.
    """
    html = render_template("pdf/transcript/transcript.html", t=values)
    drawn = pdf.render(html, stylesheets=["transcript/transcript.css"])
    badges = [
        documents.badge_of(each, f"open-badge-{each['code'][:9]}.json")
        for each in values["certificates"]
    ]
    at, reason = values["signed_at"], values["reason"]
    return signing.sign(drawn, reason=reason, at=at, attachments=badges)


def _signed_note() -> tuple[str, str]:
    page = external_url("certificates.verify_form")
    return (
        f"本文件带有数字签名，改动一个字节即失效；可在 {page} 上传查验。",
        f"Digitally signed: one changed byte breaks it. Upload the file at {page} to verify it.",
    )


def file_name(staff_number: str, name: str) -> str:
    """Return a name that sorts by staff number and holds nothing that a folder minds.

    Folders count bytes: whoever has a long name in Chinese gets a part of it.
    """
    text = files.without_controls(f"{staff_number} {name}")
    plain = "".join(sign for sign in text if sign not in '\\/:*?"<>|')
    short = plain.encode()[:MOST_BYTES].decode(errors="ignore").strip(". ")
    return f"{short} 培训档案.pdf".lstrip()


def free_name(folder: Path, name: str) -> str:
    """Return a name that no file of a folder has, whatever its capitals: no file takes another's.

    Names lack the signs that folders mind, so two staff numbers may read the same in them.
    """
    taken = {each.name.casefold() for each in folder.iterdir()}
    stem, number, found = name.removesuffix(".pdf"), 1, name
    while found.casefold() in taken:
        number += 1
        found = f"{stem} ({number}).pdf"
    return found


def _who(employee: Employee) -> list[tuple[str, str, str]]:
    role = employee.job_role.name if employee.job_role else {}
    department = employee.department.name
    return [
        ("姓名", "Name", _both(employee.name, employee.name_latin)),
        ("工号", "Staff number", employee.staff_number),
        ("部门", "Department", _both(department.get("zh", ""), department.get("en", ""))),
        ("岗位", "Job role", _both(role.get("zh", "–"), role.get("en", ""))),
        ("入职日期", "Hired on", str(employee.hired_on)),
        ("任本岗位自", "In this job role since", str(employee.job_role_since)),
    ]


def _both(zh: str, en: str) -> str:
    return zh if not en or en == zh else f"{zh} {en}"


def _sums(
    session: Session, employee: Employee, rows: Sequence[Row[Any]]
) -> list[tuple[str, str, str, str, int]]:
    minutes = sum(row.minutes or 0 for row in rows)
    this_year = clock.today().year
    lately = sum(row.minutes or 0 for row in rows if clock_time(row.place).year == this_year)
    shown = standings(session, employee)
    aims = [each for each in shown if each.target]
    reached = sum(each.level >= (each.target or 0) for each in aims)
    courses = len({row.subject for row in rows if row.kind == "course_completed"})
    valid = sum(card.state.value == "valid" for card in cards_of(session, employee.id))
    return [
        ("累计学时", "Hours in all", f"{minutes / 60:.1f}", "h", 100),
        ("今年学时", "Hours this year", f"{lately / 60:.1f}", "h", _share(lately, minutes)),
        ("完成课程", "Courses completed", str(courses), f"证书 Certificates {valid}", 100),
        (
            "达标能力",
            "Competencies reached",
            str(reached),
            f"/ {len(aims)}",
            _share(reached, len(aims)),
        ),
    ]


def _share(part: float, whole: float) -> int:
    return round(100 * part / whole) if whole else 0


def _parts(rows: Sequence[Row[Any]]) -> list[tuple[str, str, str, list[tuple[str, ...]]]]:
    by_group: dict[str, list[Row[Any]]] = {}
    for row in rows:
        if row.kind in TEXTS:
            by_group.setdefault(TEXTS[row.kind].group, []).append(row)
    order = [
        *PARTS,
        *(group for group in GROUPS if group not in (*PARTS, "lessons", "corrections")),
    ]
    named = {code: _named(code) for code in ("zh", "en")}
    return [
        (
            named["zh"][group],
            named["en"][group],
            _hours(sum(row.minutes or 0 for row in by_group[group])),
            _lines(by_group[group]),
        )
        for group in dict.fromkeys(order)
        if group in by_group and group in GROUPS
    ]


def _named(code: str) -> dict[str, str]:
    with force_locale(code):
        return {group: texts.group_name(group) for group in GROUPS}


def _lines(rows: Iterable[Row[Any]]) -> list[tuple[str, ...]]:
    lines = []
    for row in rows:
        title = row.title or {}
        zh = title.get("zh") or title.get("en") or row.subject
        en = title.get("en") if title.get("en") != zh else ""
        results, kinds = [], []
        for code in ("zh", "en"):
            with force_locale(code):
                results.append(texts.outcome_name(row.outcome))
                kinds.append(texts.plain_kind(row.kind))
        percent = "" if row.percent is None else str(row.percent)
        day = f"{clock_time(row.place):%Y-%m-%d}"
        cells = (day, zh, en or "", _hours(row.minutes), percent)
        lines.append((*cells, *results, *kinds, row.provider))
    return lines


def _hours(minutes: int | None) -> str:
    return f"{minutes / 60:.1f}" if minutes else ""


def write(session: Session, employee_id: int, folder: Path) -> str:
    """Write somebody's transcript into a folder; return the file's name."""
    employee = session.get_one(Employee, employee_id)
    values, name = values_of(session, employee), file_name(employee.staff_number, employee.name)
    session.rollback()  # drawing is slow: nothing waits for it
    name = free_name(folder, name)
    (folder / name).write_bytes(render(values))
    return name
