"""What a team page counts: pass rates, completion, who is due, who is stuck."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from training_platform.assessment.parts import ALONE
from training_platform.core import clock
from training_platform.core.i18n import pick
from training_platform.curricula.models import (
    Assignment,
    AssignmentState,
    Course,
    CourseProgress,
    LessonProgress,
)
from training_platform.curricula.queries.due import IS_ITS_PROGRESS, IS_REQUIRED, assigned_to
from training_platform.curricula.rules import STUCK_AFTER, STUCK_TRIES
from training_platform.home.rules import (
    DUE_WITHIN_DAYS,
    TREND_MONTHS,
    Rate,
    month_starts,
    next_month,
    total,
)
from training_platform.people.models import Department, Employee, JobRole
from training_platform.quizzes.models import Attempt, AttemptState, Paper

STUCK_FAILS = 2


def when(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return the number of rows for which a condition holds."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def distinct_people(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return the number of different people for whose rows a condition holds."""
    return func.count(case((condition, Assignment.employee_id)).distinct())


def count_people(session: Session, where: ColumnElement[bool]) -> int:
    """Return how many people the scope holds."""
    statement = select(func.count(Employee.id)).join(
        Department, Department.id == Employee.department_id
    )
    return session.scalar(statement.where(where)) or 0


# ---- Passing --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Passing:
    """Who has passed, of those who have taken; at any attempt, required quizzes only."""

    papers: list[Rate]
    months: list[tuple[date, Rate]]

    @property
    def total(self) -> Rate:
        """Return the share over all quizzes: people and quizzes are counted in pairs."""
        return total(self.papers)


def taken_pairs(where: ColumnElement[bool]) -> Any:
    """Return one row for each person and required quiz: when first taken, when first passed."""
    return (
        select(
            Attempt.employee_id,
            Attempt.paper_id,
            Employee.department_id,
            func.min(Attempt.submitted_at).label("taken_at"),
            func.min(case((Attempt.is_passed.is_(True), Attempt.submitted_at))).label("passed_at"),
        )
        .join(Employee, Employee.id == Attempt.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .join(Course, Course.paper_id == Attempt.paper_id)
        .join(
            Assignment,
            and_(
                Assignment.employee_id == Attempt.employee_id,
                Assignment.course_id == Course.id,
                Assignment.is_required.is_(True),
                Assignment.state != AssignmentState.REMOVED,
            ),
        )
        .where(Attempt.state == AttemptState.SUBMITTED, Attempt.part_of == ALONE, where)
        .group_by(Attempt.employee_id, Attempt.paper_id, Employee.department_id)
        .subquery()
    )


def passing(session: Session, where: ColumnElement[bool]) -> Passing:
    """Return the pass rates per quiz now, and over all at the end of each of the last months.

    One statement: the last month of the trend and the rate of today are the same numbers.
    """
    pairs = taken_pairs(where)
    starts = month_starts(clock.today(), TREND_MONTHS)
    columns = []
    for start in starts:
        end = _midnight(next_month(start))
        columns += [when(pairs.c.taken_at < end), when(pairs.c.passed_at < end)]
    rows = session.execute(
        select(Paper.title, *columns)
        .select_from(pairs)
        .join(Paper, Paper.id == pairs.c.paper_id)
        .group_by(Paper.id)
        .order_by(Paper.id)
    ).all()
    return Passing(
        [Rate(pick(row[0]), row[-1], row[-2]) for row in rows],
        [
            (
                start,
                Rate("", sum(row[2 + 2 * i] for row in rows), sum(row[1 + 2 * i] for row in rows)),
            )
            for i, start in enumerate(starts)
        ],
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.company_zone()).astimezone(UTC)


# ---- Completion and due days ----------------------------------------------------------------


def completion(session: Session, where: ColumnElement[bool]) -> list[Rate]:
    """Return for each required course how many of its people have completed it, lowest first."""
    completed = when(Assignment.state == AssignmentState.COMPLETED)
    rows = session.execute(
        select(Course.title, completed, func.count())
        .select_from(Assignment)
        .join(Course, Course.id == Assignment.course_id)
        .join(Employee, Employee.id == Assignment.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .where(Assignment.is_required.is_(True), Assignment.state != AssignmentState.REMOVED, where)
        .group_by(Course.id)
        .order_by(completed * 1.0 / func.count(), Course.id)
    )
    return [Rate(pick(title), done, whole) for title, done, whole in rows]


@dataclass(frozen=True)
class DueCounts:
    """How many people have something due or overdue."""

    this_month: int
    overdue: int
    overdue_items: int


def due_counts(session: Session, where: ColumnElement[bool]) -> DueCounts:
    """Return how many people have something due until the end of the month, or overdue."""
    today = clock.today()
    late = Assignment.due_on < today
    row = session.execute(
        select(
            distinct_people(Assignment.due_on < next_month(today)),
            distinct_people(late),
            when(late),
        )
        .select_from(Assignment)
        .join(Employee, Employee.id == Assignment.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .where(IS_REQUIRED, where)
    ).one()
    return DueCounts(*row)


def due_list(where: ColumnElement[bool], *, state: str = "", query: str = "") -> Select[Any]:
    """Return the open required courses of the people in scope, by due day.

    state: overdue, all; anything else is what is overdue or due within 30 days.
    """
    today = clock.today()
    statement = (
        assigned_to(where, query)
        .add_columns(Employee.job_role_id, Department.path, JobRole.name.label("job_role"))
        .outerjoin(JobRole, JobRole.id == Employee.job_role_id)
        .where(IS_REQUIRED)
    )
    if state == "overdue":
        statement = statement.where(Assignment.due_on < today)
    elif state != "all":
        statement = statement.where(Assignment.due_on <= today + timedelta(days=DUE_WITHIN_DAYS))
    return statement


# ---- Stuck ----------------------------------------------------------------------------------


def stuck(where: ColumnElement[bool]) -> Select[Any]:
    """Return who does not get on and why: the most pressing first, with the count of all.

    reason failed: a quiz failed twice or more and not passed (fails, best percent); tries: a
    check question still wrong after three tries (tries, 0); idle: a required course begun and
    left for 14 days (lessons done, of how many).
    """
    every = union_all(_stuck_failed(where), _stuck_learning(where)).subquery()
    return select(every, func.count().over().label("count")).order_by(
        every.c.rank, every.c.since, every.c.employee_id
    )


def _stuck_failed(where: ColumnElement[bool]) -> Select[Any]:
    fails = func.count(Attempt.id)
    return (
        select(
            Employee.id.label("employee_id"),
            Employee.name.label("name"),
            Department.path.label("path"),
            literal("failed").label("reason"),
            literal(0).label("rank"),
            Paper.id.label("subject"),
            Paper.title.label("title"),
            fails.label("first"),
            func.max(Attempt.percent).label("second"),
            func.max(Attempt.submitted_at).label("since"),
        )
        .select_from(Attempt)
        .join(Employee, Employee.id == Attempt.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .join(Paper, Paper.id == Attempt.paper_id)
        .where(Attempt.state == AttemptState.SUBMITTED, Attempt.part_of == ALONE, where)
        .group_by(Employee.id, Department.id, Paper.id)
        .having(and_(when(Attempt.is_passed.is_(True)) == 0, fails >= STUCK_FAILS))
    )


def _stuck_learning(where: ColumnElement[bool]) -> Select[Any]:
    tries = (
        select(func.max(LessonProgress.check_tries))
        .where(
            LessonProgress.employee_id == CourseProgress.employee_id,
            LessonProgress.course_id == CourseProgress.course_id,
            LessonProgress.is_check_right.is_(False),
            LessonProgress.check_tries >= STUCK_TRIES,
        )
        .correlate(CourseProgress)
        .scalar_subquery()
    )
    tried = func.coalesce(tries, 0)
    return (
        select(
            Employee.id,
            Employee.name,
            Department.path,
            case((tried > 0, "tries"), else_="idle"),
            case((tried > 0, 1), else_=2),
            Course.id,
            Course.title,
            case((tried > 0, tried), else_=CourseProgress.lessons_done),
            case((tried > 0, 0), else_=Course.lesson_count),
            CourseProgress.last_at,
        )
        .select_from(CourseProgress)
        .join(Employee, Employee.id == CourseProgress.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .join(Course, Course.id == CourseProgress.course_id)
        .join(Assignment, and_(IS_ITS_PROGRESS, IS_REQUIRED))
        .where(
            CourseProgress.completed_at.is_(None),
            or_(CourseProgress.last_at < clock.now() - STUCK_AFTER, tried > 0),
            where,
        )
    )
