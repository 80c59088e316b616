"""Who needs longer gets a share more of the minutes of every exam, from the next one on."""

from datetime import timedelta

import pytest

from tests.factories.content import publish_paper
from tests.factories.people import make_employee
from training_platform.assessment.extra_time import extra_percent, set_extra_time
from training_platform.assessment.rules import deadline_of
from training_platform.core import clock
from training_platform.core.errors import ConflictError, NotPermittedError, RuleError
from training_platform.core.permissions import Right
from training_platform.people.viewer import viewer_of
from training_platform.quizzes.models import Paper
from training_platform.quizzes.services import start_attempt


@pytest.fixture
def hr(session):
    return make_employee(session, rights=(Right.HR,))


@pytest.fixture
def person(session):
    return make_employee(session)


def grant(session, person, hr, percent=25, version=0):
    set_extra_time(
        session, person, viewer_of(session, hr), (percent, "审批单 12"), expected_version=version
    )


def test_a_quarter_more_makes_twenty_minutes_twenty_five():
    began = clock.now()

    assert deadline_of(began, 20, 25) - began == timedelta(minutes=25)
    assert deadline_of(began, 20) - began == timedelta(minutes=20)


def test_the_next_quiz_ends_later(session, person, hr):
    publish_paper(session, slug="paper")
    paper = session.get_one(Paper, "paper")
    grant(session, person, hr, 50)

    attempt = start_attempt(session, paper, viewer_of(session, person))

    longer = timedelta(minutes=paper.minutes) * 1.5
    assert attempt.deadline_at - attempt.started_at == longer


def test_only_hr_sets_it_and_nobody_the_own(session, person, hr):
    with pytest.raises(NotPermittedError):
        grant(session, person, make_employee(session, rights=(Right.TRAINER,)))
    with pytest.raises(RuleError):
        grant(session, hr, hr)
    assert extra_percent(session, person.id) == 0


@pytest.mark.parametrize("percent", [-1, 201])
def test_what_is_out_of_range_is_refused_at_its_field(session, person, hr, percent):
    with pytest.raises(RuleError) as refused:
        grant(session, person, hr, percent)

    assert refused.value.field == "percent"


def test_of_two_who_set_it_at_once_the_second_sees_what_stands(session, person, hr):
    grant(session, person, hr)

    with pytest.raises(ConflictError):
        grant(session, person, hr, 50)
    grant(session, person, hr, 0, version=1)
    assert extra_percent(session, person.id) == 0


def test_hr_sets_it_on_the_page_of_a_person(session, client, person, hr):
    client.sign_in(hr)
    ident = person.id
    address = f"/admin/extra-time/{ident}"
    session.commit()
    assert address in client.get(f"/people/{ident}").text

    refused = client.post(address, data={"version": "0", "percent": "viel", "reason": "x"})
    assert refused.status_code == 422
    assert "viel" in refused.text
    saved = client.post(address, data={"version": "0", "percent": "30", "reason": "审批单 3"})
    again = client.post(address, data={"version": "0", "percent": "40", "reason": "审批单 4"})

    assert saved.status_code == 303
    assert again.status_code == 409
    assert extra_percent(session, ident) == 30
