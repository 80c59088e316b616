"""People who learn and who look after learning."""

import pytest
from sqlalchemy import select

from tests.factories.people import make_employee
from training_platform.core.events import FailedReaction
from training_platform.core.permissions import Right
from training_platform.people.viewer import viewer_of


@pytest.fixture
def learner(session):
    return make_employee(session)


@pytest.fixture
def viewer(session, learner):
    return viewer_of(session, learner)


@pytest.fixture
def hr(session):
    return viewer_of(session, make_employee(session, rights=(Right.HR,)))


@pytest.fixture
def no_reaction_failed(session):
    yield
    assert session.scalars(select(FailedReaction.fault)).all() == []
