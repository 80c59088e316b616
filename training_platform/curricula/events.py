"""What curricula announces."""

from dataclasses import dataclass

from training_platform.core.events import Event


@dataclass(frozen=True)
class CourseAssigned(Event):
    """A course was assigned to somebody by a person or a rule."""

    assignment_id: int
    employee_id: int
    course_id: str


@dataclass(frozen=True)
class CourseCompleted(Event):
    """Everything that a course asks for stands in the records."""

    employee_id: int
    course_id: str


@dataclass(frozen=True)
class CurriculumCompleted(Event):
    """Every required course of the job role's curriculum is completed."""

    employee_id: int
    job_role_id: str


@dataclass(frozen=True)
class RefresherPassed(Event):
    """Somebody who completed a course before passed its quiz again, as a refresher asked."""

    employee_id: int
    course_id: str
    passed_on: str


@dataclass(frozen=True)
class RefresherAssigned(Event):
    """A round of refreshers opened a course anew for somebody; paper_id is the quiz to pass."""

    entry_id: int
    employee_id: int
    course_id: str
    paper_id: str
