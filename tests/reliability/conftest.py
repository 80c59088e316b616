"""A small company that is really served, on each database; built once and copied for each test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bench.company import Company, app_for, build
from tests.conftest import BACKENDS
from tests.factories.crm import load_small_company
from tests.reliability.sandbox import House, Trainee, expect_whole_log
from tests.served import served
from training_platform.core.db import db
from training_platform.crm.models import CrmLayer

#: Thirty people; two read, two can save, two will fail and two will pass.
SIZE = {"employees": 30, "records": 60, "visitors": 2, "sittings": 2}


@pytest.fixture(scope="session")
def sqlite_company(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("company")
    path = Path(shutil.copy(sqlite_template, folder / "company.db"))
    return path, build(f"sqlite:///{path}", folder, **SIZE).dump()


@pytest.fixture(scope="session")
def postgres_company(
    postgres_server, postgres_template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    name = f"company_{uuid4().hex[:12]}"
    url = postgres_server.create_database(name, template=postgres_template)
    yield name, build(url, tmp_path_factory.mktemp("company"), **SIZE).dump()
    postgres_server.drop_database(name)


@pytest.fixture(params=BACKENDS)
def built(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of a fresh copy of the company's database, and who visits it."""
    if request.param == "sqlite":
        path, people = request.getfixturevalue("sqlite_company")
        yield f"sqlite:///{shutil.copy(path, tmp_path / 'test.db')}", people
        return
    server = request.getfixturevalue("postgres_server")
    template, people = request.getfixturevalue("postgres_company")
    name = f"test_{uuid4().hex[:12]}"
    yield server.create_database(name, template=template), people
    server.drop_database(name)


@pytest.fixture
def database_url(built: tuple[str, str]) -> str:
    return built[0]


@pytest.fixture
def company(built: tuple[str, str]) -> Company:
    return Company.parse(built[1])


@contextmanager
def looking(url: str, instance: Path) -> Iterator[Session]:
    """Look into a database beside its server."""
    app = app_for(url, instance)
    with app.app_context():
        try:
            yield db.session()
        finally:
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def look(database_url: str, tmp_path: Path):
    """Return a way to look into the database beside the server."""
    return lambda: looking(database_url, tmp_path / "instance")


@pytest.fixture(scope="module", params=BACKENDS)
def empty_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a fresh migrated database that a whole module uses."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{shutil.copy(template, tmp_path_factory.mktemp('house') / 'crm.db')}"
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("postgres_template")
    name = f"test_{uuid4().hex[:12]}"
    yield server.create_database(name, template=template)
    server.drop_database(name)


@pytest.fixture(scope="module")
def house(empty_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A practice company of a few records, to be served; trainees come as tests need them."""
    house = House(empty_url, tmp_path_factory.mktemp("instance"))
    with house.writing() as session:
        load_small_company(session)
    yield house
    house.close()


@pytest.fixture(scope="module")
def busy_house(house: House) -> Iterator[House]:
    """The company served by four processes, for a whole module."""
    with served(house.url, house.folder, workers=4, WARM_TEMPLATES="0") as house.server:
        yield house


@pytest.fixture
def trainee(busy_house: House) -> Iterator[Trainee]:
    """Somebody of this test's own; what is left behind is looked through at its end."""
    who = busy_house.trainee()
    yield who
    with busy_house.looking() as session:
        for layer_id in session.scalars(
            select(CrmLayer.id).where(CrmLayer.workspace_id == who.workspace_id)
        ).all():
            expect_whole_log(session, layer_id)
