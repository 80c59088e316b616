"""Pages are asked for only after the test's own transaction has ended."""

from typing import Any

import pytest
from flask import Flask

from tests.conftest import Browser
from training_platform.core.db import db


class Patient(Browser):
    """A client that first commits what the test has prepared: on SQLite the test would block it."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.commit()
        return super().open(*args, **kwargs)


@pytest.fixture
def client(app: Flask, session: Any) -> Browser:
    app.test_client_class = Patient
    return app.test_client()  # type: ignore[return-value]
