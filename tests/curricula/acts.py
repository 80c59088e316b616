"""What the tests of curricula do again and again, and what they look at."""

from sqlalchemy import select

from tests.factories.curricula import lessons_of
from training_platform.core.events import emit
from training_platform.curricula import services
from training_platform.curricula.models import Assignment, AssignmentState
from training_platform.people.events import JobRoleChanged
from training_platform.records import services as records
from training_platform.records.models import TrainingRecord

RIGHT, WRONG = {"choice": 0}, {"choice": 1}


def kinds(session, employee):
    found = select(TrainingRecord.kind).where(TrainingRecord.employee_id == employee.id)
    return sorted(session.scalars(found))


def finish_all(session, course, viewer):
    for lesson in lessons_of(session, course):
        services.finish_lesson(session, lesson, viewer)


def pass_paper(session, employee, paper):
    records.append(session, employee.id, "quiz_passed", paper, source=f"test:{paper}", percent=90)


def active(session, employee):
    found = session.execute(
        select(Assignment.course_id, Assignment.is_required, Assignment.due_on)
        .where(Assignment.employee_id == employee.id, Assignment.state == AssignmentState.ACTIVE)
        .order_by(Assignment.course_id)
    )
    return [tuple(row) for row in found]


def change_role(session, employee, role, on):
    old, employee.job_role_id = employee.job_role_id, role
    employee.job_role_since = on
    session.flush()
    emit(session, JobRoleChanged(employee.id, old, role, on.isoformat()))
