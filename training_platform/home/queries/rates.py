"""The pass rate of each department, for the pages of compliance."""

from sqlalchemy import func, select

from training_platform.core.db import db
from training_platform.core.i18n import pick
from training_platform.core.permissions import Person
from training_platform.curricula.queries.team import in_reach
from training_platform.home.queries.team import taken_pairs, when
from training_platform.home.rules import TARGET_PERCENT, Rate
from training_platform.people.models import Department, Employee, EmployeeStatus


def department_rates(person: Person) -> tuple[int, list[Rate]]:
    """Return the target in percent, and the rates of the departments in somebody's reach.

    Departments whose people have taken nothing yet are left out: there is no rate to show.
    """
    pairs = taken_pairs((Employee.status == EmployeeStatus.ACTIVE) & in_reach(person))
    rows = db.session().execute(
        select(Department.name, when(pairs.c.passed_at.is_not(None)), func.count())
        .join(pairs, pairs.c.department_id == Department.id)
        .group_by(Department.id)
        .order_by(Department.path)
    )
    return TARGET_PERCENT, [Rate(pick(name), part, whole) for name, part, whole in rows]
