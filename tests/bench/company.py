"""A company of the asked size: everybody joined, a few read, take a quiz, or are about to pass."""

import json
import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.served import SECRET, Visitor, visit
from training_platform import create_app
from training_platform.config import ROOT, Settings
from training_platform.content.queries import revision_data
from training_platform.core import clock
from training_platform.core.db import db, writing
from training_platform.core.events import emit
from training_platform.core.permissions import Right
from training_platform.core.text import fold
from training_platform.curricula import services as curricula
from training_platform.curricula.models import Lesson
from training_platform.demo.answers import fields_of, right_answer, wrong_answer
from training_platform.demo.library import Library, publish_if_empty, read_library
from training_platform.people.events import EmployeeJoined
from training_platform.people.models import AccessGrant, Department, Employee, EmployeeStatus
from training_platform.people.viewer import Viewer, viewer_of
from training_platform.quizzes import queries, services
from training_platform.quizzes.models import Attempt, Paper
from training_platform.quizzes.rules import StepKind
from training_platform.records.services import NewRecord, append_many

COURSE = "customer-data-basics"
ROLES = ("specialist", "supervisor", "manager")
CHUNK = 1_000


@dataclass
class Sitting:
    """An open attempt: where it is saved, and what a right answer to one question looks like."""

    visitor: Visitor
    token: str
    position: int
    fields: dict[str, Any]


@dataclass
class Company:
    """Who visits the platform while it is measured."""

    readers: list[Visitor]
    savers: list[Sitting]
    failing: list[Sitting]
    #: Their certificate of the course follows.
    passing: list[Sitting]
    #: The certificate of their curriculum follows too: it asks for one course.
    completing: list[Sitting]
    lesson: str

    def dump(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> "Company":
        data = json.loads(text)
        for key in ("savers", "failing", "passing", "completing"):
            data[key] = [
                Sitting(**(each | {"visitor": Visitor(**each["visitor"])})) for each in data[key]
            ]
        data["readers"] = [Visitor(**each) for each in data["readers"]]
        return cls(**data)


def app_for(url: str, instance: Path) -> Flask:
    """Return the application on this database, for loading."""
    return create_app(
        {"WTF_CSRF_ENABLED": False},
        Settings(
            database_url=url,
            instance_dir=str(instance),
            content_dir=str(ROOT),
            secret_key=SECRET,
            default_locale="en",
            demo=True,
            jobs_embedded=False,
        ),
    )


def build(
    url: str,
    instance: Path,
    *,
    employees: int,
    records: int,
    visitors: int,
    sittings: int,
) -> Company:
    """Fill an empty database; return who visits it."""
    app = app_for(url, instance)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        with writing() as session:
            publish_if_empty(session)
        ids = hire(employees)
        remember(ids, records)
        company = _prepare(ids, visitors, sittings)
        db.session.remove()
        db.engine.dispose()
    return company


def prepared(folder: Path, **size: int) -> tuple[str, Company]:
    """Return a fresh copy of a cached company on SQLite; build it where it is not there yet."""
    key = "-".join(f"{name}{value}" for name, value in sorted(size.items()))
    cache = (
        Path(os.environ.get("BENCH_CACHE", "/tmp/training-platform-bench")) / f"{_stamp()}-{key}"
    )
    if not (cache / "company.json").exists():
        shutil.rmtree(cache, ignore_errors=True)
        cache.mkdir(parents=True)
        company = build(f"sqlite:///{cache / 'training.db'}", cache, **size)
        (cache / "company.json").write_text(company.dump())
    shutil.copy(cache / "training.db", folder / "training.db")
    _arrive(folder / "training.db")
    company = Company.parse((cache / "company.json").read_text())
    return f"sqlite:///{folder / 'training.db'}", company


def _arrive(database: Path) -> None:
    """Let everybody have been seen just now: nobody submits who was not answering before."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE user_session SET last_seen_at = ?", (now,))


def _stamp() -> str:
    """Name what a built company depends on: the tables, the content, this file, and the day."""
    newest = max(
        path.stat().st_mtime_ns
        for pattern in ("migrations/versions/*.py", "courses/**/*", "question_bank/**/*")
        for path in [*ROOT.glob(pattern), Path(__file__)]
    )
    return f"{newest:x}-{date.today():%Y%m%d}"  # noqa: DTZ011  # attempts are open for minutes


def hire(count: int) -> list[int]:
    """Add people in chunks, straight to the table: their joining is not what is measured."""
    with writing() as session:
        departments = []
        for number in range(max(1, count // 50)):
            department = Department(
                code=f"D{number:04d}",
                name={"zh": f"客户部{number}", "en": f"Customer department {number}"},
                path="",
            )
            session.add(department)
            session.flush()
            department.path = f"/{department.id}/"
            departments.append(department.id)
    ids: list[int] = []
    for start in range(0, count, CHUNK):
        rows = [
            {
                "staff_number": f"B{number:06d}",
                "username": f"bench{number}",
                "name": "王小满",
                "name_latin": "Wang Xiaoman",
                "email": f"bench{number}@company.example",
                "department_id": departments[number % len(departments)],
                "job_role_id": ROLES[number % 3],
                "hired_on": date(2026, 1, 5),
                "job_role_since": date(2026, 1, 5),
                "status": EmployeeStatus.ACTIVE,
                "search_text": fold(f"王小满 wang xiaoman b{number:06d} bench{number}"),
                "created_at": clock.now(),
            }
            for number in range(start, min(start + CHUNK, count))
        ]
        with writing() as session:
            ids += session.scalars(insert(Employee).returning(Employee.id), rows)
    with writing() as session:
        session.add(AccessGrant(employee_id=ids[-1], right=Right.HR, granted_at=clock.now()))
    return sorted(ids)


def remember(ids: Sequence[int], count: int) -> None:
    """Spread records over everybody."""
    each = -(-count // len(ids))
    began = datetime(2025, 6, 1, 9, tzinfo=UTC)
    for start in range(0, len(ids), 100):
        rows = [
            NewRecord(
                employee_id,
                "quiz_failed",
                f"old-paper-{number % 17}",
                f"bench:{employee_id}:{number}",
                began + timedelta(days=number % 500, minutes=number),
                {"title": {"zh": f"往年测验{number}", "en": f"Quiz {number}"}, "percent": 61},
            )
            for employee_id in ids[start : start + 100]
            for number in range(each)
        ]
        with writing() as session:
            append_many(session, rows)


def _prepare(ids: Sequence[int], visitors: int, sittings: int) -> Company:
    """Let the first people join for real, read, and begin a quiz."""
    library = read_library(db.session())
    specialists, supervisors = (
        [each for index, each in enumerate(ids[:-1]) if index % len(ROLES) == role]
        for role in range(2)
    )
    wanted = visitors + 3 * sittings
    if wanted > len(specialists):
        raise ValueError(f"{len(specialists)} specialists are too few for {wanted} visitors")
    chosen = specialists[:wanted] + supervisors[:sittings]
    for employee_id in chosen:
        with writing() as session:
            row = session.get_one(Employee, employee_id)
            emit(session, EmployeeJoined(row.id))
    first = library.lessons[COURSE][0]
    readers = []
    for employee_id in chosen[:visitors]:
        with writing() as session:
            curricula.open_lesson(
                session, session.get_one(Lesson, first), _viewer(session, employee_id)
            )
            readers.append(visit(session, employee_id))
    groups = [
        chosen[visitors + number * sittings : visitors + (number + 1) * sittings]
        for number in range(4)
    ]
    return Company(
        readers=readers,
        savers=[_sit(each, library, right=False, complete=False) for each in groups[0]],
        failing=[_sit(each, library, right=False) for each in groups[1]],
        passing=[_sit(each, library, right=True) for each in groups[3]],
        completing=[_sit(each, library, right=True) for each in groups[2]],
        lesson=f"/courses/{first}",
    )


def _viewer(session: Session, employee_id: int) -> Viewer:
    return viewer_of(session, session.get_one(Employee, employee_id))


def _sit(employee_id: int, library: Library, *, right: bool, complete: bool = True) -> Sitting:
    """Begin the quiz of the course; answer it where it is to be complete."""
    rng = Random(employee_id)
    with writing() as session:
        viewer = _viewer(session, employee_id)
        if right:  # with the quiz the course is complete, and the certificate follows
            for lesson_id in library.lessons[COURSE]:
                lesson = session.get_one(Lesson, lesson_id)
                curricula.open_lesson(session, lesson, viewer)
                if check := library.checks.get(lesson_id):
                    curricula.answer_check(session, lesson, viewer, right_answer(check))
                curricula.finish_lesson(session, lesson, viewer)
        paper = session.get_one(Paper, library.papers[COURSE])
        attempt = services.start_attempt(session, paper, viewer, rng=rng)
        if complete:
            answer_all(session, attempt, viewer, right=right, rng=rng)
        position, fields = _one_choice(session, attempt)
        # A day is enough for every measurement of this company.
        attempt.deadline_at = clock.now() + timedelta(days=1)
        return Sitting(visit(session, employee_id), attempt.token, position, fields)


def answer_all(
    session: Session, attempt: Attempt, viewer: Viewer, *, right: bool, rng: Random
) -> None:
    """Save an answer to every question of an attempt."""
    for position, place in enumerate(attempt.layout):
        definition = revision_data(session, place["revision"])
        answer = right_answer(definition) if right else wrong_answer(definition, rng)
        fields = fields_of(definition, place["order"], answer)
        row = queries.find_attempt(session, attempt.token)
        assert row is not None
        step = services.Step(StepKind.ANSWER, "tab", position + 1, position, fields)
        services.save_step(session, row, viewer, step)


def _one_choice(session: Session, attempt: Attempt) -> tuple[int, dict[str, Any]]:
    """Return the place of a single choice, or else of the first question, and a right answer."""
    definitions = [revision_data(session, place["revision"]) for place in attempt.layout]
    kinds = [definition["kind"] for definition in definitions]
    position = kinds.index("single_choice") if "single_choice" in kinds else 0
    definition, place = definitions[position], attempt.layout[position]
    return position, fields_of(definition, place["order"], right_answer(definition))
