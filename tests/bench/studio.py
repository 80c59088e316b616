"""The studio at scale: saves and previews of a whole course, and a bank of many questions."""

import copy
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from flask_migrate import upgrade
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.bench import imports
from tests.bench.company import app_for
from tests.factories.people import make_employee
from tests.served import Visitor, served, visit
from training_platform.config import ROOT
from training_platform.content.models import ContentItem, ContentRevision, searchable
from training_platform.core.db import db, writing
from training_platform.core.permissions import Right
from training_platform.demo.library import publish_if_empty
from training_platform.people.viewer import viewer_of
from training_platform.studio.lesson_files import split
from training_platform.studio.patching import read
from training_platform.studio.services.drafts import start_draft
from training_platform.studio.tasks import values

COURSE = "customer-data-basics"
LESSON = f"courses/{COURSE}/02-three-kinds-of-data.zh.md"
#: The longest task that is shipped.
TASK = "dashboard-diagnosis"
TASK_FILE = f"question_bank/practicals/{TASK}.yaml"
CHUNK = 1_000


@dataclass(frozen=True)
class Size:
    """How large the bank is, and how often each thing is asked."""

    questions: int = 20_000
    times: int = 200
    imported: int = 5_000


QUICK = Size(500, 30, 500)


class Put(Protocol):
    """Keeps and prints a figure."""

    def put(self, name: str, value: float, unit: str) -> None: ...


@dataclass(frozen=True)
class Desk:
    """A trainer at work: her browser, her draft, and the lesson that she writes."""

    visitor: Visitor
    draft_id: int
    body: str
    #: Her draft of a task, and what its form sends.
    task_id: int
    task: dict[str, Any]


def measure(
    figures: Put,
    folder: Path,
    size: Size,
    send: Callable[[Any, Sequence[dict[str, Any]]], dict[str, Any]],
) -> None:
    """Measure one author's saves and previews, and the filter of the bank."""
    url = f"sqlite:///{folder / 'training.db'}"
    desk = _build(url, folder, size.questions)
    with served(url, folder, workers=2) as server:
        for name, request in (
            ("studio_autosave", _save),
            ("studio_task_autosave", _save_task),
            ("studio_preview", _preview),
            ("bank_filter", _filter),
        ):
            send(server, [request(desk, -n) for n in range(1, 9)])  # compiles the templates
            seen = send(server, [request(desk, n) for n in range(size.times)])
            times = [each[1] for each in seen["results"]]
            p95 = statistics.quantiles(times, n=20)[-1] * 1000
            figures.put(f"{name}_p95_ms", p95, "ms")
    imports.measure(figures, url, folder, size.imported)
    imports.measure_on_postgres(figures, folder, size.imported)


def _build(url: str, folder: Path, questions: int) -> Desk:
    app = app_for(url, folder)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        with writing() as session:
            publish_if_empty(session)
        with writing() as session:
            trainer = make_employee(session, rights=(Right.TRAINER,))
            draft = start_draft(session, viewer_of(session, trainer), "course", COURSE)
            file = draft.file(LESSON)
            lesson = split(file.text or "") if file else None
            task = start_draft(session, viewer_of(session, trainer), "practical", TASK)
            main = task.file(TASK_FILE)
            form = values.fields_of(read((main.text if main else "") or "") or {})
            body = lesson.body if lesson else ""
            desk = Desk(visit(session, trainer.id), draft.id, body, task.id, form)
        _enlarge(questions)
        db.session.remove()
        db.engine.dispose()
    return desk


def _enlarge(questions: int) -> None:
    """Copy the shipped questions until there are so many."""
    with writing() as session:
        shipped = session.scalars(
            select(ContentRevision)
            .join(ContentItem, ContentItem.current_revision_id == ContentRevision.id)
            .where(ContentItem.kind == "question")
        ).all()
        for start in range(0, questions, CHUNK):
            _copies(session, shipped, start)


def _copies(session: Session, shipped: Sequence[ContentRevision], start: int) -> None:
    items = [
        ContentItem(kind="question", slug=f"copies/number-{number}", is_withdrawn=False)
        for number in range(start, start + CHUNK)
    ]
    session.add_all(items)
    session.flush()
    rows = []
    for number, item in enumerate(items, start):
        model = shipped[number % len(shipped)]
        data = copy.deepcopy(model.data)
        data["stem"] = {code: f"{text} {number}" for code, text in data["stem"].items()}
        item.search_text = searchable(item.slug, data)
        rows.append(
            {
                "item_id": item.id,
                "number": 1,
                "files": model.files,
                "data": data,
                "digest": model.digest,
                "significant_revision": 1,
                "published_at": model.published_at,
                "published_by_id": None,
            }
        )
    made = session.execute(insert(ContentRevision).returning(ContentRevision.id), rows).scalars()
    for item, revision_id in zip(items, made, strict=True):
        item.current_revision_id = revision_id
    session.flush()


def _posted(desk: Desk, act: str, fields: dict[str, Any], marker: str) -> dict[str, Any]:
    form = {"csrf_token": desk.visitor.csrf, "path": LESSON, "title": "三类资料"} | fields
    return {
        "method": "POST",
        "path": f"/studio/drafts/{desk.draft_id}/{act}",
        "headers": desk.visitor.headers
        | {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json" if act == "save" else "text/html",
        },
        "body": urlencode(form),
        "status": 200,
        "marker": marker,
    }


def _save(desk: Desk, number: int) -> dict[str, Any]:
    text = f"{desk.body}\n第 {number} 次保存。\n"
    return _posted(desk, "save", {"text": text, "number": 2**30}, '"number"')


def _save_task(desk: Desk, number: int) -> dict[str, Any]:
    fields = desk.task | {"title-zh": f"看板诊断 {number}", "c3-points": f"{number % 9}"}
    form = fields | {"csrf_token": desk.visitor.csrf, "path": TASK_FILE, "number": 2**30}
    return {
        "method": "POST",
        "path": f"/studio/drafts/{desk.task_id}/task",
        "headers": desk.visitor.headers
        | {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
        "body": urlencode(form, doseq=True),
        "status": 200,
        "marker": '"number"',
    }


def _preview(desk: Desk, number: int) -> dict[str, Any]:
    return _posted(desk, "preview", {"text": f"{desk.body}\n第 {number} 次。\n"}, "<article")


def _filter(desk: Desk, number: int) -> dict[str, Any]:
    words = ("客户", "mobile", "copies/number-1", "复核", f"{abs(number)}")
    query = urlencode({"kind": "question", "q": words[number % len(words)]})
    return {
        "method": "GET",
        "path": f"/studio/content?{query}",
        "headers": desk.visitor.headers,
        "status": 200,
        "marker": "<h1",
    }
