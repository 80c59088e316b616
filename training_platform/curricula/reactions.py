"""What curricula does when a lower package announces something."""

from datetime import date

from sqlalchemy.orm import Session

from training_platform.content.events import RevisionPublished
from training_platform.core import clock, jobs
from training_platform.curricula import services
from training_platform.curricula.services import completing
from training_platform.notices import services as notices
from training_platform.people.events import EmployeeJoined, JobRoleChanged
from training_platform.people.models import Employee, JobRole
from training_platform.records.events import RecordAdded

#: Kinds of content whose publication changes what people are to learn.
CURRICULA = frozenset({"curriculum", "curricula"})


def assign_curriculum(session: Session, event: EmployeeJoined) -> None:
    """Assign the curriculum of the job role, due from the day of hiring, and what rules ask.

    Somebody who was hired before the platform knew her has as long as a new colleague: nobody is
    overdue on the day on which the staff list is brought in.
    """
    employee = session.get_one(Employee, event.employee_id)
    begins_on = max(employee.hired_on, clock.company_day(employee.created_at))
    services.sync_curriculum(session, employee, employee.job_role_id, begins_on)
    services.sync_rules(session, employee)


def follow_job_role(session: Session, event: JobRoleChanged) -> None:
    """Synchronize the assignments with the new curriculum, and tell the person."""
    employee = session.get_one(Employee, event.employee_id)
    changed_on = date.fromisoformat(event.changed_on)
    services.sync_curriculum(session, employee, event.new_job_role_id, changed_on)
    services.sync_rules(session, employee)
    services.complete_curriculum(session, employee.id)
    if event.new_job_role_id is not None:
        old = session.get(JobRole, event.old_job_role_id) if event.old_job_role_id else None
        notices.notify(
            session,
            employee.id,
            "role_changed",
            key=f"curricula:role:{employee.id}:{employee.version}:{event.new_job_role_id}",
            href="/curriculum",
            old=old.name if old else "",
            new=session.get_one(JobRole, event.new_job_role_id).name,
        )


def follow_curriculum(session: Session, event: RevisionPublished) -> None:
    """Queue the synchronization of everybody when a curriculum changed.

    A course that changed may now be complete for somebody: a lesson fewer is a lesson less to do.
    """
    if event.kind in CURRICULA:
        jobs.put(
            session,
            "curricula.sync_everybody",
            {"on": clock.today().isoformat()},
            key=str(event.revision_id),
        )
    elif event.kind == "course":
        jobs.put(
            session,
            "curricula.recheck_course",
            {"course_id": event.slug},
            key=str(event.revision_id),
        )


def follow_retraining(session: Session, event: RecordAdded) -> None:
    """Open the lessons of a course anew when its quiz asks for it, until the quiz is passed."""
    if event.kind == "retraining_due":
        services.begin_retraining(session, event.employee_id, event.subject)
    elif event.kind == "quiz_passed":
        courses = completing.courses_with_paper(session, event.subject)
        services.end_retraining(session, event.employee_id, courses)


def check_completion(session: Session, event: RecordAdded) -> None:
    """Complete courses and curricula whose conditions are now met."""
    if event.kind == "lesson_finished":
        course_ids = completing.courses_with_lesson(session, event.subject)
    elif event.kind == "quiz_passed":
        course_ids = completing.courses_with_paper(session, event.subject)
    else:
        return
    completing.complete_courses(session, event.employee_id, course_ids)
