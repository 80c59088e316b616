"""Fixtures for every test: a real migrated database each, and a client that reviews."""

import fcntl
import gc
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zlib import crc32

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from tests import kept, postgres, remembered
from tests.page import Page
from training_platform import create_app
from training_platform.config import ROOT, Settings
from training_platform.core.db import db, writing
from training_platform.people.models import Employee, UserSession
from training_platform.people.viewer import SLIDING, digest, new_token

remembered.remember()
gc.disable()  # until all tests are known: what they are made of stays until the end
BACKENDS = os.environ.get("TEST_DATABASE", "sqlite").split(",")
#: Tests that serve the platform, or let a company live: seconds each, where others take less.
LONG = ("tests/browser/", "tests/reliability/", "tests/demo/", "tests/test_pages.py")
#: Fixtures that ask for pages.
PAGES = frozenset({"client", "crm_client"})
MUST_HAVE_ALL = os.environ.get("CI") == "true"


@event.listens_for(Engine, "connect")
def _never_wait_for_the_disk(connection: Any, _record: Any) -> None:
    """Let SQLite here do as PostgreSQL's test server does: no database outlives its test."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


def pytest_configure(config: pytest.Config) -> None:
    """Start one PostgreSQL for all workers, before they start; they find it by its address."""
    is_controller = not hasattr(config, "workerinput")
    if not is_controller or "postgresql" not in BACKENDS:
        return
    server, reason = postgres.open_server()
    if server is None:
        os.environ["TEST_POSTGRES_MISSING"] = reason
        return
    os.environ["TEST_DATABASE_URL"] = server.url("postgres")
    config.add_cleanup(server.stop)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that both cores have work until the end.

    Pages run on one of the databases, half of them on each, always the same half: what they ask
    the database runs on both below them. TEST_EVERYWHERE=1 runs them on both, too.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    if len(BACKENDS) > 1 and "TEST_EVERYWHERE" not in os.environ:
        left_out = [item for item in items if not _has_its_turn(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _has_its_turn(item)]


def _has_its_turn(item: pytest.Item) -> bool:
    """Tell whether a test runs on the database that it was made for: pages only on one."""
    if PAGES.isdisjoint(getattr(item, "fixturenames", ())):
        return True
    found = [name for name in BACKENDS if name in item.nodeid.rpartition("[")[2]]
    if len(found) != 1:
        return True
    number = crc32(item.nodeid.replace(found[0], "").encode())
    return BACKENDS[number % len(BACKENDS)] == found[0]


def pytest_collection_finish() -> None:
    """Leave what is known by now alone: looking for circles in it took a sixth of all time.

    A whole application is thrown away after each test; a few of them are looked for at once.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 10, 10)
    gc.enable()


def pytest_report_header() -> str:
    """Say which databases the suite runs on."""
    missing = os.environ.get("TEST_POSTGRES_MISSING")
    return f"databases: {', '.join(BACKENDS)}" + (f" (not run: {missing})" if missing else "")


class Browser(FlaskClient):
    """A client whose requests do not see the test's own context, as on a server."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return Context().run(super().open, *args, **kwargs)

    def sign_in(self, employee: Employee, *, has_second_factor: bool = True) -> UserSession:
        """Give this client a session of the employee, as the sign-in page would."""
        token, now = new_token(), datetime.now(UTC)
        row = UserSession(
            token_digest=digest(token),
            employee_id=employee.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + SLIDING,
            user_agent="test",
            has_second_factor=has_second_factor,
        )
        session = db.session()
        session.add(row)
        session.commit()
        with self.session_transaction() as cookie:
            cookie.clear()
            cookie["sid"] = token
            cookie["lang"] = "en"
        return row

    def page(self, address: str, *, status: int = 200, **kwargs: Any) -> Page:
        """Get a page and review it: status, one h1, title, unique ids, CSP, lang."""
        response = self.get(address, **kwargs)
        assert response.status_code == status, f"{address}: {response.status_code}"
        return Page(response)


@dataclass(frozen=True)
class Backend:
    """One of the two databases, with a way to make a fresh migrated copy."""

    name: str
    make: Callable[[Path], str]


def settings_for(url: str, instance: Path, **changes: Any) -> Settings:
    values = {
        "database_url": url,
        "instance_dir": str(instance),
        "content_dir": str(ROOT),
        "default_locale": "en",
        "demo": True,
        "jobs_embedded": False,
        "quiet_hours": "none",  # what a test sees does not depend on when it runs
    } | changes
    return Settings(**values)


def app_on(url: str, instance: Path, **changes: Any) -> Flask:
    app = create_app(
        {"TESTING": True, "WTF_CSRF_ENABLED": False, "PROPAGATE_FAULTS": True},
        settings_for(url, instance, **changes),
    )
    app.test_client_class = Browser
    return app


def migrate(url: str, instance: Path) -> None:
    app = app_on(url, instance)
    with app.app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without rows, copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "empty.db"
    migrate(f"sqlite:///{path}", folder)
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL server: the one of TEST_DATABASE_URL, or one of our own."""
    server, reason = postgres.open_server()
    if server is None:
        if MUST_HAVE_ALL:
            pytest.fail(f"no PostgreSQL: {reason}")
        pytest.skip(f"no PostgreSQL: {reason}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(
    postgres_server: postgres.Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    name = f"template_{uuid4().hex[:12]}"
    migrate(postgres_server.create_database(name), tmp_path_factory.mktemp("pg"))
    yield name
    kept.forget(postgres_server, name)
    postgres_server.drop_database(name)


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh migrated database."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'test.db')}"
        return
    server = request.getfixturevalue("postgres_server")
    with kept.database(server, request.getfixturevalue("postgres_template")) as url:
        yield url


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = app_on(database_url, tmp_path)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A migrated database with all content and a small demo company, made once for all workers."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    folder.mkdir(exist_ok=True)
    path = folder / "demo.db"
    with (folder.parent / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            _load_demo(Path(shutil.copy(sqlite_template, folder / "loading.db")))
            (folder / "loading.db").rename(path)
    return path


def _load_demo(path: Path) -> None:
    from training_platform.demo.loading import load  # noqa: PLC0415  # few tests need it all

    app = app_on(f"sqlite:///{path}", path.parent)
    with app.app_context():
        load(employees=40, months=4)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def demo_app(demo_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """The platform on a copy of the demo company."""
    shutil.copytree(demo_template.parent, tmp_path / "demo", ignore=shutil.ignore_patterns("*.db*"))
    path = shutil.copy(demo_template, tmp_path / "demo" / "demo.db")
    app = app_on(f"sqlite:///{path}", tmp_path / "demo")
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """The session of a job: whatever it does begins with the write lock."""
    with app.app_context():
        with writing() as session:
            pass
        g.writing = True
        yield session
        session.rollback()


@pytest.fixture
def client(app: Flask) -> Browser:
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def later() -> Callable[..., datetime]:
    """Return a function that names an instant some time from now."""
    return lambda **span: datetime.now(UTC) + timedelta(**span)


@pytest.fixture
def sessions_of(session: Session) -> Callable[[Employee], list[UserSession]]:
    def find(employee: Employee) -> list[UserSession]:
        rows = select(UserSession).where(UserSession.employee_id == employee.id)
        return list(session.scalars(rows))

    return find
