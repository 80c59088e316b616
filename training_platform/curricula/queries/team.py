"""What heads and HR see: who is due, who is stuck, who may be assigned to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from training_platform.core import clock
from training_platform.core.permissions import Person, Right
from training_platform.core.search import contains_all, words
from training_platform.curricula.models import (
    Assignment,
    AssignmentState,
    Course,
    CourseProgress,
    Lesson,
    LessonProgress,
    LessonText,
)
from training_platform.curricula.rules import STUCK_AFTER, STUCK_TRIES
from training_platform.people.models import Department, Employee, EmployeeStatus


@dataclass(frozen=True)
class MemberProgress:
    """One person of a team, counted."""

    employee_id: int
    name: str
    department: dict[str, str]
    required: int
    overdue: int
    completed: int
    last_at: datetime | None


def within(paths: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a department lies in one of the sub-trees; no path, nobody."""
    return or_(*(Department.path.like(f"{path}%") for path in paths)) if paths else _NOBODY


_NOBODY: ColumnElement[bool] = Department.id.is_(None)


def in_reach(person: Person) -> ColumnElement[bool]:
    """Return the condition that the person may assign to somebody of this department."""
    if Right.HR in person.rights or "system" in person.rights:
        return Department.id.is_not(None)
    return within(person.headed_paths)


def team_statement(paths: Sequence[str]) -> Select[Any]:
    """Return the grouped select behind team_progress, for pages that page it."""
    today = clock.today()
    required = and_(Assignment.is_required, Assignment.state == AssignmentState.ACTIVE)
    overdue = and_(required, Assignment.due_on < today)
    completed = Assignment.state == AssignmentState.COMPLETED
    last = (
        select(func.max(CourseProgress.last_at))
        .where(CourseProgress.employee_id == Employee.id)
        .scalar_subquery()
    )

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    return (
        select(
            Employee.id,
            Employee.name,
            Department.name,
            count(required),
            count(overdue).label("overdue"),
            count(completed),
            last,
        )
        .join(Department, Department.id == Employee.department_id)
        .outerjoin(Assignment, Assignment.employee_id == Employee.id)
        .where(Employee.status == EmployeeStatus.ACTIVE, within(paths))
        .group_by(Employee.id, Employee.name, Department.id)
        .order_by(count(overdue).desc(), Employee.name_latin, Employee.id)
    )


def team_progress(
    session: Session, paths: Sequence[str], *, limit: int = 200
) -> list[MemberProgress]:
    """Return the people of the sub-trees with their counts, the most overdue first."""
    return [MemberProgress(*row) for row in session.execute(team_statement(paths).limit(limit))]


def count_overdue(session: Session, paths: Sequence[str]) -> int:
    """Return how many required assignments are overdue in the sub-trees."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Assignment)
            .join(Employee, Employee.id == Assignment.employee_id)
            .join(Department, Department.id == Employee.department_id)
            .where(
                Employee.status == EmployeeStatus.ACTIVE,
                Assignment.state == AssignmentState.ACTIVE,
                Assignment.is_required.is_(True),
                Assignment.due_on < clock.today(),
                within(paths),
            )
        )
        or 0
    )


@dataclass(frozen=True)
class Stuck:
    """Somebody who does not get on: where, since when, and after how many tries."""

    employee_id: int
    name: str
    course_id: str
    course: dict[str, str]
    lessons_done: int
    lesson_count: int
    last_at: datetime
    #: The most tries at one check question that is still wrong; 0 where time is the reason.
    tries: int


def stuck_people(session: Session, paths: Sequence[str], *, limit: int = 20) -> list[Stuck]:
    """Return who began a course and did nothing for 14 days, or fails at one check question."""
    tries = (
        select(func.max(LessonProgress.check_tries))
        .where(
            LessonProgress.employee_id == CourseProgress.employee_id,
            LessonProgress.course_id == CourseProgress.course_id,
            LessonProgress.is_check_right.is_(False),
            LessonProgress.check_tries >= STUCK_TRIES,
        )
        .scalar_subquery()
    )
    tried = func.coalesce(tries, 0)
    statement = (
        select(
            Employee.id,
            Employee.name,
            Course.id,
            Course.title,
            CourseProgress.lessons_done,
            Course.lesson_count,
            CourseProgress.last_at,
            tried.label("tries"),
        )
        .select_from(CourseProgress)
        .join(Employee, Employee.id == CourseProgress.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .join(Course, Course.id == CourseProgress.course_id)
        .join(
            Assignment,
            and_(
                Assignment.employee_id == CourseProgress.employee_id,
                Assignment.course_id == CourseProgress.course_id,
                Assignment.state == AssignmentState.ACTIVE,
            ),
        )
        .where(
            Employee.status == EmployeeStatus.ACTIVE,
            CourseProgress.completed_at.is_(None),
            or_(CourseProgress.last_at < clock.now() - STUCK_AFTER, tried > 0),
            within(paths),
        )
        .order_by(CourseProgress.last_at, Employee.id)
        .limit(limit)
    )
    return [Stuck(*row) for row in session.execute(statement)]


# ---- Assigning ------------------------------------------------------------------------------


def assignable(person: Person, *, query: str = "", department: int | None = None) -> Select[Any]:
    """Return the select of the employees to whom the person may assign, searched and filtered."""
    statement = (
        select(Employee)
        .join(Department, Department.id == Employee.department_id)
        .options(joinedload(Employee.department), joinedload(Employee.job_role))
        .where(Employee.status == EmployeeStatus.ACTIVE, in_reach(person))
        .order_by(Employee.name_latin, Employee.id)
    )
    if found := words(query):
        statement = statement.where(contains_all(Employee.search_text, found))
    if department is not None:
        statement = statement.where(Department.path.like(f"%/{department}/%"))
    return statement


def departments_in_reach(session: Session, person: Person) -> list[tuple[int, dict[str, str]]]:
    """Return the departments to whose people the person may assign, as a tree reads."""
    found = session.execute(
        select(Department.id, Department.name).where(in_reach(person)).order_by(Department.path)
    )
    return [(row[0], row[1]) for row in found]


def assignments(
    person: Person, *, query: str = "", state: str = "", course: str = "", employee_id: int = 0
) -> Select[Any]:
    """Return the select of the assignments of people in the person's reach."""
    statement: Any = (
        select(
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
        )
        .join(Employee, Employee.id == Assignment.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .join(Course, Course.id == Assignment.course_id)
        .outerjoin(
            CourseProgress,
            and_(
                CourseProgress.employee_id == Assignment.employee_id,
                CourseProgress.course_id == Assignment.course_id,
            ),
        )
        .where(Employee.status == EmployeeStatus.ACTIVE, in_reach(person))
        .order_by(
            Assignment.due_on.is_(None), Assignment.due_on, Employee.name_latin, Assignment.id
        )
    )
    if found := words(query):
        statement = statement.where(contains_all(Employee.search_text, found))
    if course:
        statement = statement.where(Assignment.course_id == course)
    if employee_id:
        statement = statement.where(Assignment.employee_id == employee_id)
    return _in_state(statement, state)


def _in_state(statement: Select[Any], state: str) -> Select[Any]:
    is_open = Assignment.state == AssignmentState.ACTIVE
    if state == "overdue":
        return statement.where(
            is_open, Assignment.is_required.is_(True), Assignment.due_on < clock.today()
        )
    if state == "open":
        return statement.where(is_open)
    if state == "completed":
        return statement.where(Assignment.state == AssignmentState.COMPLETED)
    return statement.where(Assignment.state != AssignmentState.REMOVED)


def lesson_tries(session: Session, employee_id: int, locale: str) -> list[tuple[str, int]]:
    """Return the lessons whose check question somebody got wrong three times or more."""
    found = session.execute(
        select(LessonText.title, LessonProgress.check_tries)
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .join(LessonText, LessonText.lesson_id == Lesson.id)
        .where(
            LessonProgress.employee_id == employee_id,
            LessonProgress.is_check_right.is_(False),
            LessonProgress.check_tries >= STUCK_TRIES,
            LessonText.locale == locale,
        )
        .order_by(LessonProgress.check_tries.desc())
    )
    return [(row[0], row[1]) for row in found]
