"""Who reads the practices of others without having a part in them, and who does not."""

import pytest

from tests.factories.mentoring import make_mentor, make_practice
from tests.factories.people import make_department, make_employee
from training_platform.core.permissions import Permission, Right, may
from training_platform.mentoring import queries
from training_platform.mentoring.permissions import roles_of
from training_platform.mentoring.rules import acts_of
from training_platform.people.viewer import viewer_of


@pytest.fixture
def people(session):
    """A trainee with her superior and mentor, and others of the company."""
    manager = make_employee(session, name="主管")
    trainee = make_employee(session, name="林玥", department=manager.department)
    trainee.manager_id = manager.id
    far = make_department(session, "MK")
    return {
        "manager": manager,
        "leader": make_employee(session, department=far, rights=(Right.EXECUTIVE,)),
        "other_manager": _leading(session, far),
        "colleague": make_employee(session, department=manager.department),
        "trainee": trainee,
        "practice": make_practice(session, trainee, make_mentor(session, department=far)),
    }


def _leading(session, department):
    made = make_employee(session, department=department)
    make_employee(session, department=department).manager_id = made.id
    return made


def listed(session, person):
    return session.execute(queries.overseen(viewer_of(session, person), queries.Filter())).all()


@pytest.mark.parametrize("who", ["manager", "leader"])
def test_line_manager_and_company_leader_read_and_do_nothing(session, people, who):
    viewer, practice = viewer_of(session, people[who]), people["practice"]

    assert may(viewer, practice, Permission.MENTORING_READ)
    assert [row.id for row in listed(session, people[who])] == [practice.id]
    assert not may(viewer, practice, Permission.MENTORING_MANAGE)
    assert not acts_of(practice.state, practice.share, roles_of(viewer, practice))


@pytest.mark.parametrize("who", ["other_manager", "colleague"])
def test_the_managers_of_others_and_colleagues_do_not(session, people, who):
    viewer, practice = viewer_of(session, people[who]), people["practice"]

    assert not may(viewer, practice, Permission.MENTORING_READ)
    assert not listed(session, people[who])


def test_whoever_leads_somebody_does_not_oversee_the_own_practice(session, people):
    manager = people["manager"]
    own = make_practice(session, manager, make_mentor(session, department=manager.department))

    assert own.id not in [row.id for row in listed(session, manager)]
    assert not may(viewer_of(session, manager), own, Permission.MENTORING_OVERSEE)
