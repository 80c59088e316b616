"""Lists of past trainings, and the steps that are taken with them."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from training_platform.core.db import db, writing
from training_platform.core.list_files import read_upload
from training_platform.core.permissions import Person
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.records.history import running, services
from training_platform.records.history.models import HistoryImport
from training_platform.records.history.rules import BUSY
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Kind

HEAD = ["工号", "姓名", "培训名称", "培训日期", "学时", "成绩", "结果", "培训机构", "备注"]


def row(person: Employee | None, **changes: str) -> list[str]:
    """Return the cells of one training of a person, by the columns of HEAD."""
    given = {
        "number": person.staff_number if person else "",
        "name": person.name if person else "",
        "title": "客户投诉处理实务",
        "day": "2026-03-01",
        "hours": "6",
        "percent": "86",
        "outcome": "合格",
        "provider": "云岫培训中心",
        "note": "",
    }
    return list((given | changes).values())


def sheet(*rows: Sequence[str], head: Sequence[str] = HEAD, encoding: str = "utf-8") -> bytes:
    """Return a CSV."""
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode(encoding)


def send(session: Session, actor: Person, data: bytes, name: str = "list.csv") -> HistoryImport:
    """Upload a list."""
    return services.upload_list(session, actor, read_upload(data, name), data, name)


def take(import_id: int, actor: Employee, act: Any, *values: Any) -> HistoryImport:
    """Take one step as a page does: in a transaction of its own, then the work."""
    actor_id = actor.id
    db.session.commit()
    with writing() as session:
        found = session.get_one(HistoryImport, import_id)
        person = viewer_of(session, session.get_one(Employee, actor_id))
        act(session, found, person, *values, expected_version=found.version)
        reason = str(values[0]) if act is services.undo_import else ""
        order = running.Order(found.id, found.state, actor_id, reason)
        is_busy = found.state in BUSY
    if is_busy:
        running.run(order, lambda _done, _total: None)
    db.session.expire_all()
    return db.session.get_one(HistoryImport, import_id)


def check(session: Session, actor: Employee, data: bytes, name: str = "list.csv") -> HistoryImport:
    """Upload a list and make its trial run with the columns as they were guessed."""
    found = send(session, viewer_of(session, actor), data, name)
    return take(found.id, actor, services.choose_mapping, list(found.mapping))


def imported(session: Session) -> list[TrainingRecord]:
    """Return the imported records that still count, in their order."""
    found = session.query(TrainingRecord).filter_by(kind=Kind.TRAINING_IMPORTED.value)
    corrected = {
        each.corrects_id
        for each in session.query(TrainingRecord).filter_by(kind=Kind.CORRECTION.value)
    }
    return [each for each in found.order_by(TrainingRecord.id) if each.id not in corrected]


def import_all(
    session: Session, actor: Employee, data: bytes, name: str = "list.csv"
) -> HistoryImport:
    """Upload a list, check it and write what is right."""
    return take(check(session, actor, data, name).id, actor, services.start_writing)


def make_history(session: Session, hr: Employee, owner: Employee) -> dict[str, str]:
    """Put an import that waits for its columns; return what the addresses name."""
    found = send(session, viewer_of(session, hr), sheet(row(owner)))
    return {"history_id": str(found.id), "history_step": "write"}
