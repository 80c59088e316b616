"""A small company with something to find in each department."""

import pytest

from tests.factories.people import make_department, make_employee, make_job_role
from tests.factories.records import make_record
from training_platform.archives import indexing
from training_platform.core.permissions import Right
from training_platform.people.viewer import viewer_of


def catch_up(session):
    """Take every record into the search, as the job does."""
    while indexing.catch_up(session):
        pass


@pytest.fixture
def company(session):
    """Two departments with a head each, a team below the first, HR, a manager, some records."""
    root = make_department(session, "CO")
    relations = make_department(session, "CR", parent=root)
    team = make_department(session, "CR1", parent=relations)
    marketing = make_department(session, "MK", parent=root)
    make_job_role(session, "specialist")
    make_job_role(session, "supervisor", position=1)
    people = {
        "hr": make_employee(session, username="hr", department=root, rights=(Right.HR,)),
        "head": make_employee(session, username="head", department=relations, headed=relations),
        "head2": make_employee(session, username="head2", department=marketing, headed=marketing),
        "boss": make_employee(session, username="boss", department=root),
        "lin": make_employee(
            session, name="林知夏", name_latin="Lin Zhixia", username="lin", department=team
        ),
        "wang": make_employee(session, name="周晓岚", username="wang", department=relations),
        "zhao": make_employee(session, name="赵隐山", username="zhao", department=marketing),
    }
    people["wang"].manager_id = people["boss"].id
    people["wang"].job_role_id = "supervisor"
    _records(session, people)
    session.flush()
    catch_up(session)
    return people


def _records(session, people):
    make_record(session, people["lin"], percent=None)
    make_record(session, people["lin"], "quiz_passed", "basics", percent=92, outcome="pass")
    make_record(session, people["wang"], "quiz_failed", "basics", percent=40, outcome="fail")
    make_record(
        session,
        people["wang"],
        "practice_completed",
        "p:1",
        title={"zh": "门店实践", "en": "In the shop"},
        minutes=90,
        mentor="赵师傅",
        note="需要多练回访话术",
        outcome="reached",
    )
    make_record(
        session,
        people["zhao"],
        "course_completed",
        "secret",
        title={"zh": "隐山专项课程", "en": "Marker course"},
        provider="隐山学院",
        note="隐山备注",
    )


@pytest.fixture
def seen(session):
    """Return a function that gives the viewer of an employee."""
    return lambda employee: viewer_of(session, employee)
