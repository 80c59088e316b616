"""The practice company as it is really served: trainees, their desks, and what they left behind."""

import csv
import io
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.bench.company import app_for
from tests.factories.people import make_employee
from tests.served import Answer, Server, Visitor, ask, visit
from training_platform.core.db import db, reading, writing
from training_platform.crm.dataset.loading import baseline_digest, current_dataset
from training_platform.crm.desk import Desk, open_desk
from training_platform.crm.layering import ALL_LAYERS, layered_models
from training_platform.crm.models import FIRST_OWN_ID, CrmEvent, CrmLayer, CrmWorkspace
from training_platform.crm.scope import enter
from training_platform.crm.services.workspaces import open_free_workspace
from training_platform.crm.values import to_plain
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.records.verification import use_one_snapshot

#: Acts on a record that change it without naming a field.
BARE_WRITES = frozenset({"delete", "import_revert"})
HEAD = ("客户名称", "联系人", "职位", "联系电话", "所属行业", "需求描述")
#: How many do the same thing at once.
CROWD = 6
MAPPED = ("name", "contact_name", "contact_title", "mobile", "industry", "needs")


@dataclass(frozen=True)
class Trainee:
    """Somebody signed in, and the own workspace."""

    visitor: Visitor
    workspace_id: int

    def at(self, path: str) -> str:
        return f"/crm/{self.workspace_id}/{path}"


class House:
    """A database with a company in it, looked into beside its server."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.app: Flask = app_for(url, folder)
        self.server: Server | None = None

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self.app.app_context():
            try:
                with writing() as session:
                    yield session
            finally:
                enter(None)
                db.session.remove()

    @contextmanager
    def looking(self) -> Iterator[Session]:
        """Look at one moment: what was looked at is written down after its page went out."""
        with self.app.app_context():
            try:
                with reading() as session:
                    use_one_snapshot(session)
                    yield session
            finally:
                enter(None)
                db.session.remove()

    @contextmanager
    def desk_of(self, trainee: Trainee, *, is_writing: bool = True) -> Iterator[Desk]:
        """Sit down at somebody's desk beside the server, in one transaction."""
        opened = self.writing() if is_writing else self.looking()
        with opened as session:
            workspace = session.get_one(CrmWorkspace, trainee.workspace_id)
            person = viewer_of(session, session.get_one(Employee, workspace.employee_id))
            yield open_desk(session, workspace, person, is_writing=is_writing)

    def trainees(self, count: int) -> list[Trainee]:
        """Let people come, each with an open workspace."""
        with self.writing() as session:
            people = [make_employee(session) for _number in range(count)]
            return [
                Trainee(
                    visit(session, person.id),
                    open_free_workspace(session, viewer_of(session, person)).id,
                )
                for person in people
            ]

    def trainee(self) -> Trainee:
        return self.trainees(1)[0]

    def visitor(self) -> Visitor:
        """Let somebody come who has no workspace yet."""
        with self.writing() as session:
            return visit(session, make_employee(session).id)

    def digest(self) -> str:
        """Return the digest of the dataset as it is stored now."""
        with self.looking() as session:
            layer = current_dataset(session)
            assert layer is not None
            return baseline_digest(session, layer)

    def post(self, who: Visitor, path: str, form: Mapping[str, Any], **more: Any) -> Answer:
        assert self.server is not None
        return ask(self.server.port, "POST", path, visitor=who, form=form, **more)

    def get(self, who: Visitor, path: str, **more: Any) -> Answer:
        assert self.server is not None
        return ask(self.server.port, "GET", path, visitor=who, **more)

    def upload(self, trainee: Trainee, data: bytes, once: str) -> Answer:
        """Send a file of customers to the own imports."""
        assert self.server is not None
        mark = secrets.token_hex(12)
        fields = {"entity": "customer", "once": once}
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
            for name, text in fields.items()
        ]
        file = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="l.csv"\r\n\r\n'
        body = "".join([*parts, file]).encode() + data + f"\r\n--{mark}--\r\n".encode()
        return ask(
            self.server.port,
            "POST",
            trainee.at("imports"),
            visitor=trainee.visitor,
            data=body,
            headers={"Content-Type": f"multipart/form-data; boundary={mark}"},
        )

    def close(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def all_at_once(*sends: Callable[[], Answer]) -> list[Answer]:
    """Return the answers to requests that begin at the same moment."""
    gate = threading.Barrier(len(sends))

    def one(send: Callable[[], Answer]) -> Answer:
        gate.wait()
        return send()

    with ThreadPoolExecutor(len(sends)) as pool:
        return list(pool.map(one, sends))


def statuses(answers: Sequence[Answer]) -> dict[int, int]:
    """Count the answers by status."""
    found: dict[int, int] = {}
    for answer in answers:
        found[answer.status] = found.get(answer.status, 0) + 1
    return found


def customer_file(name: str, numbers: range) -> bytes:
    """Return a file of customers that look like nobody else's."""
    text = io.StringIO()
    rows = [
        (f"{name}{n}号有限公司", "王小满", "采购经理", f"164{n:08d}", "机械制造", "备件报价")
        for n in numbers
    ]
    csv.writer(text).writerows([HEAD, *rows])
    return text.getvalue().encode()


def expect_whole_log(session: Session, layer_id: int) -> None:
    """Fail unless the log counts without gap, and tells of every change of every record.

    Each own row has as many writing events as it had versions, and its values are those that the
    events told last.
    """
    layer = session.get_one(CrmLayer, layer_id)
    events = session.scalars(
        select(CrmEvent).where(CrmEvent.layer_id == layer_id).order_by(CrmEvent.seq)
    ).all()
    assert [event.seq for event in events] == list(range(1, layer.next_seq))
    told: dict[tuple[str, int], dict[str, Any]] = {}
    written: dict[tuple[str, int], int] = {}
    for event in events:
        if event.record_id is None or not (event.changes or event.act in BARE_WRITES):
            continue
        key = (str(event.entity), event.record_id)
        written[key] = written.get(key, 0) + 1
        told.setdefault(key, {}).update({name: pair[1] for name, pair in event.changes.items()})
    rows = [row for model in layered_models() for row in _rows(session, model, layer_id)]
    # A record of the dataset was there before its first event.
    counted = {(row.entity, row.id): row.version - (row.id < FIRST_OWN_ID) for row in rows}
    assert written == counted
    assert layer.next_id > max((row.id for row in rows), default=0)
    for row in rows:
        if not row.is_deleted:
            last = told[row.entity, row.id]
            assert {name: to_plain(getattr(row, name)) for name in last} == last


def _rows(session: Session, model: Any, layer_id: int) -> Sequence[Any]:
    statement = select(model).where(model.layer_id == layer_id)
    return session.scalars(statement, execution_options={ALL_LAYERS: True}).all()


def count(session: Session, model: Any, layer_id: int, *conditions: Any) -> int:
    """Count the own rows of a layer."""
    statement = select(func.count()).select_from(model).where(model.layer_id == layer_id)
    found = session.scalar(statement.where(*conditions), execution_options={ALL_LAYERS: True})
    return found or 0


def layer_of(house: House, who: Trainee) -> int:
    with house.looking() as session:
        return session.get_one(CrmWorkspace, who.workspace_id).layer_id


def counted(house: House, who: Trainee, model: Any, *conditions: Any) -> int:
    layer_id = layer_of(house, who)
    with house.looking() as session:
        return count(session, model, layer_id, *conditions)
