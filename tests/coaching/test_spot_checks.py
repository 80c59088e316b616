"""Spot checks: drawn so that it can be repeated, findings that stay, figures with their range."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from tests.factories.coaching import make_coach, make_spot_check, reach
from tests.factories.crm import KNOWN_CUSTOMER
from tests.factories.people import make_department, make_employee
from training_platform.coaching.models import SpotCheck, SpotFinding
from training_platform.coaching.queries import spots
from training_platform.coaching.rules import Accuracy, Finding, Source
from training_platform.coaching.services import spotting
from training_platform.coaching.services.spotting import Verdict, Wanted
from training_platform.coaching.texts import shown
from training_platform.core import clock
from training_platform.core.errors import NotPermittedError, RuleError
from training_platform.core.permissions import Right
from training_platform.crm.desk import open_desk
from training_platform.crm.models import Customer, WorkspaceKind
from training_platform.crm.scope import enter
from training_platform.crm.services.records import change_record, create_record
from training_platform.crm.services.workspaces import create_workspace
from training_platform.notices.models import Notice
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.records.queries import values_of


@pytest.fixture
def crm_app(shared_crm_app):
    return shared_crm_app


@pytest.fixture
def person(session):
    return make_employee(session, name="林知夏")


@pytest.fixture
def checker(session, person):
    return viewer_of(session, make_coach(session, person))


def work(desk, count):
    """Enter customers, and look at one: a look is no work."""
    made = [
        create_record(desk, Customer, KNOWN_CUSTOMER | {"name": f"试练{number}号有限公司"})
        for number in range(count)
    ]
    change_record(desk, made[0], {"city": "苏州"})
    desk.log("view", "customer", made[0].id)
    desk.session.flush()
    enter(None)


def draw(session, trainee, checker, size=5, **changes):
    today = clock.today()
    values = {"source": Source.SANDBOX, "from_on": today, "until_on": today, "size": size}
    return spotting.draw_check(
        session, reach(session, trainee), checker, Wanted(**values | changes)
    )


def test_a_sample_of_the_sandbox_is_drawn_from_what_was_entered(crm_session, desk, trainee):
    checker = viewer_of(crm_session, make_coach(crm_session, trainee))
    work(desk, 8)

    check = draw(crm_session, trainee, checker, size=5, seed=11)

    assert (len(check.population), check.size, len(check.items)) == (9, 5, 5)
    assert spotting.repeats(check)
    item = check.items[0]
    assert item.title.startswith("试练")
    assert item.shown["record"]["name"] == item.title
    assert item.act in {"create", "update"}


def test_a_draw_with_another_seed_or_item_is_not_the_same(crm_session, desk, trainee):
    checker = viewer_of(crm_session, make_coach(crm_session, trainee))
    work(desk, 8)
    check = draw(crm_session, trainee, checker, size=4, seed=11)

    check.seed = 12

    assert not spotting.repeats(check)


def test_a_running_exam_a_trial_and_another_day_are_left_out(crm_session, desk, trainee):
    checker = viewer_of(crm_session, make_coach(crm_session, trainee))
    enter(None)
    exam = create_workspace(crm_session, trainee.id, WorkspaceKind.EXAM)
    tried = create_workspace(crm_session, trainee.id, WorkspaceKind.REHEARSAL)
    for each in (exam, tried):
        work(open_desk(crm_session, each, trainee, is_writing=True), 2)
    with pytest.raises(RuleError, match="Nothing was entered"):
        draw(crm_session, trainee, checker)

    exam.closed_at = clock.now()
    crm_session.flush()

    assert len(draw(crm_session, trainee, checker).population) == 3
    yesterday = clock.today() - timedelta(days=1)
    with pytest.raises(RuleError):
        draw(crm_session, trainee, checker, from_on=yesterday, until_on=yesterday)


def test_only_who_looks_after_somebody_draws_and_nobody_of_herself(session, person):
    manager = make_employee(session)
    person.manager_id = manager.id
    session.flush()

    make_spot_check(session, person, viewer_of(session, manager))

    for stranger in (person, make_employee(session), make_employee(session, rights=(Right.HR,))):
        with pytest.raises(NotPermittedError):
            make_spot_check(session, person, viewer_of(session, stranger))


def test_closing_needs_every_item_and_tells_the_trainee(session, person, checker):
    check = make_spot_check(session, person, checker)
    spotting.add_note(session, check, checker, "KH-9", clock.today())
    with pytest.raises(RuleError):
        spotting.close_check(session, check, checker, "", expected_version=check.version)
    spotting.record_finding(session, check, check.items[-1], checker, Verdict(Finding.RIGHT))

    spotting.close_check(session, check, checker, "先核对手机号", expected_version=check.version)

    value = values_of(session, person.id, "spot_check", str(check.id))[0]
    assert (value["right"], value["checked"], value["percent"]) == (3, 4, 75)
    kinds = session.scalars(select(Notice.kind).where(Notice.employee_id == person.id)).all()
    assert "spot_check_closed" in kinds


def test_after_closing_a_finding_is_corrected_with_a_reason_and_the_first_one_stays(
    session, person, checker
):
    check = make_spot_check(session, person, checker)
    spotting.close_check(session, check, checker, "", expected_version=check.version)
    item = check.items[2]
    with pytest.raises(RuleError) as refused:
        spotting.record_finding(session, check, item, checker, Verdict(Finding.RIGHT))
    assert refused.value.field == "reason"

    spotting.record_finding(
        session, check, item, checker, Verdict(Finding.RIGHT, reason="看错了行")
    )

    assert [each.finding for each in item.findings] == [Finding.WRONG, Finding.RIGHT]
    assert spotting.accuracy_of(check.items) == Accuracy(3, 3)
    assert len(values_of(session, person.id, "spot_check", str(check.id))) == 2


def test_the_database_refuses_to_change_a_finding(session, person, checker):
    make_spot_check(session, person, checker)

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(update(SpotFinding).values(finding=Finding.RIGHT))


def test_a_wrong_item_says_what_is_wrong(session, person, checker):
    check = make_spot_check(session, person, checker)

    with pytest.raises(RuleError):
        spotting.record_finding(session, check, check.items[0], checker, Verdict(Finding.WRONG))


def test_a_teams_accuracy_is_of_closed_checks_and_newest_findings(session, person, checker):
    make_spot_check(session, person, checker, "rrrw")
    check = make_spot_check(session, person, checker, "rrw")
    spotting.close_check(session, check, checker, "", expected_version=check.version)
    verdict = Verdict(Finding.RIGHT, reason="看错")
    spotting.record_finding(session, check, check.items[2], checker, verdict)

    assert spots.team_accuracy(session, Employee.id == person.id) == {"live": Accuracy(3, 3)}


def test_the_story_on_pages(session, client):
    department = make_department(session)
    person = make_employee(session, name="林知夏", department=department)
    head = make_employee(session, headed=department, rights=(Right.DEPARTMENT_HEAD,))
    coach = make_coach(session, person)
    today = clock.today().isoformat()
    new_check = f"/coaching/people/{person.id}/spot-checks/new"
    session.commit()

    client.sign_in(coach)
    form = {"source": "live", "from_on": today, "until_on": today, "size": "5"}
    made = client.post(new_check, data=form)
    address = made.location
    note = {"title": "KH-001", "seen_on": today}
    assert client.post(f"{address}/notes", data=note).location.endswith("/items/1")
    assert client.post(f"{address}/items/1", data={"finding": "wrong"}).status_code == 422
    found = {"finding": "wrong", "comment": "行业选错"}
    assert client.post(f"{address}/items/1", data=found).status_code == 303
    client.sign_in(person)
    assert client.get(address).status_code == 404
    client.sign_in(coach)
    version = {"version": str(session.scalars(select(SpotCheck.version)).one()), "summary": ""}
    session.rollback()
    assert client.post(f"{address}/close", data=version).status_code == 303

    client.sign_in(person)
    page = client.page(address)
    assert "0 of 1 right" in page.text
    assert "fewer than the 100" in page.text
    assert client.post(f"{address}/comment", data={"comment": "同意"}).status_code == 303
    client.sign_in(head)
    assert "同意" in client.page(address).text
    assert "0 of 1 right" in client.page("/team").text
    client.sign_in(make_employee(session))
    assert client.get(address).status_code == 404


def test_what_was_entered_is_shown_in_words(crm_app, crm_session, desk, trainee):
    checker = viewer_of(crm_session, make_coach(crm_session, trainee))
    work(desk, 1)
    check = draw(crm_session, trainee, checker, size=2, seed=1)

    with crm_app.test_request_context(headers={"Accept-Language": "en"}):
        first, second = (shown(item) for item in check.items)

    assert (first.act, second.act) == ("Created", "Changed")
    assert ("City", "", "苏州") in second.changes
    assert ("Industry", "Machinery") in first.record
