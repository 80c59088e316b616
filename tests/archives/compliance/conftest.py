"""A small department: a job role with one required course."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from tests.factories.curricula import make_course, make_curriculum
from tests.factories.people import make_department, make_employee, make_job_role
from training_platform.core import clock
from training_platform.core.permissions import Right
from training_platform.people.models import Department, Employee


@dataclass
class Company:
    """Its people, and the department of anna and bert."""

    hr: Employee
    head: Employee
    head2: Employee
    anna: Employee
    bert: Employee
    team: Department


@pytest.fixture
def company(session):
    """HR, a head with two specialists, and a head of another department."""
    make_job_role(session, "specialist")
    make_curriculum(session, "specialist", [(make_course(session, "course"), True, 14)])
    team, other = make_department(session, "CR"), make_department(session, "MK")

    def staff(name):
        return make_employee(
            session,
            username=name,
            name=name.title(),
            department=team,
            hired_on=date(2024, 1, 1),
            job_role_since=clock.today() - timedelta(days=10),
        )

    made = Company(
        make_employee(session, department=other, rights=(Right.HR,), job_role=None),
        make_employee(session, department=team, headed=team, job_role=None),
        make_employee(session, department=other, headed=other, job_role=None),
        staff("anna"),
        staff("bert"),
        team,
    )
    session.commit()
    return made
