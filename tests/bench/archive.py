"""The archive at scale: a million records found, and a hundred thousand taken out."""

import itertools
import json
import os
import random
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from flask import current_app
from flask_babel import force_locale
from flask_migrate import upgrade
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from tests.bench.company import app_for
from training_platform.archives import indexing
from training_platform.archives.models import ArchiveEntry
from training_platform.archives.pulls import making
from training_platform.archives.queries import search
from training_platform.archives.rules import MOST_COUNTED, Format, Wanted
from training_platform.core.db import db, writing
from training_platform.core.permissions import Right
from training_platform.core.text import fold
from training_platform.people.models import AccessGrant, Department, Employee, JobRole
from training_platform.people.viewer import Viewer, viewer_of
from training_platform.records.models import RecordHead, RecordValue, TrainingRecord

BEGIN = datetime(2019, 1, 1, tzinfo=UTC)
SPAN_SECONDS = 7 * 365 * 86_400
CHUNK = 20_000
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙", "伟芳娜敏静磊强洋艳勇杰娟涛明超霞平刚桂英"
NOUNS = ("客户资料", "投诉处理", "回访", "数据清洗", "合同", "报价", "工单", "会员权益")
VERBS = ("基础", "进阶", "实务", "规范", "案例", "常见错误")
PROVIDERS = ("清华继续教育", "中欧商学院", "Dale Carnegie", "本地培训中心")
#: kind, share of all records, outcome.
KINDS = (
    ("lesson_finished", 55, ""),
    ("quiz_passed", 18, "pass"),
    ("course_completed", 12, ""),
    ("quiz_failed", 6, "fail"),
    ("certificate_issued", 4, "pass"),
    ("practice_completed", 2, "reached"),
    ("external_training_completed", 2, "passed"),
    ("correction_note", 1, ""),
)


class Put(Protocol):
    """Keeps and prints a figure; collects what was wrong."""

    faults: list[str]

    def put(self, name: str, value: float, unit: str) -> None:
        """Keep a figure."""


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    people: int = 5_000
    records: int = 1_000_000
    exported: int = 100_000
    rounds: int = 3


QUICK = Size(400, 30_000, 5_000, 2)


def measure(figures: Put, folder: Path, size: Size, url: str | None = None) -> None:
    """Fill an archive, take every record into the search, and ask it many things."""
    app = app_for(url or f"sqlite:///{folder / 'archive.db'}", folder)
    with app.app_context():
        upgrade()
        fill(size)
        began = time.perf_counter()
        while True:
            with writing() as session:
                if not indexing.catch_up(session):
                    break
        figures.put("archive_index_per_s", size.records / (time.perf_counter() - began), "/s")
        _settle(size)
        _search(figures, size)
        _export(figures, size)
        db.session.remove()
        db.engine.dispose()


def fill(size: Size) -> None:
    """Put people and their records into an empty database, in plain rows without a true chain."""
    dice = random.Random(7)
    with writing() as session:
        people = _people(session, size.people, dice)
    rows = _rows(people, size.records, dice)
    while part := list(itertools.islice(rows, CHUNK)):
        with writing() as session:
            connection = session.connection()
            connection.execute(insert(TrainingRecord.__table__), [each[0] for each in part])
            connection.execute(insert(RecordValue.__table__), [each[1] for each in part])
    with writing() as session:
        heads = select(
            TrainingRecord.employee_id, func.max(TrainingRecord.position), func.min("")
        ).group_by(TrainingRecord.employee_id)
        session.execute(insert(RecordHead).from_select(["employee_id", "length", "hash"], heads))


def _people(session: Session, count: int, dice: random.Random) -> list[int]:
    company = Department(code="CO", name={"zh": "公司", "en": "Company"}, path="")
    session.add(company)
    session.flush()
    company.path = f"/{company.id}/"
    places = [company]
    for number in range(1, 40):
        parent = company if number < 8 else places[number % 7 + 1]
        place = Department(
            code=f"D{number}",
            name={"zh": f"{number}部", "en": f"Department {number}"},
            parent_id=parent.id,
            path="",
        )
        session.add(place)
        session.flush()
        place.path = f"{parent.path}{place.id}/"
        places.append(place)
    for role in ("specialist", "supervisor", "manager"):
        session.add(JobRole(id=role, name={"zh": role, "en": role}))
    session.flush()
    rows = []
    for number in range(1, count + 1):
        name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=2))
        rows.append(
            {
                "id": number,
                "staff_number": f"E{number:05}",
                "username": f"u{number}",
                "name": name,
                "email": "",
                "department_id": dice.choice(places).id,
                "job_role_id": dice.choice(("specialist", "supervisor", "manager")),
                "manager_id": None if number < 400 else number % 300 + 1,
                "hired_on": BEGIN.date(),
                "job_role_since": BEGIN.date(),
                "search_text": fold(f"{name} E{number:05} u{number}"),
                "created_at": BEGIN,
            }
        )
    session.execute(insert(Employee), rows)
    session.add(AccessGrant(employee_id=1, right=Right.HR, granted_at=BEGIN))
    session.add(
        AccessGrant(
            employee_id=2, right=Right.DEPARTMENT_HEAD, department_id=places[3].id, granted_at=BEGIN
        )
    )
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT setval('employee_id_seq', (SELECT max(id) FROM employee))"))
    return [row["id"] for row in rows]


def _rows(
    people: list[int], count: int, dice: random.Random
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    titles = [
        {"zh": f"{noun}{verb}（{part}）", "en": f"Lesson {noun}-{verb}-{part}"}
        for noun in NOUNS
        for verb in VERBS
        for part in range(1, 25)
    ]
    kinds, shares = [each[0] for each in KINDS], [each[1] for each in KINDS]
    outcomes = {kind: outcome for kind, _share, outcome in KINDS}
    position = dict.fromkeys(people, 0)
    chosen = dice.choices(kinds, shares, k=count)
    for ident, kind in enumerate(chosen, 1):
        employee_id = dice.choice(people)
        position[employee_id] += 1
        which = dice.randrange(len(titles))
        at = BEGIN + timedelta(seconds=ident * SPAN_SECONDS // count)
        data: dict[str, Any] = {"title": titles[which]}
        if outcomes[kind]:
            data |= {"outcome": outcomes[kind], "percent": 60 + which % 40}
        if kind == "practice_completed":
            data |= {"minutes": 480, "mentor": "赵师傅"}
        if kind == "external_training_completed":
            data["provider"] = PROVIDERS[which % 4]
        if ident % 25 == 0:
            data["note"] = f"第{ident}次谈话：{dice.choice(NOUNS)}需要再练，{dice.choice(VERBS)}"
        yield (
            {
                "id": ident,
                "employee_id": employee_id,
                "position": position[employee_id],
                "kind": kind,
                "subject": f"course-{which}",
                "happened_at": at,
                "recorded_at": at,
                "source": f"b:{ident}",
                "corrects_id": None,
                "value_digest": "",
                "previous_hash": "",
                "hash": "",
            },
            {"record_id": ident, "salt": "", "data": data},
        )


#: What people ask: each filter alone, and together; dense, sparse, and none at all.
QUESTIONS: tuple[dict[str, str], ...] = (
    {},
    {"person": "e00777"},
    {"person": "王伟"},
    {"department": "4"},
    {"department": "30"},
    {"job_role": "manager"},
    {"since": "2024-03-01", "until": "2024-03-31"},
    {"kind": "certificates"},
    {"kind": "quizzes", "result": "failed"},
    {"subject": "投诉处理进阶"},
    {"result": "passed", "department": "12"},
    {"q": "客户资料"},
    {"q": "中欧"},
    {"q": "投诉处理 王"},
    {"q": "再练 张敏"},
    {"q": "第123450次谈话"},
    {"q": "gibtesnicht"},
    {"overdue": "1"},
    {"certificate": "never", "kind": "practice_completed", "department": "9"},
    {"department": "5", "job_role": "specialist", "kind": "exams"},
    {"q": "合同 报价"},
    {"q": "合同", "kind": "mentoring", "since": "2023-01-01", "job_role": "supervisor"},
    {"result": "failed", "subject": "常见错误（7）", "job_role": "manager"},
    {"q": "基础", "department": "7", "until": "2020-06-30"},
)


def _search(figures: Put, size: Size) -> None:
    session = db.session()
    viewers = [viewer_of(session, session.get_one(Employee, ident)) for ident in (1, 2)]
    times: list[tuple[float, int, dict[str, str]]] = []
    for turn in range(size.rounds + 1):
        for question, viewer in itertools.product(QUESTIONS, viewers):
            began = time.perf_counter()
            total = _ask(session, viewer, question)
            spent = (time.perf_counter() - began) * 1000
            if turn:  # the first look fills the caches of a database that was just made
                times.append((spent, total, question))
    milliseconds = [each[0] for each in times]
    figures.put("archive_search_1m_p95_ms", statistics.quantiles(milliseconds, n=20)[-1], "ms")
    figures.put("archive_search_1m_median_ms", statistics.median(milliseconds), "ms")
    if (
        not any(total > MOST_COUNTED for _spent, total, _question in times)
        and size.records > 50_000
    ):
        figures.faults.append("no search found more than ten thousand records")
    slowest = sorted(times, key=lambda each: -each[0])[:5]
    for spent, total, question in slowest:
        print(f"# {spent:.0f} ms, {total} found: {json.dumps(question, ensure_ascii=False)}")


def _ask(session: Session, viewer: Viewer, question: dict[str, str]) -> int:
    """Find as a page does: the total, and where the records of every page of it lie."""
    plans = search.search_for(session, viewer, Wanted.read(question)).plans
    return len(search.newest(session, plans))


def _export(figures: Put, size: Size) -> None:
    """Take many records out as a spreadsheet and as a CSV, and see what memory that needs."""
    session = db.session()
    viewer = viewer_of(session, session.get_one(Employee, 1))
    months = 84 * size.exported // size.records
    until = BEGIN + timedelta(days=31 * months)
    wanted = Wanted.read({"until": until.date().isoformat()})
    session.rollback()
    for format, name in ((Format.XLSX, "archive_export"), (Format.CSV, "archive_export_csv")):
        order = making.Order(viewer, "HR", wanted, format, "bench", lambda _done, _all: None)
        idle = _resident_mb()
        with _peak() as peak:
            began = time.perf_counter()
            with current_app.test_request_context(), force_locale("zh"):
                made = making.make(order)
            spent = time.perf_counter() - began
        share = size.exported / max(made.count, 1)
        figures.put(f"{name}_100k_s", spent * share, "s")
        figures.put(f"{name}_100k_mb", max(peak) - idle, "MB")
        made.path.unlink()


@contextmanager
def _peak() -> Iterator[list[float]]:
    """Look at this process's memory twenty times a second."""
    seen, stop = [_resident_mb()], threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            seen.append(_resident_mb())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _settle(size: Size) -> None:
    """Let PostgreSQL do what it does by itself within minutes: statistics, visible pages."""
    with writing() as session:
        if session.scalar(select(func.count()).select_from(ArchiveEntry)) != size.records:
            raise AssertionError("the search does not know every record")
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
