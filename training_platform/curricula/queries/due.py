"""Who has which course until when: one select of assignments, for curricula and for home."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select

from training_platform.core.search import contains_all, words
from training_platform.curricula.models import Assignment, AssignmentState, Course, CourseProgress
from training_platform.people.models import Department, Employee

#: What is still to be learned; what of it is expected.
IS_OPEN: ColumnElement[bool] = Assignment.state == AssignmentState.ACTIVE
IS_REQUIRED: ColumnElement[bool] = and_(IS_OPEN, Assignment.is_required.is_(True))
#: Joins how far somebody is to what was assigned.
IS_ITS_PROGRESS: ColumnElement[bool] = and_(
    CourseProgress.employee_id == Assignment.employee_id,
    CourseProgress.course_id == Assignment.course_id,
)
_COLUMNS: tuple[Any, ...] = (
    Assignment.id,
    Assignment.state,
    Assignment.source,
    Assignment.is_required,
    Assignment.due_on,
    Assignment.completed_at,
    Assignment.asked_required,
    Employee.id.label("employee_id"),
    Employee.name,
    Course.id.label("course_id"),
    Course.title,
    Course.lesson_count,
    CourseProgress.lessons_done,
    CourseProgress.last_at,
)


def assigned_to(people: ColumnElement[bool], query: str = "") -> Select[Any]:
    """Return the select of the assignments of people, the nearest due day first.

    The condition is about Employee and Department, which are joined; the query about names.
    """
    statement = (
        select(*_COLUMNS)
        .join(Employee, Employee.id == Assignment.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .join(Course, Course.id == Assignment.course_id)
        .outerjoin(CourseProgress, IS_ITS_PROGRESS)
        .where(people)
        .order_by(
            Assignment.due_on.is_(None), Assignment.due_on, Employee.name_latin, Assignment.id
        )
    )
    if found := words(query):
        statement = statement.where(contains_all(Employee.search_text, found))
    return statement
