"""What certificates does when a lower package announces something."""

from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from training_platform.certificates import details, renewing, required, services
from training_platform.certificates.models import Certificate
from training_platform.certificates.rules import Band, best_band, last_valid_day
from training_platform.content.events import RevisionPublished
from training_platform.core import clock, jobs
from training_platform.core.db import fetch
from training_platform.curricula.events import (
    CourseCompleted,
    CurriculumCompleted,
    RefresherPassed,
)
from training_platform.curricula.models import Course, Curriculum
from training_platform.people.events import EmployeeAnonymized
from training_platform.people.models import Employee
from training_platform.records.events import RecordAdded
from training_platform.records.queries import values_of
from training_platform.records.rules import Kind

_COURSE = select(*required.COURSE_COLUMNS).where(Course.id == bindparam("course_id"))
_TITLE = select(Curriculum.title).where(Curriculum.job_role_id == bindparam("job_role_id"))


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
        valid_until=last_valid_day(clock.today(), required.months(session, event.job_role_id)),
        details=details.of_curriculum(
            session, event.employee_id, required.courses(session, event.job_role_id)
        ),
    )


def renew_after_pass(session: Session, event: RecordAdded) -> None:
    """Issue the next cycle of what a passed quiz renews, or a lesson where there is no quiz."""
    if event.kind == Kind.QUIZ_PASSED:
        renewing.renew_after(session, event.employee_id, event.subject)
    elif event.kind == Kind.LESSON_FINISHED:
        renewing.renew_after_lesson(session, event.employee_id, event.subject)


def renew_refreshed(session: Session, event: RefresherPassed) -> None:
    """Issue the next cycle of the certificate that a passed refresher refreshes."""
    passed_on = date.fromisoformat(event.passed_on)
    renewing.renew_refreshed(session, event.employee_id, event.course_id, passed_on)


def forget_holder(session: Session, event: EmployeeAnonymized) -> None:
    """Put the pseudonym where certificates name their holder; that they were issued stays."""
    employee = session.get_one(Employee, event.employee_id)
    for each in session.scalars(
        select(Certificate).where(Certificate.employee_id == event.employee_id)
    ):
        each.holder_name, each.holder_name_latin = employee.name, employee.name_latin or ""
        if each.revoke_reason is not None:
            each.revoke_reason = ""
    session.flush()


def supersede_older(session: Session, event: RevisionPublished) -> None:
    """Queue what a significant revision of a course means for its certificates."""
    if event.kind == "course" and event.significant_revision > 1:
        jobs.put(
            session,
            "certificates.supersede",
            {"course_id": event.slug, "significant_revision": event.significant_revision},
            key=str(event.revision_id),
        )
