"""A paper whose question was wrong, and a trainer who corrects it."""

import pytest
from sqlalchemy import select

from tests.factories.people import make_employee
from tests.factories.quizzes import make_paper
from training_platform.assessment.models import Question
from training_platform.core.permissions import Right
from training_platform.people.viewer import viewer_of


@pytest.fixture
def trainer(session):
    return viewer_of(session, make_employee(session, rights=(Right.TRAINER,)))


@pytest.fixture
def paper(session):
    """Two questions of a point each; both are needed to pass."""
    return make_paper(session, questions=2, count=2, id="paper")


@pytest.fixture
def question(session, paper):
    """The question that was wrong: the first answer is the key, people choose the second."""
    return session.scalars(select(Question).where(Question.topic == "paper")).first()
