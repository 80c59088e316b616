"""A small company that is really served, on each database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.bench.company import Company, app_for, build
from training_platform.core.db import db


@pytest.fixture
def company(database_url: str, tmp_path: Path) -> Company:
    """Thirty people; two read, two can save, two will fail and two will pass."""
    return build(
        database_url, tmp_path / "instance", employees=30, records=60, visitors=2, sittings=2
    )


@pytest.fixture
def look(database_url: str, tmp_path: Path):
    """Return a way to look into the database beside the server."""

    @contextmanager
    def open_session() -> Iterator[Session]:
        app = app_for(database_url, tmp_path / "instance")
        with app.app_context():
            yield db.session()
            db.session.remove()
            db.engine.dispose()

    return open_session
