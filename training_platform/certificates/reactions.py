"""What certificates does when a lower package announces something."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.certificates import details, services
from training_platform.certificates.rules import Band, best_band, last_valid_day
from training_platform.core import clock
from training_platform.curricula.events import CourseCompleted, CurriculumCompleted
from training_platform.curricula.models import Course, Curriculum, CurriculumItem
from training_platform.people.models import Employee
from training_platform.records.queries import values_of
from training_platform.records.rules import Kind


def issue_for_course(session: Session, event: CourseCompleted) -> None:
    """Issue the certificate of a completed course, once."""
    course = session.get_one(Course, event.course_id)
    employee = session.get_one(Employee, event.employee_id)
    papers = {each["paper"] for each in course.complete_when if "paper" in each}
    results = [
        values
        for paper_id in sorted(papers | ({course.paper_id} if course.paper_id else set()))
        for values in values_of(session, employee.id, Kind.QUIZ_PASSED, paper_id)
    ]
    services.issue(
        session,
        employee.id,
        "course",
        course.id,
        course.title,
        band=best_band(results),
        significant_revision=course.significant_revision,
        valid_until=last_valid_day(clock.today(), course.refresher_months),
        cycle=services.next_cycle(session, employee.id, "course", course.id),
        details=details.of_course(session, employee, course),
    )


def issue_for_curriculum(session: Session, event: CurriculumCompleted) -> None:
    """Issue the certificate of a completed curriculum, once."""
    curriculum = session.get_one(Curriculum, event.job_role_id)
    employee = session.get_one(Employee, event.employee_id)
    courses = session.scalars(
        select(Course)
        .join(CurriculumItem, CurriculumItem.course_id == Course.id)
        .where(
            CurriculumItem.job_role_id == event.job_role_id,
            CurriculumItem.is_required.is_(True),
            Course.is_withdrawn.is_(False),
        )
        .order_by(CurriculumItem.position)
    ).all()
    services.issue(
        session,
        employee.id,
        "curriculum",
        event.job_role_id,
        curriculum.title,
        band=Band.PASS,
        significant_revision=1,
        valid_until=None,
        details=details.of_curriculum(session, employee, courses),
    )
