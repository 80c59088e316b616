"""Who stands in the records; pages are asked for after the test's own transaction has ended."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import Browser
from tests.factories.people import make_employee
from training_platform.core.db import db
from training_platform.core.permissions import Right
from training_platform.people.models import Employee


class Patient(Browser):
    """A client that first commits what the test has prepared: on SQLite the test would block it."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.commit()
        return super().open(*args, **kwargs)


@pytest.fixture
def client(app: Flask, session: Any) -> Browser:
    app.test_client_class = Patient
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def hr(session: Session) -> Employee:
    return make_employee(session, name="何人事", name_latin="He Renshi", rights=(Right.HR,))


@pytest.fixture
def person(session: Session) -> Employee:
    return make_employee(session, name="林知夏", name_latin="Lin Zhixia")
