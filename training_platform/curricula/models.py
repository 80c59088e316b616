"""课程体系 curricula, 课程 courses, 微课 lessons, 指派 assignments, 学习进度 progress."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.people.models import Department, Employee, JobRole


class Course(Base):
    """课程: the projection of the current revision."""

    __tablename__ = "course"
    read_permission = Permission.COURSE_READ

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    area: Mapped[str]
    level: Mapped[str]
    job_roles: Mapped[list[str]]
    competencies: Mapped[dict[str, Any]]
    complete_when: Mapped[list[Any]]
    paper_id: Mapped[str | None]
    refresher_months: Mapped[int | None]
    significant_revision: Mapped[int] = mapped_column(default=1)
    lesson_count: Mapped[int]
    minutes: Mapped[int]
    revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    #: Folded titles and summaries in both languages.
    search_text: Mapped[str] = mapped_column(default="")


class Lesson(Base):
    """微课: one objective, three to seven minutes. Its id is <course>/<lesson>."""

    __tablename__ = "lesson"
    __table_args__ = (UniqueConstraint("course_id", "position"),)
    read_permission = Permission.COURSE_READ

    id: Mapped[str] = mapped_column(primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), index=True)
    slug: Mapped[str]
    position: Mapped[int]
    minutes: Mapped[int]
    check_question_id: Mapped[str | None]
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class LessonText(Base):
    """A lesson in one language, rendered once at publishing.

    html is safe markup in two parts, split where the check question stands.
    """

    __tablename__ = "lesson_text"

    lesson_id: Mapped[str] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    objective: Mapped[str]
    summary: Mapped[str]
    html_before_check: Mapped[str]
    html_after_check: Mapped[str]
    search_text: Mapped[str]


class Curriculum(Base):
    """课程体系 of one job role; phases as in the file, only titles are read from here."""

    __tablename__ = "curriculum"

    job_role_id: Mapped[str] = mapped_column(ForeignKey("job_role.id"), primary_key=True)
    title: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    phases: Mapped[list[Any]]
    revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))


class CurriculumItem(Base):
    """One course in one curriculum."""

    __tablename__ = "curriculum_item"
    __table_args__ = (UniqueConstraint("job_role_id", "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job_role_id: Mapped[str] = mapped_column(ForeignKey("curriculum.job_role_id"))
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), index=True)
    phase: Mapped[str]
    position: Mapped[int]
    is_required: Mapped[bool]
    due_days: Mapped[int | None]
    after: Mapped[list[str]]


class AssignmentState(StrEnum):
    """Where an assignment stands."""

    ACTIVE = "active"
    COMPLETED = "completed"
    REMOVED = "removed"


class AssignmentSource(StrEnum):
    """Why a course was assigned."""

    CURRICULUM = "curriculum"
    RULE = "rule"
    MANUAL = "manual"


class AssignmentRule(Base):
    """指派规则: these people take this course, due so many days after the rule or their hiring."""

    __tablename__ = "assignment_rule"
    read_permission = Permission.CURRICULUM_MANAGE

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"))
    job_role_id: Mapped[str | None] = mapped_column(ForeignKey("job_role.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    hired_since: Mapped[date | None]
    is_required: Mapped[bool] = mapped_column(default=True)
    due_days: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    course: Mapped[Course] = relationship()
    job_role: Mapped[JobRole | None] = relationship()
    department: Mapped[Department | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Assignment(Base):
    """指派: somebody is to take, or may take, a course. One row a person and course.

    Two sides may ask for it: the curriculum of the job role, and a person or a rule. What each
    asks is kept, so that either can be taken back; is_required and due_on hold the two combined.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("employee_id", "course_id"),
        Index("ix_assignment_state_due_on", "state", "due_on"),
    )
    read_permission = Permission.ASSIGNMENT_MANAGE

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), index=True)
    source: Mapped[AssignmentSource]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("assignment_rule.id"))
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    phase: Mapped[str | None]
    position: Mapped[int] = mapped_column(default=0)
    is_required: Mapped[bool]
    due_on: Mapped[date | None]
    state: Mapped[AssignmentState] = mapped_column(default=AssignmentState.ACTIVE)
    created_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    #: None: the curriculum does not ask for it.
    curriculum_required: Mapped[bool | None]
    curriculum_due_on: Mapped[date | None]
    #: None: neither a person nor a rule asks for it.
    asked_required: Mapped[bool | None]
    asked_due_on: Mapped[date | None]

    employee: Mapped[Employee] = relationship(foreign_keys=[employee_id])


class LessonProgress(Base):
    """学习进度: how far somebody is in one lesson; the place is where she stopped, in percent."""

    __tablename__ = "lesson_progress"
    __table_args__ = (
        Index("ix_lesson_progress_employee_id_opened_at", "employee_id", "opened_at"),
    )

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    lesson_id: Mapped[str] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), index=True)
    first_opened_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    place_percent: Mapped[int] = mapped_column(default=0)
    check_answer: Mapped[dict[str, Any] | None]
    is_check_right: Mapped[bool | None]
    check_tries: Mapped[int] = mapped_column(default=0)
    #: None while the lesson is to be read, also when it is to be read again.
    finished_at: Mapped[datetime | None]
    #: When it was finished before a retraining; given back once the quiz is passed.
    finished_before: Mapped[datetime | None]


class CourseProgress(Base):
    """How far somebody is in one course: kept with each lesson, so that no page counts."""

    __tablename__ = "course_progress"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), primary_key=True, index=True)
    lessons_done: Mapped[int] = mapped_column(default=0)
    last_lesson_id: Mapped[str | None]
    last_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    #: Since when the course is to be gone through again; None: it is not.
    retraining_since: Mapped[datetime | None]
    #: How often it was to be gone through again: each time leaves its own records.
    retrainings: Mapped[int] = mapped_column(default=0)
