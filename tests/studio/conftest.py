"""Two trainers and a published course that they may change."""

import pytest

from tests.crm.conftest import (  # noqa: F401  # the databases with the dataset
    _one_crm_app,
    crm_app,
    crm_database_url,
    crm_postgres_template,
    crm_session,
    crm_sqlite_template,
    shared_crm_app,
)
from tests.factories.content import publish_competencies, publish_course
from tests.factories.people import make_employee
from training_platform.core.permissions import Right
from training_platform.people.viewer import viewer_of


@pytest.fixture
def author(session):
    return make_employee(session, rights=(Right.TRAINER,))


@pytest.fixture
def colleague(session):
    return make_employee(session, rights=(Right.TRAINER,))


@pytest.fixture
def published(session):
    publish_competencies(session)
    return publish_course(session, slug="calls", lessons=1)


@pytest.fixture
def viewers(session, author, colleague):
    return viewer_of(session, author), viewer_of(session, colleague)
