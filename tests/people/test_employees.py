"""Employees: joining, changing, leaving."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.factories.people import make_department, make_employee, make_job_role
from training_platform.core import clock
from training_platform.core.audit import AuditEvent
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.core.permissions import SYSTEM, Right
from training_platform.people import services
from training_platform.people.models import EmployeeStatus
from training_platform.people.services import EmployeeChanges, NewEmployee
from training_platform.people.viewer import viewer_of


@pytest.fixture
def hr(session):
    return viewer_of(session, make_employee(session, rights=(Right.HR,)))


def newcomer(session, **overrides):
    values = {
        "staff_number": "CR-0042",
        "username": "LiNa",
        "name": "李娜",
        "email": "lina@company.example",
        "department_id": make_department(session).id,
        "job_role_id": make_job_role(session).id,
    } | overrides
    return NewEmployee(**values)


def changes_of(employee, **overrides):
    values = {
        "staff_number": employee.staff_number,
        "username": employee.username,
        "name": employee.name,
        "name_latin": employee.name_latin,
        "email": employee.email,
        "department_id": employee.department_id,
        "manager_id": employee.manager_id,
    } | overrides
    return EmployeeChanges(**values)


def actions(session, subject):
    rows = select(AuditEvent.action).where(AuditEvent.subject_id == str(subject.id))
    return list(session.scalars(rows.order_by(AuditEvent.id)))


def test_a_new_person_gets_a_latin_name_and_is_found_by_it(session, hr):
    person = services.create_employee(session, hr, newcomer(session))

    assert person.name_latin == "Li Na"
    assert "lina" in person.search_text
    assert person.username == "lina"
    assert person.job_role_since == clock.today()
    assert actions(session, person) == ["people.create_employee"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("staff_number", "CR-0042"), ("username", "lina"), ("job_role_id", "astronaut")],
)
def test_what_is_taken_or_unknown_is_refused_beside_its_field(session, hr, field, value):
    services.create_employee(session, hr, newcomer(session))
    other = {"staff_number": "CR-0043", "username": "other"} | {field: value}

    with pytest.raises(RuleError) as refusal:
        services.create_employee(session, hr, newcomer(session, **other))

    assert refusal.value.field == field


def test_only_hr_and_administrators_add_people(session):
    trainer = viewer_of(session, make_employee(session, rights=(Right.TRAINER,)))

    with pytest.raises(NotPermittedError):
        services.create_employee(session, trainer, newcomer(session))


def test_the_log_names_changed_fields_but_not_their_values(session, hr):
    person = make_employee(session)

    services.update_employee(
        session, person, hr, changes_of(person, email="new@company.example"), expected_version=1
    )

    event = session.scalars(
        select(AuditEvent).where(AuditEvent.action == "people.update_employee")
    ).one()
    assert event.details == {"fields": ["email"]}


def test_a_change_to_an_old_version_is_refused(session, hr):
    person = make_employee(session)
    services.update_employee(
        session, person, hr, changes_of(person, name="王大满"), expected_version=1
    )

    with pytest.raises(ConflictError):
        services.update_employee(
            session, person, hr, changes_of(person, name="王中满"), expected_version=1
        )


def test_nobody_becomes_a_manager_of_her_own_manager(session, hr):
    boss = make_employee(session)
    person = make_employee(session, manager=boss)

    with pytest.raises(RuleError) as refusal:
        services.update_employee(
            session, boss, hr, changes_of(boss, manager_id=person.id), expected_version=1
        )

    assert refusal.value.field == "manager_id"


def test_hr_may_not_change_an_administrators_account(session, hr):
    admin = make_employee(session, rights=(Right.ADMIN,))

    with pytest.raises(NotPermittedError):
        services.update_employee(
            session, admin, hr, changes_of(admin, email="hr@company.example"), expected_version=1
        )


def test_a_new_job_role_counts_from_its_day(session, hr):
    person = make_employee(session)
    make_job_role(session, "supervisor")

    services.change_job_role(
        session, person, hr, "supervisor", date(2026, 3, 1), expected_version=1
    )

    assert (person.job_role_id, person.job_role_since) == ("supervisor", date(2026, 3, 1))
    assert actions(session, person) == ["people.change_job_role"]


def test_a_job_role_cannot_begin_before_the_person_joined(session, hr):
    person = make_employee(session, hired_on=date(2026, 3, 1))
    make_job_role(session, "supervisor")

    with pytest.raises(RuleError):
        services.change_job_role(
            session,
            person,
            hr,
            "supervisor",
            date(2026, 3, 1) - timedelta(days=1),
            expected_version=1,
        )


def test_who_left_has_no_rights_any_more(session, hr):
    person = make_employee(session, rights=(Right.MENTOR,))

    services.mark_left(session, person, hr, expected_version=1)

    assert person.status is EmployeeStatus.LEFT
    assert person.grants == []


def test_who_is_suspended_cannot_be_suspended_again(session, hr):
    person = make_employee(session)
    services.suspend(session, person, hr, expected_version=1)

    with pytest.raises(InvalidTransitionError):
        services.suspend(session, person, hr, expected_version=person.version)


def test_nobody_closes_her_own_account(session):
    admin = make_employee(session, rights=(Right.ADMIN,))

    with pytest.raises(RuleError):
        services.suspend(session, admin, viewer_of(session, admin), expected_version=1)


def test_the_last_administrator_stays(session):
    admin = make_employee(session, rights=(Right.ADMIN,))

    with pytest.raises(RuleError):
        services.suspend(session, admin, SYSTEM, expected_version=1)
