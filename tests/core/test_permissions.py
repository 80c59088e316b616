"""The table of rights: closed unless a row opens it."""

from types import SimpleNamespace

import pytest

from training_platform.core import permissions
from training_platform.core.errors import NotPermittedError
from training_platform.core.permissions import (
    SYSTEM,
    Permission,
    Right,
    authorize,
    both,
    holds,
    is_within,
    may,
    register,
)


@pytest.fixture(autouse=True)
def table(monkeypatch):
    monkeypatch.setattr(permissions, "_policy", {})


def person(*rights, id=1):
    return SimpleNamespace(
        id=id, rights=frozenset(right.value for right in rights), headed_paths=()
    )


def test_a_permission_without_a_row_is_held_by_nobody():
    everyone = person(*Right)

    assert not any(may(everyone, None, permission) for permission in Permission)
    assert not may(SYSTEM, None, Permission.AUDIT_READ)


def test_no_permission_asked_for_is_no_permission_held():
    assert not may(person(*Right), None)


def test_one_of_several_permissions_is_enough():
    register({Permission.AUDIT_READ: (holds(Right.ADMIN),), Permission.JOB_READ: ()})

    assert may(person(Right.ADMIN), None, Permission.JOB_READ, Permission.AUDIT_READ)
    with pytest.raises(NotPermittedError):
        authorize(person(Right.HR), None, Permission.JOB_READ, Permission.AUDIT_READ)


def test_both_conditions_must_hold():
    register({Permission.AUDIT_READ: (both(holds(Right.ADMIN), lambda _who, what: what == 1),)})

    assert may(person(Right.ADMIN), 1, Permission.AUDIT_READ)
    assert not may(person(Right.ADMIN), 2, Permission.AUDIT_READ)
    assert not may(person(), 1, Permission.AUDIT_READ)


def test_two_features_cannot_own_one_permission():
    register({Permission.AUDIT_READ: (holds(Right.ADMIN),)})

    with pytest.raises(ValueError, match="two owners"):
        register({Permission.AUDIT_READ: (permissions.anybody,)})


def test_a_stranger_is_nobody():
    assert not permissions.anybody(SYSTEM, None)
    assert not permissions.anybody(person(id=None), None)


@pytest.mark.parametrize(
    ("path", "roots", "inside"),
    [
        ("/1/4/", ("/1/4/",), True),
        ("/1/4/9/", ("/1/4/",), True),
        ("/1/40/", ("/1/4/",), False),
        ("/1/", ("/1/4/",), False),
        ("/1/4/", (), False),
    ],
)
def test_a_department_lies_in_its_sub_tree_only(path, roots, inside):
    assert is_within(path, roots) is inside
