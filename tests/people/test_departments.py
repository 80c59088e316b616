"""The tree of departments: paths stay right, whatever is moved."""

import pytest
from sqlalchemy import select

from tests.factories.people import make_department, make_employee
from training_platform.core.errors import ConflictError, NotPermittedError, RuleError
from training_platform.core.permissions import SYSTEM, Permission, Right, may
from training_platform.people.models import Department
from training_platform.people.services.departments import change_department, move_department
from training_platform.people.viewer import viewer_of


@pytest.fixture
def tree(session):
    """company > (sales > (north > team), service), and service2 whose id begins like another's."""
    company = make_department(session, "HQ")
    sales = make_department(session, "SALES", parent=company)
    north = make_department(session, "NORTH", parent=sales)
    team = make_department(session, "TEAM", parent=north)
    service = make_department(session, "SERVICE", parent=company)
    return {"company": company, "sales": sales, "north": north, "team": team, "service": service}


def move(session, department, parent):
    move_department(
        session,
        department,
        SYSTEM,
        parent.id if parent else None,
        expected_version=department.version,
    )


def check_paths(session):
    """Hold that every path is the parent's with the own id."""
    session.flush()
    session.expire_all()
    for each in session.scalars(select(Department)):
        assert each.path == f"{each.parent.path if each.parent else '/'}{each.id}/"


def test_a_department_moves_with_everything_below(session, tree):
    move(session, tree["north"], tree["service"])

    check_paths(session)
    assert tree["team"].path.startswith(tree["service"].path)
    assert not tree["team"].path.startswith(tree["sales"].path)


def test_a_department_moves_to_the_top_and_back(session, tree):
    move(session, tree["sales"], None)
    check_paths(session)
    assert tree["team"].path.count("/") == 4

    move(session, tree["sales"], tree["company"])
    check_paths(session)
    assert tree["team"].path.count("/") == 5


def test_moving_leaves_departments_with_similar_paths_alone(session, tree):
    others = [make_department(session, f"D{number}") for number in range(20)]  # ids 1… and 10…
    paths = {each.id: each.path for each in others}

    move(session, tree["company"], None)
    move(session, tree["sales"], others[0])

    check_paths(session)
    assert {each.id: each.path for each in others} == paths


@pytest.mark.parametrize("place", ["sales", "north", "team"])
def test_a_department_cannot_be_placed_inside_itself(session, tree, place):
    with pytest.raises(RuleError) as refusal:
        move(session, tree["sales"], tree[place])

    assert refusal.value.field == "parent_id"
    check_paths(session)


def test_a_place_that_does_not_exist_is_refused(session, tree):
    with pytest.raises(RuleError):
        move_department(session, tree["team"], SYSTEM, 9999, expected_version=tree["team"].version)


def test_a_move_on_an_old_version_is_a_conflict(session, tree):
    move(session, tree["team"], tree["sales"])

    with pytest.raises(ConflictError):
        move_department(session, tree["team"], SYSTEM, None, expected_version=1)


def test_a_head_sees_what_was_moved_below_her(session, tree):
    head = viewer_of(session, make_employee(session, headed=tree["service"]))
    person = make_employee(session, department=tree["team"])
    assert not may(head, person, Permission.EMPLOYEE_READ)

    move(session, tree["sales"], tree["service"])

    assert may(head, person, Permission.EMPLOYEE_READ)


def test_renaming_and_moving_in_one_step_does_both_or_neither(session, tree):
    change_department(
        session,
        tree["team"],
        SYSTEM,
        code="TEAM-1",
        name={"zh": "一组", "en": "Team 1"},
        parent_id=tree["service"].id,
        expected_version=tree["team"].version,
    )
    check_paths(session)
    assert (tree["team"].code, tree["team"].parent_id) == ("TEAM-1", tree["service"].id)

    with pytest.raises(RuleError):
        change_department(
            session,
            tree["team"],
            SYSTEM,
            code="SALES",
            name={"zh": "一组", "en": "Team 1"},
            parent_id=None,
            expected_version=tree["team"].version,
        )
    assert tree["team"].parent_id == tree["service"].id


@pytest.mark.parametrize("right", [Right.TRAINER, Right.EXECUTIVE, Right.DEPARTMENT_HEAD])
def test_only_who_manages_departments_moves_them(session, tree, right):
    actor = viewer_of(session, make_employee(session, rights=(right,)))

    with pytest.raises(NotPermittedError):
        move_department(session, tree["team"], actor, None, expected_version=1)
