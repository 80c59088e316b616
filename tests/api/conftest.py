"""The archive's small company, and programs that read it."""

from datetime import timedelta

import pytest

from tests.archives.conftest import company, seen  # noqa: F401  # fixtures
from training_platform.api import rules, services
from training_platform.api.rules import Resource
from training_platform.api.services import NewToken
from training_platform.core import clock
from training_platform.people.viewer import viewer_of


@pytest.fixture
def make_token(session):
    """Return a function that makes a token of an employee and returns row and secret."""

    def make(employee, *scopes, days=30):
        wanted = NewToken(
            "HR system",
            "Nightly copy",
            scopes or tuple(Resource),
            clock.today() + timedelta(days=days),
        )
        made = services.make_token(session, viewer_of(session, employee), wanted)
        session.commit()
        return made

    return make


@pytest.fixture
def ask(session, client, company, make_token, monkeypatch):  # noqa: F811  # the fixture
    """Return a function that asks a list as the HR system does; records are settled at once."""
    monkeypatch.setattr(rules, "SETTLED_AFTER", timedelta(0))
    secret = make_token(company["hr"])[1]

    def ask(path, *, expect=200, token=secret, **query):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        session.commit()  # a test's session that has read keeps the lock
        response = client.get(f"/api/v1/{path}", query_string=query, headers=headers)
        assert response.status_code == expect, response.get_data(as_text=True)
        return response

    return ask
