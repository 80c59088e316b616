"""The state rule in SQL says what the pure rule says, over people of every kind."""

from datetime import timedelta

from tests.factories.certificates import make_certificate
from tests.factories.curricula import make_assignment
from tests.factories.people import make_employee
from training_platform.archives.compliance import queries
from training_platform.archives.compliance.items import needs_by_role
from training_platform.archives.compliance.queries import Wanted
from training_platform.archives.compliance.rules import State
from training_platform.core import clock
from training_platform.core.permissions import SYSTEM
from training_platform.curricula.models import AssignmentState, Course

SHIFTS = (-61, -1, 0, 1, 30, 31, 60, 61)


def make_people(session, company):
    """One person for each way in which a certificate ends or a course is due."""
    today, course = clock.today(), session.get_one(Course, "course")
    for shift in SHIFTS:
        day = today + timedelta(days=shift)
        make_certificate(session, make_employee(session, department=company.team), "course",
                         valid_until=day)  # fmt: skip
        waiting = make_employee(session, department=company.team)
        make_assignment(session, waiting.id, course, due_on=day)
        done = make_assignment(session, make_employee(session, department=company.team).id, course)
        done.state = AssignmentState.COMPLETED
        gone = make_certificate(session, make_employee(session, department=company.team), "course")
        gone.revoked_at = clock.now()
        over = make_certificate(session, make_employee(session, department=company.team), "course")
        over.superseded_from = day
    session.flush()


def test_filters_find_exactly_whom_the_rule_puts_into_a_state(session, company):
    make_people(session, company)
    roles = needs_by_role(session)
    everybody = session.execute(queries.people(SYSTEM, roles, Wanted())).all()
    cells = queries.cells_of(session, everybody, roles)
    for item in roles["specialist"].items:
        for state in State:
            wanted = Wanted(item=item.key, state=state.value)
            found = {row.id for row in session.execute(queries.people(SYSTEM, roles, wanted))}

            assert found == {id_ for id_, own in cells.items() if own[item.key].state is state}
