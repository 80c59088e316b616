"""A database with the sandbox's dataset, copied for each test, and a desk to work at."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, g
from sqlalchemy.orm import Session

from tests import kept, postgres
from tests.conftest import BACKENDS, Browser, app_on
from tests.crm.layers import FIRM, sit
from tests.factories.crm import KNOWN_CUSTOMER
from tests.factories.people import make_employee
from training_platform.core import clock
from training_platform.core.db import db, writing
from training_platform.crm.dataset.loading import load_dataset
from training_platform.crm.desk import Desk, open_desk
from training_platform.crm.models import Customer, Seller
from training_platform.crm.scope import enter
from training_platform.crm.services.records import (
    change_record,
    create_record,
    delete_record,
    find_record,
)
from training_platform.crm.services.workspaces import open_free_workspace
from training_platform.people.models import Employee

#: The real instant of every test with a desk; the sandbox's own time is the dataset's end.
REAL_NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


class Patient(Browser):
    """A client that first commits what the test has prepared: on SQLite the test would block it."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.commit()
        return super().open(*args, **kwargs)


def load_into(url: str, folder: Path) -> None:
    """Load the dataset into a migrated database."""
    app = app_on(url, folder)
    with app.app_context():
        with writing() as session:
            load_dataset(session)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def crm_sqlite_template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A migrated database with the dataset, copied for each test."""
    folder = tmp_path_factory.mktemp("crm")
    path = Path(shutil.copy(sqlite_template, folder / "crm.db"))
    load_into(f"sqlite:///{path}", folder)
    return path


@pytest.fixture(scope="session")
def crm_postgres_template(
    postgres_server: postgres.Server,
    postgres_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    name = f"crm_{uuid4().hex[:12]}"
    url = postgres_server.create_database(name, template=postgres_template)
    load_into(url, tmp_path_factory.mktemp("crm_pg"))
    yield name
    kept.forget(postgres_server, name)
    postgres_server.drop_database(name)


@pytest.fixture(params=BACKENDS)
def crm_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with the dataset."""
    if request.param == "sqlite":
        template = request.getfixturevalue("crm_sqlite_template")
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'crm.db')}"
        return
    server = request.getfixturevalue("postgres_server")
    with kept.database(server, request.getfixturevalue("crm_postgres_template")) as url:
        yield url


@pytest.fixture
def crm_app(crm_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The platform with the dataset loaded."""
    app = app_on(crm_database_url, tmp_path)
    app.test_client_class = Patient
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module", params=BACKENDS)
def _one_crm_app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("shared")
    with ExitStack() as stack:
        if request.param == "sqlite":
            template = request.getfixturevalue("crm_sqlite_template")
            url = f"sqlite:///{shutil.copy(template, folder / 'crm.db')}"
        else:
            server = request.getfixturevalue("postgres_server")
            template = request.getfixturevalue("crm_postgres_template")
            url = stack.enter_context(kept.database(server, template))
        app = app_on(url, folder)
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def shared_crm_app(_one_crm_app: Flask) -> Iterator[Flask]:
    """The platform with the dataset, one for all tests of a module that commit nothing.

    Such a module lets its `crm_app` be this one. What a test writes is taken back with its
    session; a test that commits fails here, because the next ones would see it.
    """
    yield _one_crm_app
    with _one_crm_app.app_context():
        assert not kept.is_changed(db.engine.url), "whoever commits needs an own database"


@pytest.fixture
def crm_session(crm_app: Flask) -> Iterator[Session]:
    """The session of a job, in no workspace yet: whatever it does begins with the write lock."""
    with crm_app.app_context():
        with writing() as session:
            pass
        g.writing = True
        yield session
        session.rollback()
        enter(None)


@pytest.fixture
def stopped_clock() -> Iterator[datetime]:
    """The clock stands still, for this test; client requests see the real time."""
    with clock.stopped(REAL_NOW):
        yield REAL_NOW


@pytest.fixture
def trainee(crm_session: Session) -> Employee:
    """Somebody who practises."""
    return make_employee(crm_session)


@pytest.fixture
def desk(crm_session: Session, trainee: Employee, stopped_clock: datetime) -> Desk:
    """The trainee's free workspace, opened for writing as seller 1, at the dataset's end."""
    workspace = open_free_workspace(crm_session, trainee)
    return open_desk(crm_session, workspace, trainee, is_writing=True)


@pytest.fixture
def base(desk: Desk) -> str:
    """The address of the trainee's workspace."""
    return f"/crm/{desk.workspace.id}"


@pytest.fixture
def customer(desk: Desk) -> Customer:
    """A customer of the seller whom the trainee plays, as a form would have made it."""
    return create_record(desk, Customer, KNOWN_CUSTOMER | {"owner_id": desk.seller.id})


@pytest.fixture
def other(crm_session: Session, desk: Desk) -> Desk:
    """Another trainee's workspace: three own firms, a changed and a deleted seller."""
    person = make_employee(crm_session)
    workspace = open_free_workspace(crm_session, person)
    there = open_desk(crm_session, workspace, person, is_writing=True)
    for number in range(3):
        create_record(there, Customer, FIRM | {"name": f"别家{number}号有限公司"})
    change_record(there, find_record(there, Seller, 2), {"name": "别人"})
    delete_record(there, find_record(there, Seller, 3))
    sit(crm_session, desk)
    return there


@pytest.fixture
def crm_client(crm_app: Flask, crm_session: Session, trainee: Employee) -> Browser:
    """A browser in which the trainee has signed in; it commits the test's own work first."""
    browser: Browser = crm_app.test_client()  # type: ignore[assignment]
    crm_session.commit()
    browser.sign_in(trainee)
    return browser
