"""The sandbox at scale: a thousand workspaces, an import, and a hundred people who type."""

import csv
import io
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.bench.company import app_for
from tests.factories.crm import KNOWN_CUSTOMER, TYPED_CUSTOMER
from tests.factories.people import make_employee
from tests.served import Visitor, served, visit
from training_platform.core.db import db, writing
from training_platform.core.list_files import read_upload
from training_platform.crm.dataset import loading
from training_platform.crm.desk import Desk, open_desk
from training_platform.crm.importing import running
from training_platform.crm.layering import ALL_LAYERS
from training_platform.crm.models import (
    Activity,
    CrmImport,
    CrmLayer,
    CrmWorkspace,
    Customer,
    LayerKind,
    Lead,
    Opportunity,
)
from training_platform.crm.queries.diff import diff_of
from training_platform.crm.scope import enter
from training_platform.crm.services import checkpoints, imports, workspaces
from training_platform.crm.services.records import change_record, create_record, delete_record
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of

HEAD = ["客户名称", "联系人", "职位", "联系电话", "所属行业", "需求描述"]
#: Changed rows of each workspace: 64 of the dataset, 44 new ones, 6 tombstones.
CHANGED, CREATED, DELETED = 16, 44, 6
#: Nobody fills in six fields in a second; from here on they only wait for each other.
PAUSE = 1.0
CITIES = ("苏州", "宁波", "佛山", "保定")


class Put(Protocol):
    """Keeps and prints a figure; collects what was wrong."""

    faults: list[str]

    def put(self, name: str, value: float, unit: str) -> None:
        """Keep a figure."""


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    workspaces: int = 1_000
    imported: int = 10_000
    tries: int = 60
    people: int = 100
    each: int = 6


QUICK = Size(60, 1_000, 20, 30, 2)


@dataclass
class Sandbox:
    """The database under measurement."""

    app: Flask
    path: Path
    employees: list[int]
    digest: str = ""


def measure(figures: Put, folder: Path, size: Size) -> None:
    """Measure everything of the sandbox on SQLite, with the embedded and the served platform."""
    sandbox = _prepare(folder, size)
    with sandbox.app.app_context():
        first = _first_workspace(sandbox)
        before = _megabytes(sandbox)
        _import(figures, sandbox, size)
        _multiply(sandbox, first)
        figures.put("crm_1000_workspaces_mb", _megabytes(sandbox) - before, "MB")
        _time_services(figures, sandbox, size)
    _time_pages(figures, sandbox, size)
    _type_together(figures, sandbox, size, folder)
    with sandbox.app.app_context():
        if _digest() != sandbox.digest:
            figures.faults.append("the sandbox's dataset is not what it was")
        db.session.remove()
        db.engine.dispose()


def _prepare(folder: Path, size: Size) -> Sandbox:
    path = folder / "sandbox.db"
    app = app_for(f"sqlite:///{path}", folder)
    with app.app_context():
        upgrade()
        CrmImport.__table__.create(db.engine, checkfirst=True)  # type: ignore[attr-defined]
        with writing() as session:
            loading.load_dataset(session)
            people = [make_employee(session) for _number in range(size.workspaces + size.tries)]
            ids = [person.id for person in people]
        return Sandbox(app, path, ids, _digest())


def _digest() -> str:
    layer = loading.current_dataset(db.session())
    assert layer is not None
    return loading.baseline_digest(db.session(), layer)


def _megabytes(sandbox: Sandbox) -> float:
    """Return the size of the database's file with nothing left in its log."""
    db.session.remove()
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        connection.rollback()
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return sandbox.path.stat().st_size / 1_000_000


@contextmanager
def _desk(employee_id: int) -> Iterator[Desk]:
    """Sit down in somebody's free workspace, in one transaction."""
    with writing() as session:
        person = viewer_of(session, session.get_one(Employee, employee_id))
        workspace = workspaces.open_free_workspace(session, person)
        yield open_desk(session, workspace, person, is_writing=True)
    enter(None)


def _first_workspace(sandbox: Sandbox) -> int:
    """Change 114 records through the services; the other workspaces get the same."""
    with _desk(sandbox.employees[0]) as desk:
        session = desk.session
        for model in (Customer, Lead, Opportunity, Activity):
            statement = select(model).order_by(model.id).limit(CHANGED + DELETED)
            found = session.scalars(statement).all()
            for number, record in enumerate(found[:CHANGED]):
                name = "next_step" if model is Activity else "remarks"
                change_record(desk, record, {name: f"改动 {number}"})
            if model is Lead:
                for record in found[CHANGED:]:
                    delete_record(desk, record)
        for number in range(CREATED):
            create_record(desk, Customer, _customer(number))
        return desk.layer.id


def _customer(number: int) -> dict[str, Any]:
    own = {"name": f"试练第{number}机械有限公司", "mobile": f"154{number:08d}"}
    return KNOWN_CUSTOMER | own | {"city": CITIES[number % len(CITIES)], "owner_id": 1}


def _multiply(sandbox: Sandbox, first: int) -> None:
    """Give everybody else a workspace with the same changes."""
    known = set(db.session.scalars(select(CrmWorkspace.employee_id)))
    waiting = [ident for ident in sandbox.employees if ident not in known]
    count = len(sandbox.employees) - len(waiting)
    wanted = waiting[: max(0, _workspaces_wanted(sandbox) - count)]
    for start in range(0, len(wanted), 50):
        with writing() as session:
            source = session.get_one(CrmLayer, first)
            for employee_id in wanted[start : start + 50]:
                workspace = workspaces.create_workspace(session, employee_id, "free")  # type: ignore[arg-type]
                empty = workspace.layer
                workspace.layer = checkpoints.copy_layer(session, source, LayerKind.WORKSPACE)
                workspace.layer.workspace_id = workspace.id
                session.flush()
                session.delete(empty)
    enter(None)


def _workspaces_wanted(sandbox: Sandbox) -> int:
    return max(2, len(sandbox.employees) * 50 // 53)


def _import(figures: Put, sandbox: Sandbox, size: Size) -> None:
    """Import a large file in one workspace: trial run and writing."""
    rows = [
        [f"云岫第{n}机械有限公司", "周试练", "采购经理", f"164{n:08d}", "机械制造", "备件报价"]
        for n in range(size.imported)
    ]
    sheet = io.StringIO()
    csv.writer(sheet).writerows([HEAD, *rows])
    data = sheet.getvalue().encode()
    employee_id = sandbox.employees[1]
    idle = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    began = time.perf_counter()
    with _desk(employee_id) as desk:
        found = imports.upload_file(
            desk, "customer", read_upload(data, "list.csv"), data, "list.csv"
        )
        import_id, mapping = found.id, found.mapping
    for act, more in ((imports.choose_mapping, (mapping,)), (imports.commit_import, ())):
        with _desk(employee_id) as desk:
            found = imports.find_import(desk, import_id)
            act(desk, found, *more, found.version)  # type: ignore[operator]
        running.run(import_id, lambda _done, _total: None)
    figures.put("crm_import_10000_s", time.perf_counter() - began, "s")
    figures.put("crm_import_10000_mb", _memory("VmHWM") - idle, "MB")
    with _desk(employee_id) as desk:
        made = desk.session.scalar(select(func.count()).where(Customer.name.startswith("云岫第")))
        if made != size.imported:
            figures.faults.append(f"{made} of {size.imported} rows were imported")


def _memory(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def _time_services(figures: Put, sandbox: Sandbox, size: Size) -> None:
    """Time reset, diff and opening."""
    used = sandbox.employees[2 : 2 + size.tries]
    fresh = sandbox.employees[-size.tries :]

    def reset(employee_id: int) -> None:
        with writing() as session:
            workspace = _workspace_of(session, employee_id)
            person = viewer_of(session, session.get_one(Employee, employee_id))
            workspaces.reset_workspace(session, workspace, person, workspace.resets_count)

    def open_fresh(employee_id: int) -> None:
        with _desk(employee_id):
            pass

    def compare(employee_id: int) -> None:
        layer = _workspace_of(db.session(), employee_id).layer
        found = diff_of(db.session(), layer)
        if len(found) != 4 * CHANGED + CREATED + DELETED:
            figures.faults.append(f"a workspace differs in {len(found)} records")

    figures.put("crm_diff_p95_ms", _p95(compare, used), "ms")
    figures.put("crm_open_p95_ms", _p95(open_fresh, fresh), "ms")
    figures.put("crm_reset_p95_ms", _p95(reset, used), "ms")


def _workspace_of(session: Session, employee_id: int) -> CrmWorkspace:
    return session.scalars(
        select(CrmWorkspace).where(CrmWorkspace.employee_id == employee_id)
    ).one()


def _p95(act: Callable[[int], Any], over: list[int]) -> float:
    """Return the 95th percentile in ms, each in a session of its own, the first left out."""
    times = []
    for employee_id in over:
        db.session.remove()
        began = time.perf_counter()
        act(employee_id)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.quantiles(times[1:], n=20)[-1]


def _time_pages(figures: Put, sandbox: Sandbox, size: Size) -> None:
    """Time the server's part of a list of fifty customers, in workspaces that were changed."""
    people = sandbox.employees[2 + size.tries :][: size.tries] or sandbox.employees[:2]
    visitors, homes = _visitors(sandbox, people)
    client, times = sandbox.app.test_client(), []
    for visitor, home in zip(visitors, homes, strict=True):
        client.set_cookie("session", visitor.cookie)
        began = time.perf_counter()
        answer = client.get(f"{home}/customer/?view=all")
        times.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200 or answer.data.count(b"/customer/") < 50:
            figures.faults.append(f"{home}/customer/: {answer.status_code}")
    figures.put("crm_list_p95_ms", statistics.quantiles(times[2:], n=20)[-1], "ms")


def _visitors(sandbox: Sandbox, people: list[int]) -> tuple[list[Visitor], list[str]]:
    """Sign people in, and return the addresses of their workspaces."""
    with sandbox.app.app_context(), writing() as session:
        visitors = [visit(session, employee_id) for employee_id in people]
        homes = [f"/crm/{_workspace_of(session, ident).id}" for ident in people]
    return visitors, homes


def _type_together(figures: Put, sandbox: Sandbox, size: Size, folder: Path) -> None:
    """Let a hundred people enter customers over HTTP, each one every second."""
    from tests.bench.__main__ import CORES, Figures, Run  # noqa: PLC0415  # it imports this module

    people = sandbox.employees[2 : 2 + size.people]
    visitors, homes = _visitors(sandbox, people)
    copied = folder / "served.db"
    with sandbox.app.app_context():
        _megabytes(sandbox)
    shutil.copy(sandbox.path, copied)
    requests = [
        _entry(visitor, home, person * 1000 + number)
        for number in range(size.each)
        for person, (visitor, home) in enumerate(zip(visitors, homes, strict=True))
    ]
    with served(f"sqlite:///{copied}", folder, workers=CORES) as server:
        run = Run(server, Figures())
        warm = [_entry(visitors[0], homes[0], 999_000 + number) for number in range(4 * CORES)]
        run.send(warm)
        sent = run.send(requests, threads=size.people, pause=PAUSE)
    figures.faults += run.figures.faults
    times = sorted(each[1] * 1000 for each in sent["results"])
    kept = _count_typed(copied, folder)
    figures.put("crm_users100_errors", sent["errors"], "errors")
    figures.put("crm_users100_lost", abs(len(requests) + len(warm) - kept), "records")
    figures.put("crm_users100_p95_ms", statistics.quantiles(times, n=20)[-1], "ms")


def _entry(visitor: Visitor, home: str, number: int) -> dict[str, Any]:
    fields = TYPED_CUSTOMER | {
        "name": f"同时录入第{number}号有限公司",
        "mobile": f"168{number:08d}",
        "once": f"typed-{number}",
        "csrf_token": visitor.csrf,
    }
    return {
        "method": "POST",
        "path": f"{home}/customer/new",
        "headers": visitor.headers | {"Content-Type": "application/x-www-form-urlencoded"},
        "body": urlencode(fields),
        "status": 303,
        "marker": "/customer/",
    }


def _count_typed(path: Path, folder: Path) -> int:
    """Count the different customers that were kept; a doubled one counts as lost."""
    app = app_for(f"sqlite:///{path}", folder)
    with app.app_context():
        found = db.session.execute(
            select(func.count(), func.count(func.distinct(Customer.mobile))).where(
                Customer.name.startswith("同时录入第")
            ),
            execution_options={ALL_LAYERS: True},
        ).one()
        db.session.remove()
        db.engine.dispose()
    return int(found[1]) - (int(found[0]) - int(found[1]))
