"""Practice goes after some time; what was handed in stays and can be graded again."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.factories.people import make_employee
from tests.practicals.sitting import publish
from training_platform.core import clock
from training_platform.core.db import db
from training_platform.crm.jobs import sweep
from training_platform.crm.models import CrmEvent, CrmLayer, CrmWorkspace
from training_platform.crm.services.workspaces import open_free_workspace
from training_platform.people.viewer import viewer_of
from training_platform.practicals import services, work
from training_platform.practicals.models import PracticalAttempt, PracticalGrading
from training_platform.practicals.retention import forget_old_practice
from training_platform.practicals.rules import Mode

SLUG = "enter-customers"
LONG_AGO = timedelta(days=181)


@pytest.fixture
def person(crm_session):
    return make_employee(crm_session)


def practise(session, person, mode=Mode.PRACTICE, *, hands_in=True):
    actor = viewer_of(session, person)
    attempt = services.start_attempt(
        session, publish(session, SLUG), actor, services.Sitting(mode, seed="s")
    )
    if hands_in:
        services.submit_attempt(session, attempt, actor)
        session.commit()
        work.grade_handed_in(attempt.id)
    return attempt.id


def let_pass(session, span):
    session.execute(
        update(PracticalAttempt)
        .values(started_at=PracticalAttempt.started_at, submitted_at=clock.now() - span)
        .where(PracticalAttempt.submitted_at.is_not(None))
    )
    session.commit()


def workspace_of(session, attempt_id):
    session.expire_all()
    found = session.get_one(PracticalAttempt, attempt_id)
    return session.get_one(CrmWorkspace, found.workspace_id)


def test_old_practice_is_erased_and_can_be_graded_again_to_the_byte(crm_session, person):
    attempt_id = practise(crm_session, person)
    workspace = workspace_of(crm_session, attempt_id)
    layer_id = workspace.layer_id
    let_pass(crm_session, LONG_AGO)

    assert forget_old_practice(None, {}) == {"erased": 1}
    assert forget_old_practice(None, {}) == {"erased": 0}
    sweep(None, {})

    assert workspace_of(crm_session, attempt_id).erased_at is not None
    assert crm_session.get(CrmLayer, layer_id) is None
    assert not crm_session.scalars(select(CrmEvent).where(CrmEvent.layer_id == layer_id)).all()
    attempt = crm_session.get_one(PracticalAttempt, attempt_id)
    task = services.task_of(crm_session, attempt)
    again = services.evaluate(task, services.stored_evidence(crm_session, attempt), attempt)
    kept = crm_session.scalars(select(PracticalGrading)).one()
    assert [each.check for each in again.outcomes] == [each["check"] for each in kept.outcomes]
    assert int(again.points * 100) == kept.points


def test_neither_exams_nor_open_attempts_nor_free_workspaces_nor_new_practice_go(
    crm_session, person
):
    free = open_free_workspace(crm_session, viewer_of(crm_session, person))
    free.created_at = free.used_at = clock.now() - LONG_AGO
    exam = practise(crm_session, person, Mode.EXAM)
    let_pass(crm_session, LONG_AGO)
    running = practise(crm_session, person, Mode.DRILL, hands_in=False)
    crm_session.get_one(PracticalAttempt, running).started_at = clock.now() - LONG_AGO
    new = practise(crm_session, person)

    assert forget_old_practice(None, {}) == {"erased": 0}
    for attempt_id in (exam, running, new):
        assert workspace_of(crm_session, attempt_id).erased_at is None
    assert crm_session.get_one(CrmWorkspace, free.id).erased_at is None


def test_who_sets_no_days_keeps_everything(crm_app, crm_session, person):
    practise(crm_session, person)
    let_pass(crm_session, LONG_AGO)
    crm_app.config["PRACTICE_KEPT_DAYS"] = 0

    assert forget_old_practice(None, {}) == {"erased": 0}


def test_the_result_says_what_was_erased_and_leads_nowhere(crm_app, crm_session, person):
    attempt_id = practise(crm_session, person)
    let_pass(crm_session, LONG_AGO)
    forget_old_practice(None, {})
    token, place = db.session.execute(
        select(PracticalAttempt.token, PracticalAttempt.workspace_id).where(
            PracticalAttempt.id == attempt_id
        )
    ).one()
    db.session.rollback()
    client = crm_app.test_client()
    client.sign_in(person)

    page = client.get(f"/practicals/attempts/{token}/result?lang=en")
    assert page.status_code == 200
    assert "was erased on" in page.text
    assert f"/crm/{place}/" not in page.text
    assert client.get(f"/crm/{place}/").status_code == 404
    assert client.get(f"/practicals/attempts/{token}/replay").status_code == 200
