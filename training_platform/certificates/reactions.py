"""What certificates does when a lower package announces something."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from training_platform.certificates import details, renewing, services
from training_platform.certificates.rules import Band, best_band, last_valid_day
from training_platform.content.events import RevisionPublished
from training_platform.core import clock, jobs
from training_platform.core.db import fetch
from training_platform.curricula.events import CourseCompleted, CurriculumCompleted
from training_platform.curricula.models import Course, Curriculum, CurriculumItem
from training_platform.records.events import RecordAdded
from training_platform.records.queries import values_of
from training_platform.records.rules import Kind

_COURSE_COLUMNS = (
    Course.id,
    Course.title,
    Course.level,
    Course.minutes,
    Course.competencies,
    Course.complete_when,
    Course.paper_id,
    Course.significant_revision,
    Course.refresher_months,
)
_COURSE = select(*_COURSE_COLUMNS).where(Course.id == bindparam("course_id"))
_TITLE = select(Curriculum.title).where(Curriculum.job_role_id == bindparam("job_role_id"))
_REQUIRED = (
    select(*_COURSE_COLUMNS)
    .join(CurriculumItem, CurriculumItem.course_id == Course.id)
    .where(
        CurriculumItem.job_role_id == bindparam("job_role_id"),
        CurriculumItem.is_required.is_(True),
        Course.is_withdrawn.is_(False),
    )
    .order_by(CurriculumItem.position)
)


def issue_for_course(session: Session, event: CourseCompleted) -> None:
    """Issue the certificate of a completed course, once."""
    course = fetch(session, _COURSE, {"course_id": event.course_id}).one()
    results = [
        values
        for paper_id in renewing.papers_of(course)
        for values in values_of(session, event.employee_id, Kind.QUIZ_PASSED, paper_id)
    ]
    services.issue(
        session,
        event.employee_id,
        "course",
        course.id,
        course.title,
        band=best_band(results),
        significant_revision=course.significant_revision,
        valid_until=last_valid_day(clock.today(), course.refresher_months),
        cycle=services.next_cycle(session, event.employee_id, "course", course.id),
        details=details.of_course(session, event.employee_id, course),
    )


def issue_for_curriculum(session: Session, event: CurriculumCompleted) -> None:
    """Issue the certificate of a completed curriculum, once."""
    role = {"job_role_id": event.job_role_id}
    services.issue(
        session,
        event.employee_id,
        "curriculum",
        event.job_role_id,
        fetch(session, _TITLE, role).scalar_one(),
        band=Band.PASS,
        significant_revision=1,
        valid_until=None,
        details=details.of_curriculum(
            session, event.employee_id, fetch(session, _REQUIRED, role).all()
        ),
    )


def renew_after_pass(session: Session, event: RecordAdded) -> None:
    """Issue the next cycle of what a passed quiz renews."""
    if event.kind == Kind.QUIZ_PASSED:
        renewing.renew_after(session, event.employee_id, event.subject)


def supersede_older(session: Session, event: RevisionPublished) -> None:
    """Queue what a significant revision of a course means for its certificates."""
    if event.kind == "course" and event.significant_revision > 1:
        jobs.put(
            session,
            "certificates.supersede",
            {"course_id": event.slug, "significant_revision": event.significant_revision},
            key=str(event.revision_id),
        )
